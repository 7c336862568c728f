// The data directory: created 0700, its files 0600 (SQLite gives -wal and -shm the mode of the
// database file), and locked against a second process. The lock is an exclusive transaction on a
// file of its own: the kernel frees it when the process dies, however it dies.

import { closeSync, existsSync, fsyncSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createDirectory } from "../create-directory.ts";
import { DatabaseError } from "../database.ts";
import { isBusy, openingFailure } from "./failure.ts";

/** Name of the database file in its directory. */
export const DATABASE_FILE = "latchkey.db";

const LOCK_FILE = "lock.db";
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** A data directory that is ours until it is released. */
export interface DataDirectory {
  /** The database file. */
  readonly file: string;
  release(): void;
}

/**
 * Creates and locks a data directory.
 *
 * @throws DatabaseError data_directory_unwritable, data_directory_locked
 */
export function openDataDirectory(directory: string): DataDirectory {
  const file = join(directory, DATABASE_FILE);
  const release = lockDataDirectory(directory, [file]);
  return { file, release };
}

/**
 * Locks a data directory, and creates it, its lock file and the `files` named where they are
 * missing.
 *
 * @returns what releases the lock
 * @throws DatabaseError data_directory_unwritable, data_directory_locked
 */
export function lockDataDirectory(directory: string, files: readonly string[] = []): () => void {
  const lockFile = join(directory, LOCK_FILE);
  try {
    const created = createDirectory(directory, DIRECTORY_MODE);
    for (const path of [lockFile, ...files]) createFile(path);
    // A file whose name is not on the disk is lost with the power, however well it was synced.
    syncDirectory(directory);
    if (created !== undefined) syncDirectory(dirname(created));
  } catch (cause) {
    throw new DatabaseError(
      "data_directory_unwritable",
      `cannot create or write ${directory}: ${cause instanceof Error ? cause.message : "unknown"}`,
      { cause },
    );
  }
  const lock = lockFileOf(lockFile, directory);
  return () => lock.close();
}

// An existing file is never opened here: POSIX drops all locks that a process has on a file when it
// closes any descriptor of it, so a refused second attempt would unlock the first.
function createFile(path: string): void {
  if (existsSync(path)) return;
  closeSync(openSync(path, "wx", FILE_MODE));
}

/** Puts the names in a directory on the disk. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function lockFileOf(lockFile: string, directory: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(lockFile, { timeout: 0 });
    // Nothing is ever written to it, so a journal file beside it would only be litter.
    lock.exec("pragma journal_mode = memory");
    lock.exec("begin exclusive");
    return lock;
  } catch (cause) {
    lock?.close();
    if (isBusy(cause)) {
      const message = `${directory} is in use by another Latchkey process`;
      throw new DatabaseError("data_directory_locked", message, { cause });
    }
    const { code, message } = openingFailure(cause);
    throw new DatabaseError(code, message, { cause });
  }
}
