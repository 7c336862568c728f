// `latchkey migrate status`: which migrations a PostgreSQL has seen.

import type { MigrationStatus } from "@latchkey/server";
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { migrateCommand } from "./migrate-command.ts";

/** Creates the command. */
export function migrateStatusCommand(context: CommandContext): Command {
  return migrateCommand(context, {
    name: "status",
    summary: "say which migrations the database has seen",
    description:
      "Says which migrations a PostgreSQL has seen and which it misses. Changes nothing.",
    run: async (database) => {
      const { inspectPostgres } = await import("@latchkey/server");
      return inspectPostgres(database);
    },
    json: ({ last, applied, missing }) => ({
      last,
      applied: applied.map(({ number, name, appliedAt }) => ({
        number,
        name,
        applied_at: new Date(appliedAt).toISOString(),
      })),
      missing: missing.map(({ number, name }) => ({ number, name })),
    }),
    text: statusText,
  });
}

function statusText({ applied, missing }: MigrationStatus, store: string): string {
  const lines = [
    ...applied.map(({ number, name, appliedAt }) => {
      const at = new Date(appliedAt).toISOString();
      return `  ${String(number).padStart(4, "0")}  ${at}  ${name}`;
    }),
    ...missing.map(
      ({ number, name }) =>
        `  ${String(number).padStart(4, "0")}  ${"missing".padEnd(24)}  ${name}`,
    ),
  ];
  const end =
    missing.length === 0
      ? "Nothing is missing."
      : `${missing.length} missing: latchkey migrate up.`;
  return [store, ...lines, end].join("\n");
}
