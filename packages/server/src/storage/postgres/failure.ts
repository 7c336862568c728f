// Tells what an error of PostgreSQL or of the connection means: a constraint that a caller can
// answer, something to try again, or a failure of the store.
// https://www.postgresql.org/docs/current/errcodes-appendix.html

import { DatabaseError, type WriteOutcome } from "../database.ts";
import { ROW_COUNT_ERROR } from "./wire-statement.ts";

/** What to do about an error. */
export type Remedy =
  /** The transaction lost against another one: nothing of it happened. */
  | "repeat"
  /** A prepared statement is out of date: nothing happened; prepare anew. */
  | "prepare-anew"
  /** A prepared statement is gone, or somebody else's: nothing happened; do without them. */
  | "do-not-prepare"
  /** The connection is of no use any more. */
  | "disconnect"
  | "none";

type Violation = Pick<Extract<WriteOutcome, { committed: false }>, "reason" | "constraint">;

/** The rule that a statement broke, or undefined when it was something else. */
export function parseViolation(error: unknown, expect: number | undefined): Violation | undefined {
  switch (sqlState(error)) {
    case "23505":
      return { reason: "unique", constraint: columnsOf(error) };
    case "23503":
      return { reason: "foreign-key", constraint: [] };
    case ROW_COUNT_ERROR:
      return expect === undefined ? undefined : { reason: "row-count", constraint: [] };
    default:
      return undefined;
  }
}

/** What to do about an error. */
export function remedyFor(error: unknown): Remedy {
  const state = sqlState(error);
  if (state === undefined) return "disconnect";
  switch (state) {
    case "40001": // serialization_failure
    case "40P01": // deadlock_detected
      return "repeat";
    case "0A000": // feature_not_supported: "cached plan must not change result type"
      return "prepare-anew";
    case "26000": // invalid_sql_statement_name
    case "42P05": // duplicate_prepared_statement
      return "do-not-prepare";
    case "25006": // read_only_sql_transaction: this server is a standby now
      return "disconnect";
    default:
      // Connection exceptions and operator intervention, but for a statement that was cancelled.
      return /^(?:08|57P|F0|XX)/.test(state) ? "disconnect" : "none";
  }
}

/** The store's error for any error. */
export function failureOf(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const state = sqlState(error);
  const isDamaged = state === "XX001" || state === "XX002";
  return new DatabaseError(
    isDamaged ? "database_corrupt" : "database_unavailable",
    describe(error, state),
  );
}

/** The five characters of a server's error. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("severity" in error)) return undefined;
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" && code.length === 5 ? code : undefined;
}

// "Key (purpose, id)=(signing, ...) already exists.": the columns come first, in any language.
function columnsOf(error: unknown): readonly string[] {
  const table = textOf(error, "table");
  const columns = /\(([^()]*)\)=\(/.exec(textOf(error, "detail"))?.[1];
  return columns === undefined ? [] : columns.split(", ").map((column) => `${table}.${column}`);
}

// Messages of class 22 and 23 quote values, which may be secret; the others name things.
function describe(error: unknown, state: string | undefined): string {
  const message = textOf(error, "message");
  if (state === undefined) return `PostgreSQL: ${message === "" ? "unknown error" : message}`;
  return /^2[23]/.test(state) ? `PostgreSQL ${state}` : `PostgreSQL ${state}: ${message}`;
}

function textOf(error: unknown, name: string): string {
  const value: unknown =
    typeof error === "object" && error !== null ? Reflect.get(error, name) : "";
  return typeof value === "string" ? value : "";
}
