// What the event loop's thread and the worker say to each other. Plain data only: it is cloned.

import type { DatabaseErrorCode, WriteOutcome } from "../database.ts";
import type { Migration } from "../migrations/migration.ts";
import type { PackedAnswers, PackedGroup } from "./packing.ts";

/** A value bound to a statement. Integers travel as bigint: node:sqlite binds a number as REAL. */
export type Parameter = string | number | bigint | null | Uint8Array;

/** A compiled statement. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  /** Rows that must be changed or returned; undefined for any number. */
  readonly expect: number | undefined;
}

/** One call of `read` or `write`. */
export interface StoreRequest {
  readonly id: number;
  readonly kind: "read" | "write";
  readonly statements: readonly Statement[];
}

/** Rows as the worker has them: names once, values in their order. */
export interface RowSet {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** What a call came to, in the worker. */
export type WorkerAnswer =
  | { readonly id: number; readonly kind: "rows"; readonly set: RowSet }
  | { readonly id: number; readonly kind: "outcome"; readonly outcome: WorkerOutcome }
  | { readonly id: number; readonly kind: "error"; readonly error: StoreFailure };

/** What a write came to, in the worker. */
export type WorkerOutcome =
  | {
      readonly committed: true;
      readonly results: readonly { readonly changes: number; readonly set: RowSet }[];
    }
  | Extract<WriteOutcome, { readonly committed: false }>;

/** What a call came to. */
export type StoreAnswer =
  | { readonly id: number; readonly kind: "rows"; readonly rows: readonly Row[] }
  | { readonly id: number; readonly kind: "outcome"; readonly outcome: WriteOutcome }
  | { readonly id: number; readonly kind: "error"; readonly error: StoreFailure };

/** A row, by the names of its columns. */
export type Row = Record<string, unknown>;

/** A DatabaseError in transit. */
export interface StoreFailure {
  readonly code: DatabaseErrorCode;
  readonly message: string;
}

/** To the worker. Groups are answered in order; `close` comes after the last of them. */
export type ToWorker =
  | { readonly kind: "group"; readonly group: PackedGroup }
  | { readonly kind: "clock"; readonly offset: number }
  | { readonly kind: "close" };

/** From the worker. `done` marks the last answers of a group. */
export type FromWorker =
  | { readonly kind: "opened" }
  | { readonly kind: "refused"; readonly error: StoreFailure }
  | { readonly kind: "answers"; readonly answers: PackedAnswers; readonly done: boolean }
  | { readonly kind: "closed" };

/** What the worker starts with. */
export interface WorkerOptions {
  readonly directory: string;
  readonly migrations: readonly Migration[];
  /** Milliseconds added to the database's clock. */
  readonly clockOffset: number;
  /** Milliseconds to wait for a lock that another process holds on the database file. */
  readonly busyTimeout: number;
}
