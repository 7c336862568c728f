// Tells what an error of node:sqlite means: a constraint that a caller can answer, or a failure
// of the store. SQLite's messages name tables and columns, never values.
// https://www.sqlite.org/rescode.html

import type { WriteOutcome } from "../database.ts";
import type { StoreFailure } from "./messages.ts";

// Primary result codes.
const BUSY = 5;
const READONLY = 8;
const CORRUPT = 11;
const CANTOPEN = 14;
const NOTADB = 26;

// Extended result codes of SQLITE_CONSTRAINT.
const FOREIGN_KEY = 787;
const PRIMARY_KEY = 1555;
const UNIQUE = 2067;
const ROWID = 2579;

/** The rule of the schema that a statement broke, or undefined when it was something else. */
export function parseViolation(
  error: unknown,
): Pick<Extract<WriteOutcome, { committed: false }>, "reason" | "constraint"> | undefined {
  switch (resultCode(error)) {
    case FOREIGN_KEY:
      return { reason: "foreign-key", constraint: [] };
    case UNIQUE:
    case PRIMARY_KEY:
    case ROWID: {
      const columns = /UNIQUE constraint failed: (.*)$/s.exec(messageOf(error))?.[1];
      return { reason: "unique", constraint: columns === undefined ? [] : columns.split(", ") };
    }
    default:
      return undefined;
  }
}

/** Tells whether another connection holds the lock that was wanted. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

/** The failure that a statement's error stands for. */
export function statementFailure(error: unknown): StoreFailure {
  const primary = primaryCode(error);
  const isDamaged = primary === CORRUPT || primary === NOTADB;
  return {
    code: isDamaged ? "database_corrupt" : "database_unavailable",
    message: describe(error),
  };
}

/** The failure that an error while opening stands for. */
export function openingFailure(error: unknown): StoreFailure {
  const primary = primaryCode(error);
  if (primary === CANTOPEN || primary === READONLY) {
    return { code: "data_directory_unwritable", message: describe(error) };
  }
  return statementFailure(error);
}

function resultCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}

function primaryCode(error: unknown): number | undefined {
  const code = resultCode(error);
  return code === undefined ? undefined : code & 0xff;
}

function describe(error: unknown): string {
  const code = resultCode(error);
  return code === undefined ? messageOf(error) : `SQLite ${code}: ${messageOf(error)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown error";
}
