// `latchkey restore`: puts a backup in the place of the database. Never through a running server:
// what it knows of its keys and its ledger would be of another database.

import { resolve } from "node:path";
import { Command } from "commander";
import { connectToServer } from "../administration/socket-client.ts";
import { loadSettings } from "../options/load-settings.ts";
import type { ResolvedSettings } from "../options/resolve-settings.ts";
import { Failure, failureOf } from "../output/failure.ts";
import { nameOfStore } from "../serving/name-of-store.ts";
import { addAdminFlags, type AdminFlags, printAnswer } from "./admin-command.ts";
import type { CommandContext } from "./context.ts";

/** Creates the command. */
export function restoreCommand(context: CommandContext): Command {
  const command = new Command("restore")
    .summary("put a backup in the place of the database")
    .description(
      "Puts a backup in the place of the database. The server must be stopped. The file is checked " +
        "first: whole, of this version or an older one, and its keys open with --kek-dir; otherwise " +
        "nothing changes. The database that was there is kept in a directory beside it.",
    )
    .argument("[file]", "the file that `latchkey backup` wrote")
    .option("--in-place", "the PostgreSQL of --database was restored by its own tools: settle it")
    .action(async (name: string | undefined, flags: AdminFlags) => {
      const { settings } = await loadSettings(context, flags);
      if (settings.databaseUrl !== undefined) return settle(context, settings, flags);
      if (name === undefined || flags["inPlace"] === true) {
        throw new Failure("config_invalid", "Name the file of a backup.", {
          remedy: "--in-place is for a PostgreSQL, named by --database or DATABASE_URL.",
        });
      }
      const file = resolve(context.directory, name);
      await requireNoServer(settings.data);
      const { restoreBackup } = await import("@latchkey/server");
      const restored = await restoreBackup({
        file,
        directory: settings.data,
        keyEncryption: { directory: settings.kekDir },
        now: Date.now(),
      }).catch((error: unknown) => {
        throw explain(error, { file, data: settings.data, kekDir: settings.kekDir }) ?? error;
      });
      const { lastEventAt } = restored;
      const last = lastEventAt === null ? null : new Date(lastEventAt).toISOString();
      const json = {
        file,
        data: settings.data,
        users: restored.users,
        sessions_ended: restored.sessionsEnded,
        signing_keys_retired: restored.keysRetired,
        last_event_at: last,
        replaced: restored.replaced,
      };
      const text = (): string =>
        [
          `Restored ${file} to ${settings.data}: ${restored.users} users, last event ${last ?? "none"}.`,
          `Everybody signs in again: ${restored.sessionsEnded} sessions ended, and no token of before is accepted.`,
          "Passwords, roles and disabled accounts are as they were then; what changed since must be done again.",
          restored.replaced === null
            ? "There was no database before."
            : `The database that was there is in ${restored.replaced}.`,
        ].join("\n");
      printAnswer(context, flags, { json, text });
    });
  return addAdminFlags(command).addHelpText(
    "after",
    `
A backup has forgotten what was taken back after it was made. So the restored database starts a new
revocation ledger that retires every signing key of the backup, and ends every session. A guard that
runs refuses earlier tokens as soon as it hears of the new ledger (within a second). Tokens of keys
that were made after the backup are refused once a guard reads the new key set; at the latest they
expire after the access-token lifetime. Restart guards that must not wait.

Example:
  $ latchkey restore /var/backups/latchkey-2026-01-31.db`,
  );
}

/** Settles a PostgreSQL that was restored from a backup by its own tools. */
async function settle(
  context: CommandContext,
  settings: ResolvedSettings,
  flags: AdminFlags,
): Promise<void> {
  const { databaseUrl = "", databaseSchema, kekDir } = settings;
  const store = nameOfStore(settings);
  if (flags["inPlace"] !== true) {
    throw new Failure("config_invalid", `${store} is restored by its own tools.`, {
      remedy: "Restore it with them while no node runs, then run this with --in-place.",
    });
  }
  const { settleRestoredPostgres } = await import("@latchkey/server");
  const restored = await settleRestoredPostgres({
    url: databaseUrl,
    ...(databaseSchema === undefined ? {} : { schema: databaseSchema }),
    keyEncryption: { directory: kekDir },
    now: Date.now(),
  }).catch((error: unknown) => {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    const isKey = typeof code === "string" && code.startsWith("key_encryption_key");
    throw failureOf(error, isKey ? kekDir : store) ?? error;
  });
  const json = {
    database: store,
    users: restored.users,
    sessions_ended: restored.sessionsEnded,
    signing_keys_retired: restored.keysRetired,
  };
  const text = (): string =>
    `Settled ${store}: ${restored.users} users. Everybody signs in again: ` +
    `${restored.sessionsEnded} sessions ended, and no token of before is accepted.`;
  printAnswer(context, flags, { json, text });
}

async function requireNoServer(data: string): Promise<void> {
  const server = await connectToServer(data);
  if (server === undefined) return;
  await server.close();
  throw new Failure("data_directory_locked", `A server is running on ${data}.`, {
    remedy: "Stop it, restore, and start it again.",
  });
}

function explain(
  error: unknown,
  paths: { readonly file: string; readonly data: string; readonly kekDir: string },
): Failure | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (code === "data_directory_locked" || code === "data_directory_unwritable") {
    return failureOf(error, paths.data);
  }
  const isKey = typeof code === "string" && code.startsWith("key_encryption_key");
  return failureOf(error, isKey ? paths.kekDir : paths.file);
}
