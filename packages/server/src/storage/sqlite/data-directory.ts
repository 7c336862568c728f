// The data directory: created 0700, its files 0600 (SQLite gives -wal and -shm the mode of the
// database file), and locked against a second process. The lock is an exclusive transaction on a
// file of its own: the kernel frees it when the process dies, however it dies.

import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DatabaseError } from "../database.ts";

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const SQLITE_BUSY = 5;

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
  const file = join(directory, "latchkey.db");
  const lockFile = join(directory, "lock.db");
  try {
    mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE });
    for (const path of [lockFile, file]) closeSync(openSync(path, "a", FILE_MODE));
  } catch (cause) {
    throw new DatabaseError(
      "data_directory_unwritable",
      `cannot create or write ${directory}: ${cause instanceof Error ? cause.message : "unknown"}`,
      { cause },
    );
  }
  const lock = lockDirectory(lockFile, directory);
  return { file, release: () => lock.close() };
}

function lockDirectory(lockFile: string, directory: string): DatabaseSync {
  const lock = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    // Nothing is ever written to it, so a journal file beside it would only be litter.
    lock.exec("pragma journal_mode = memory");
    lock.exec("begin exclusive");
    return lock;
  } catch (cause) {
    lock.close();
    const isHeld =
      cause instanceof Error && "errcode" in cause && Number(cause.errcode) % 256 === SQLITE_BUSY;
    if (!isHeld) throw cause;
    throw new DatabaseError(
      "data_directory_locked",
      `${directory} is in use by another Latchkey process`,
      { cause },
    );
  }
}
