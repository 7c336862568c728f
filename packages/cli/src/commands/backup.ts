// `latchkey backup`: copies the database into a file, through the server when one runs, else by
// itself. The key-encryption keys stay out: whoever finds the file must not be able to use it.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import type { BackupState } from "@latchkey/server";
import type { AdminClient } from "../administration/admin-client.ts";
import { LOCKED_PATIENCE } from "../administration/open-admin.ts";
import { connectToServer } from "../administration/socket-client.ts";
import { loadSettings } from "../options/load-settings.ts";
import { Failure, failureOf } from "../output/failure.ts";
import { addAdminFlags, type AdminFlags, printAnswer } from "./admin-command.ts";
import type { CommandContext } from "./context.ts";
import { createProgress, type Progress } from "../output/progress.ts";

/** Milliseconds between two questions how far the server is. */
const POLL_INTERVAL = 100;

interface Wanted {
  readonly file: string;
  readonly overwrite: boolean;
}

/** Creates the command. */
export function backupCommand(context: CommandContext): Command {
  const command = new Command("backup")
    .summary("copy the database into a file")
    .description(
      "Copies the database into a file of mode 0600, also while the server runs, as it is at one " +
        "moment. The copy is checked before it gets its name. Copying the files of the data " +
        "directory by hand loses data.",
    )
    .argument("<file>", "the file to write, outside the data directory")
    .option("--force", "replace the file when it exists")
    .action(async (name: string, flags: AdminFlags) => {
      const { settings } = await loadSettings(context, flags);
      if (settings.databaseUrl !== undefined) {
        throw new Failure("config_invalid", "A PostgreSQL is backed up by its own tools.", {
          remedy: "Use pg_dump, and keep a copy of --kek-dir in another place.",
        });
      }
      const wanted = {
        file: resolve(context.directory, name),
        overwrite: flags["force"] === true,
      };
      const progress = createProgress(context.prompts);
      const bytes = await backUp(settings.data, wanted, progress).finally(() => progress.end());
      const json = { file: wanted.file, bytes, key_encryption_keys: settings.kekDir };
      const text = (): string =>
        `Wrote ${wanted.file} (${formatBytes(bytes)}).\n` +
        `The key-encryption keys are NOT in it. Keep a copy of ${settings.kekDir} in another ` +
        "place: a backup without them cannot be used.";
      printAnswer(context, flags, { json, text });
    });
  return addAdminFlags(command).addHelpText(
    "after",
    `
The file holds password hashes, e-mail addresses and sealed keys. Restore it with \`latchkey restore\`.

Example:
  $ latchkey backup /var/backups/latchkey-$(date +%F).db`,
  );
}

// A server that holds the lock may not listen yet, or no more: both are over in a moment.
async function backUp(data: string, wanted: Wanted, progress: Progress): Promise<number> {
  const giveUpAt = performance.now() + LOCKED_PATIENCE;
  for (;;) {
    const server = await connectToServer(data);
    if (server !== undefined) return backUpThere(server, wanted, progress);
    try {
      return await backUpHere(data, wanted, progress);
    } catch (error) {
      const isLocked = error instanceof Failure && error.code === "data_directory_locked";
      if (!isLocked || performance.now() > giveUpAt) throw error;
    }
    await new Promise((done) => setTimeout(done, POLL_INTERVAL));
  }
}

async function backUpHere(data: string, wanted: Wanted, progress: Progress): Promise<number> {
  if (!existsSync(join(data, "latchkey.db"))) throw noDatabase(data);
  const { backUpDirectory } = await import("@latchkey/server");
  try {
    const { bytes } = await backUpDirectory({
      ...wanted,
      directory: data,
      onProgress: ({ copied, total }) => progress.show(copied, total),
    });
    return bytes;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    throw failureOf(error, code === "backup_refused" ? wanted.file : data) ?? error;
  }
}

async function backUpThere(
  server: AdminClient,
  wanted: Wanted,
  progress: Progress,
): Promise<number> {
  try {
    let state = (await server.send("POST", "/operator/backup", wanted)) as BackupState;
    while (state.state === "running") {
      progress.show(state.copied, state.total);
      await new Promise((done) => setTimeout(done, POLL_INTERVAL));
      state = (await server.send("GET", "/operator/backup")) as BackupState;
    }
    if (state.state === "done") return state.bytes;
    const { code, message } = state;
    throw failureOf(Object.assign(new Error(message), { code }), wanted.file) ?? new Error(message);
  } finally {
    await server.close();
  }
}

function noDatabase(data: string): Failure {
  return new Failure("config_invalid", `There is no Latchkey database in ${data}.`, {
    remedy: "Correct --data.",
  });
}

function formatBytes(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${Math.ceil(bytes / 1024)} KiB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
