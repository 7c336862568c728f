// Makes a backup of a data directory in a thread of its own, so that neither the event loop nor the
// store's worker waits for it. The work itself is backup-worker.ts.

import { randomBytes } from "node:crypto";
import { realpathSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { BackupOptions, BackupResult } from "../backup.ts";
import { DatabaseError } from "../database.ts";
import { DATABASE_FILE, lockDataDirectory } from "./data-directory.ts";
import type { StoreFailure } from "./messages.ts";

/** What the thread starts with. */
export interface BackupWorkerOptions {
  readonly database: string;
  /** Where the copy grows until it is whole. */
  readonly partial: string;
  readonly file: string;
  readonly overwrite: boolean;
  /** Milliseconds to wait for a foreign lock. */
  readonly busyTimeout: number;
}

/** What the thread says. */
export type BackupMessage =
  | { readonly kind: "progress"; readonly copied: number; readonly total: number }
  | { readonly kind: "done"; readonly bytes: number }
  | { readonly kind: "failed"; readonly error: StoreFailure };

/**
 * Backs up a data directory that this process has open.
 *
 * @throws DatabaseError as {@link Backup} does
 */
export async function backUp(
  options: BackupOptions & {
    readonly directory: string;
    readonly busyTimeout: number;
    /** Aborted when the store closes: a backup that is under way is given up. */
    readonly signal?: AbortSignal;
  },
): Promise<BackupResult> {
  const file = checkTarget(options);
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const workerData: BackupWorkerOptions = {
    database: join(options.directory, DATABASE_FILE),
    partial: `${file}.partial-${randomBytes(6).toString("hex")}`,
    file,
    overwrite: options.overwrite,
    busyTimeout: options.busyTimeout,
  };
  const worker = new Worker(new URL(`./backup-worker.${extension}`, import.meta.url), {
    workerData,
    execArgv: [],
  });
  const giveUp = (): void => void worker.terminate();
  options.signal?.addEventListener("abort", giveUp);
  try {
    return await outcomeOf(worker, options.onProgress);
  } finally {
    options.signal?.removeEventListener("abort", giveUp);
    // The thread clears up behind itself, unless it was ended.
    for (const end of ["", "-journal"]) rmSync(`${workerData.partial}${end}`, { force: true });
  }
}

function outcomeOf(worker: Worker, onProgress: BackupOptions["onProgress"]): Promise<BackupResult> {
  return new Promise((done, reject) => {
    let bytes: number | undefined;
    worker.on("message", (message: BackupMessage) => {
      if (message.kind === "progress") onProgress?.(message);
      else if (message.kind === "done") ({ bytes } = message);
      else reject(new DatabaseError(message.error.code, message.error.message));
    });
    worker.once("error", (cause) => reject(ended(cause)));
    worker.once("exit", () => (bytes === undefined ? reject(ended()) : done({ bytes })));
  });
}

/**
 * Backs up a data directory that no server has open: it is locked meanwhile, and not migrated.
 *
 * @throws DatabaseError data_directory_locked, and as {@link Backup} does
 */
export async function backUpDirectory(
  options: BackupOptions & { readonly directory: string; readonly busyTimeout?: number },
): Promise<BackupResult> {
  const { directory, busyTimeout = 0 } = options;
  const release = lockDataDirectory(directory);
  try {
    return await backUp({ ...options, busyTimeout });
  } finally {
    release();
  }
}

// A backup beside the database is lost with it, and a name such as latchkey.db would be the
// database itself.
function checkTarget(options: BackupOptions & { readonly directory: string }): string {
  const asked = resolve(options.file);
  let folder: string;
  try {
    folder = realpathSync(dirname(asked));
  } catch (cause) {
    throw new DatabaseError("backup_refused", `there is no directory ${dirname(asked)}`, { cause });
  }
  if (folder === realpathSync(options.directory)) {
    throw new DatabaseError("backup_refused", `${asked} is in the data directory itself`);
  }
  const file = join(folder, basename(asked));
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !(options.overwrite && found.isFile())) {
    throw new DatabaseError("backup_refused", `${asked} exists`);
  }
  return file;
}

function ended(cause?: unknown): DatabaseError {
  return new DatabaseError("database_unavailable", "the backup's thread ended", { cause });
}
