// The Database interface: Kysely compiles a query, the store executes it. Two verbs. A write is
// a list of steps with expected row counts, all or nothing; no application code runs between
// BEGIN and COMMIT. Engines: sqlite/ and postgres/, one conformance suite for both.

import type { CompiledQuery, Kysely } from "kysely";
import type { Backup } from "./backup.ts";
import type { Schema } from "./schema.ts";

/** A query that Kysely built: anything that compiles. */
export interface Query<Row = unknown> {
  compile(): CompiledQuery<Row>;
}

/** One statement of a write. */
export interface Step {
  readonly query: Query;
  /** Rows that must be changed (or returned), else the whole write is rolled back. */
  readonly expect?: number;
  /**
   * Of all writes that name the same here, on every node, one runs at a time: for a condition over
   * rows that others change at once ("an administrator remains"). A store that runs every write alone
   * ignores it.
   */
  readonly alone?: string;
  /** True: other nodes are told when the write has committed, where the store can tell them. */
  readonly isNews?: boolean;
  /** What an audit event says, for those who count as writes commit; the store passes it over. */
  readonly event?: { readonly kind: string; readonly outcome: string };
}

/** What a write came to. Nothing of a write that did not commit is visible, ever. */
export type WriteOutcome =
  | { readonly committed: true; readonly results: readonly StepResult[] }
  | {
      readonly committed: false;
      /** Index of the step that failed. */
      readonly failed: number;
      readonly reason: "row-count" | "unique" | "foreign-key";
      /** For "unique": the columns, as `table.column`. */
      readonly constraint: readonly string[];
    };

/** Rows changed, and rows of a RETURNING clause. */
export interface StepResult {
  readonly changes: number;
  readonly rows: readonly Record<string, unknown>[];
}

/** A store. Errors other than those in WriteOutcome are thrown as {@link DatabaseError}. */
export interface Database {
  readonly dialect: "sqlite" | "postgres";
  /** Builds queries for this dialect. It never executes anything. */
  readonly query: Kysely<Schema>;
  /** Runs one query in one snapshot. */
  read<Row>(query: Query<Row>): Promise<readonly Row[]>;
  /** Runs all steps in one transaction, durable when the promise resolves. */
  write(steps: readonly Step[]): Promise<WriteOutcome>;
  /**
   * Calls back when another node committed a step that is news, until the returned function is called.
   * Only stores that many nodes share have it. A call may come for nothing, and may be missed.
   */
  readonly onNews?: (listener: () => void) => () => void;
  /** Copies the store into a file while it runs. Only engines whose store is a file of ours have it. */
  readonly backUp?: Backup;
  /** Waits for what is under way, then closes the store. */
  close(): Promise<void>;
}

/** Why a store failed. */
export type DatabaseErrorCode =
  | "database_unavailable"
  | "database_newer"
  | "database_outdated"
  | "database_moved"
  | "database_corrupt"
  | "data_directory_locked"
  | "data_directory_unwritable"
  | "backup_refused"
  | "backup_unusable"
  | "overloaded";

/** Thrown by a store. `code` is in the error registry; the message is for the log only. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
