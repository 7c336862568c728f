// Puts a backup file in the place of the database file, in one step that a crash cannot cut in two.
// The file is copied into a directory of its own, checked, brought up to date and prepared there,
// while the data directory stays as it is; at the end one rename() replaces the database.

import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Database, DatabaseError } from "../database.ts";
import { DATABASE_FILE, lockDataDirectory, syncDirectory } from "./data-directory.ts";
import { openSqlite } from "./open-sqlite.ts";

const STAGING_PREFIX = "restoring-";
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** What to put in the place of the database. */
export interface ReplaceOptions {
  /** A backup. */
  readonly file: string;
  /** The data directory. */
  readonly directory: string;
  /** Milliseconds: names the directory of what was replaced. */
  readonly now: number;
  /** Changes the copy before it takes the database's place; when it throws, nothing happens. */
  readonly prepare: (database: Database) => Promise<void>;
}

/**
 * Replaces the database of a directory that no server has open.
 *
 * @returns where the database that was there is now, or null when there was none
 * @throws DatabaseError data_directory_locked, data_directory_unwritable, backup_unusable,
 * database_newer
 */
export async function replaceDatabase(options: ReplaceOptions): Promise<string | null> {
  const directory = resolve(options.directory);
  const release = lockDataDirectory(directory);
  const staging = join(directory, `${STAGING_PREFIX}${randomBytes(6).toString("hex")}`);
  try {
    removeLeftovers(directory);
    const staged = stage(options.file, staging, join(directory, DATABASE_FILE));
    checkDatabase(staged);
    const database = await openSqlite({ directory: staging });
    try {
      await options.prepare(database);
    } finally {
      await database.close();
    }
    syncFile(staged);
    const replaced = moveAside(directory, options.now);
    renameSync(staged, join(directory, DATABASE_FILE));
    syncDirectory(directory);
    return replaced;
  } finally {
    rmSync(staging, { recursive: true, force: true });
    release();
  }
}

// Of a restore that was killed; the lock says that none is under way.
function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (name.startsWith(STAGING_PREFIX)) rmSync(join(directory, name), { recursive: true });
  }
}

function stage(source: string, staging: string, database: string): string {
  const staged = join(staging, DATABASE_FILE);
  const unusable = (why: string, cause?: unknown): DatabaseError =>
    new DatabaseError("backup_unusable", `${source} ${why}`, { cause });
  const found = statSync(source, { throwIfNoEntry: false });
  if (found === undefined) throw unusable("does not exist");
  if (!found.isFile() || found.size === 0) throw unusable("is not a backup");
  const current = statSync(database, { throwIfNoEntry: false });
  if (current?.ino === found.ino && current.dev === found.dev) {
    throw unusable("is the database itself");
  }
  // Half of its data may be in there, and nobody can tell.
  for (const end of ["-wal", "-journal"]) {
    if ((statSync(`${source}${end}`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
      throw unusable(`has a log beside it (${end}): a copy of a live database, not a backup`);
    }
  }
  try {
    mkdirSync(staging, { mode: DIRECTORY_MODE });
    copyFileSync(source, staged, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    chmodSync(staged, FILE_MODE);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "unknown error";
    throw new DatabaseError("data_directory_unwritable", `cannot copy ${source}: ${why}`, {
      cause,
    });
  }
  return staged;
}

// Before anything of the copy is believed or changed.
function checkDatabase(file: string): void {
  const refuse = (why: string, cause?: unknown): DatabaseError =>
    new DatabaseError("backup_unusable", why, { cause });
  let copy: DatabaseSync | undefined;
  try {
    copy = new DatabaseSync(file);
    copy.exec("pragma trusted_schema = off; pragma cell_size_check = on");
    const [first] = Object.values(copy.prepare("pragma integrity_check(1)").get() ?? {});
    if (first !== "ok") throw refuse(`it is damaged: ${String(first)}`);
    if (copy.prepare("pragma foreign_key_check").get() !== undefined) {
      throw refuse("it is damaged: rows refer to rows that are missing");
    }
    const row = copy.prepare("select count(*) as count from migrations").get();
    if (Number(row?.["count"]) === 0) throw refuse("it is an empty database");
  } catch (cause) {
    if (cause instanceof DatabaseError) throw cause;
    throw refuse("it is not a database of Latchkey", cause);
  } finally {
    copy?.close();
  }
}

// A log that stayed behind would be replayed over the new database, so it goes first. The database
// file gets a second name before the first one is taken over: at no moment is there none.
function moveAside(directory: string, now: number): string | null {
  const current = join(directory, DATABASE_FILE);
  if ((lstatSync(current, { throwIfNoEntry: false })?.size ?? 0) === 0) return null;
  mergeLog(current);
  const name = `replaced-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  const aside = join(directory, `${name}-${randomBytes(3).toString("hex")}`);
  mkdirSync(aside, { mode: DIRECTORY_MODE });
  for (const end of ["-wal", "-shm", "-journal"]) {
    if (lstatSync(`${current}${end}`, { throwIfNoEntry: false }) !== undefined) {
      renameSync(`${current}${end}`, join(aside, `${DATABASE_FILE}${end}`));
    }
  }
  try {
    linkSync(current, join(aside, DATABASE_FILE));
  } catch {
    // A file system without links: for a moment there is no database.
    renameSync(current, join(aside, DATABASE_FILE));
  }
  syncDirectory(aside);
  syncDirectory(directory);
  return aside;
}

// Closing the last connection merges the log into the file. One that is too damaged for that is
// moved aside as it is.
function mergeLog(file: string): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec("select count(*) from sqlite_schema");
  } catch {
    // Its keeper wants it replaced, whatever is wrong with it.
  } finally {
    database?.close();
  }
}

function syncFile(file: string): void {
  const handle = openSync(file, "r+");
  fsyncSync(handle);
  closeSync(handle);
}
