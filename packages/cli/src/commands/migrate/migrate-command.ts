// The frame of `latchkey migrate ...`: which PostgreSQL is meant, and failures that name it. The
// embedded database has no such commands: it is brought up to date whenever it is opened.

import type { MigrationStatus } from "@latchkey/server";
import { Command } from "commander";
import { loadSettings } from "../../options/load-settings.ts";
import { addSettingFlags } from "../../options/setting-flags.ts";
import { Failure, failureOf } from "../../output/failure.ts";
import { nameOfStore } from "../../serving/name-of-store.ts";
import { type AdminFlags, printAnswer } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** The database of a migrate command. */
export interface MigratedDatabase {
  readonly url: string;
  readonly schema?: string;
}

/** What a migrate command is made of. */
export interface MigrateCommand {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Asks the database. */
  readonly run: (database: MigratedDatabase) => Promise<MigrationStatus>;
  readonly json: (status: MigrationStatus) => unknown;
  readonly text: (status: MigrationStatus, store: string) => string;
}

/** Creates a command. */
export function migrateCommand(context: CommandContext, what: MigrateCommand): Command {
  const command = new Command(what.name)
    .summary(what.summary)
    .description(what.description)
    .option("--json", "the answer as JSON on standard output")
    .action(async (flags: AdminFlags) => {
      const { settings } = await loadSettings(context, flags);
      const { databaseUrl, databaseSchema } = settings;
      if (databaseUrl === undefined) {
        throw new Failure("config_invalid", "No PostgreSQL is named.", {
          remedy:
            "Give --database postgres://... or DATABASE_URL. The embedded database is brought up to " +
            "date whenever it is opened.",
        });
      }
      const store = nameOfStore(settings);
      const status = await what
        .run({
          url: databaseUrl,
          ...(databaseSchema === undefined ? {} : { schema: databaseSchema }),
        })
        .catch((error: unknown) => {
          throw failureOf(error, store) ?? error;
        });
      const text = (): string => what.text(status, store);
      printAnswer(context, flags, { json: what.json(status), text });
    });
  addSettingFlags(command, ["database", "databaseSchema"]);
  return command;
}
