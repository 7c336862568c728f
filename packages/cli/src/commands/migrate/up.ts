// `latchkey migrate up`: runs the missing migrations, as the owner of the tables.

import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { migrateCommand } from "./migrate-command.ts";

/** Creates the command. */
export function migrateUpCommand(context: CommandContext): Command {
  return migrateCommand(context, {
    name: "up",
    summary: "run the missing migrations",
    description:
      "Runs the missing migrations in one transaction, while nodes of the version before go on " +
      "running. Several at once wait for each other. Needs the role that owns the tables.",
    run: async (database) => {
      const { migratePostgres } = await import("@latchkey/server");
      return migratePostgres(database);
    },
    json: ({ missing }) => ({ applied: missing.map(({ number, name }) => ({ number, name })) }),
    text: ({ missing }, store) =>
      missing.length === 0
        ? `${store}: nothing was missing.`
        : [`${store}:`, ...missing.map(({ number, name }) => `  ran ${number} ${name}`)].join("\n"),
  });
}
