// `latchkey move`: carries an installation from the embedded database to PostgreSQL.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { loadSettings } from "../options/load-settings.ts";
import { addSettingFlags } from "../options/setting-flags.ts";
import { Failure, failureOf } from "../output/failure.ts";
import { createProgress } from "../output/progress.ts";
import { nameOfStore } from "../serving/name-of-store.ts";
import { type AdminFlags, printAnswer } from "./admin-command.ts";
import type { CommandContext } from "./context.ts";

/** Creates the command. */
export function moveCommand(context: CommandContext): Command {
  const command = new Command("move")
    .summary("carry the installation to PostgreSQL")
    .description(
      "Copies everything from the embedded database to an empty PostgreSQL and compares both. The " +
        "server must be stopped. Sessions, keys and tokens stay as they are: nobody signs in again. " +
        "A move that was interrupted is run again and goes on where it stopped.",
    )
    .requiredOption("--to <url>", "postgres://..., or `postgres` for the one in DATABASE_URL")
    .option("--from <what>", "where from: sqlite, the database in --data", "sqlite")
    .option("--json", "the answer as JSON on standard output")
    .action(async (flags: AdminFlags) => {
      if (flags["from"] !== "sqlite") {
        throw new Failure("config_invalid", "--from must be sqlite.");
      }
      const databaseUrl = targetOf(context, flags["to"]);
      const environment = { ...context.environment, DATABASE_URL: undefined };
      const { settings } = await loadSettings({ ...context, environment }, flags);
      const { data } = settings;
      const schema = flags["schema"];
      const store = nameOfStore({ data, databaseUrl });
      if (!existsSync(join(data, "latchkey.db"))) {
        throw new Failure("config_invalid", `There is no Latchkey database in ${data}.`, {
          remedy: "Correct --data.",
        });
      }
      const { moveToPostgres } = await import("@latchkey/server");
      const progress = createProgress(context.prompts);
      const tables = await moveToPostgres({
        directory: data,
        url: databaseUrl,
        now: Date.now(),
        onProgress: ({ done, total }) => progress.show(done, total),
        ...(typeof schema === "string" ? { schema } : {}),
      })
        .catch((error: unknown) => {
          throw failureOf(error, store) ?? error;
        })
        .finally(() => progress.end());
      const json = { from: data, to: store, tables };
      const rows = tables.reduce((sum, table) => sum + table.rows, 0);
      const text = (): string =>
        [
          `Moved ${rows} rows of ${tables.length} tables from ${data} to ${store}; both sides are the same.`,
          "Start the nodes with DATABASE_URL and the key-encryption keys of before.",
          `No server starts on ${data} again; delete it when nobody needs it any more.`,
        ].join("\n");
      printAnswer(context, flags, { json, text });
    });
  command.option("--schema <name>", "schema of the tables in PostgreSQL");
  addSettingFlags(command, ["data"]);
  return command.addHelpText(
    "after",
    `
A URL with a password belongs into DATABASE_URL: arguments can be read by other users of the machine.

Example:
  $ latchkey move --from sqlite --to postgres`,
  );
}

function targetOf(context: CommandContext, to: unknown): string {
  const url = to === "postgres" ? context.environment["DATABASE_URL"] : to;
  if (typeof url === "string" && /^postgres(?:ql)?:/.test(url) && URL.canParse(url)) return url;
  // It may hold a password and is not repeated.
  throw new Failure(
    "config_invalid",
    "--to must be postgres://..., or postgres with DATABASE_URL.",
  );
}
