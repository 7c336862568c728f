// `latchkey migrate plan`: the statements that `up` would run, to be read before.

import type { MigrationStatus } from "@latchkey/server";
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { migrateCommand } from "./migrate-command.ts";

/** Creates the command. */
export function migratePlanCommand(context: CommandContext): Command {
  return migrateCommand(context, {
    name: "plan",
    summary: "print the statements that `up` would run",
    description: "Prints the SQL of the missing migrations, in order. Changes nothing.",
    run: async (database) => {
      const { inspectPostgres } = await import("@latchkey/server");
      return inspectPostgres(database);
    },
    json: ({ missing }) => ({
      migrations: missing.map(({ number, name, postgres, contracts }) => ({
        number,
        name,
        contracts: contracts === true,
        statements: postgres,
      })),
    }),
    text: planText,
  });
}

function planText({ missing }: MigrationStatus): string {
  if (missing.length === 0) return "-- Nothing is missing.";
  return missing
    .map(({ number, name, postgres, contracts }) =>
      [
        `-- ${number} ${name}`,
        ...(contracts === true
          ? ["-- Takes something away that the release before last used."]
          : []),
        ...postgres.map((statement) => `${statement};`),
      ].join("\n"),
    )
    .join("\n\n");
}
