// The thread that makes one backup, with SQLite's own backup API: copying a live database's files
// loses what is still in its log. It reads through a connection of its own that holds one read
// transaction from beginning to end, so the copy is one moment, writers go on, and a busy store
// does not make it begin anew. Meanwhile the log only grows: it is cut back after the next checkpoint.
// https://www.sqlite.org/backup.html

import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { DatabaseError } from "../database.ts";
import type { BackupMessage, BackupWorkerOptions } from "./back-up.ts";
import { syncDirectory } from "./data-directory.ts";
import { statementFailure } from "./failure.ts";

/** Pages copied between two reports. */
const PAGES_AT_ONCE = 1024;

const OWNER_ONLY = 0o600;

function post(message: BackupMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(message);
}

async function makeBackup(options: BackupWorkerOptions): Promise<number> {
  const { partial, file } = options;
  closeSync(openSync(partial, "wx", OWNER_ONLY));
  try {
    await copyTo(partial, options);
    checkCopy(partial);
    const handle = openSync(partial, "r+");
    fsyncSync(handle);
    closeSync(handle);
    const { size } = statSync(partial);
    if (options.overwrite) renameSync(partial, file);
    else publish(partial, file);
    syncDirectory(dirname(file));
    return size;
  } finally {
    for (const end of ["", "-journal", "-wal", "-shm"]) rmSync(`${partial}${end}`, { force: true });
  }
}

async function copyTo(partial: string, options: BackupWorkerOptions): Promise<void> {
  const source = new DatabaseSync(options.database, {
    readOnly: true,
    timeout: options.busyTimeout,
  });
  try {
    source.exec("begin; select count(*) from sqlite_schema");
    await backup(source, partial, {
      rate: PAGES_AT_ONCE,
      progress: ({ totalPages, remainingPages }) =>
        post({ kind: "progress", copied: totalPages - remainingPages, total: totalPages }),
    });
  } finally {
    source.close();
  }
}

// A backup that does not open on the day it is needed is none. It also leaves WAL mode here: a
// single file that can be read from anywhere, without files beside it.
function checkCopy(partial: string): void {
  const copy = new DatabaseSync(partial);
  try {
    copy.exec("pragma journal_mode = delete");
    const [first] = Object.values(copy.prepare("pragma integrity_check(1)").get() ?? {});
    if (first !== "ok") {
      throw new DatabaseError("database_corrupt", `the copy is damaged: ${String(first)}`);
    }
  } finally {
    copy.close();
  }
}

// link() fails when the name exists, in one step; some file systems have no links.
function publish(partial: string, file: string): void {
  try {
    linkSync(partial, file);
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (code === "EEXIST" || statSync(file, { throwIfNoEntry: false }) !== undefined) {
      throw new DatabaseError("backup_refused", `${file} exists`, { cause: error });
    }
    renameSync(partial, file);
  }
}

function failureOf(error: unknown): Extract<BackupMessage, { kind: "failed" }>["error"] {
  if (error instanceof DatabaseError) return { code: error.code, message: error.message };
  const isRefusal = error instanceof Error && "path" in error;
  return isRefusal ? { code: "backup_refused", message: error.message } : statementFailure(error);
}

try {
  // workerData is untyped; back-up.ts is the only one that starts this file.
  post({ kind: "done", bytes: await makeBackup(workerData as BackupWorkerOptions) });
} catch (error) {
  post({ kind: "failed", error: failureOf(error) });
}
