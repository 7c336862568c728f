// Statements that travel together: all of them, and one Sync behind the last. Between two Syncs
// PostgreSQL runs everything as one transaction, which the second one commits; after an error it
// skips what follows and rolls back. So a write is one round trip and holds no lock while the client
// thinks. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING

import type { StepResult } from "../database.ts";
import { encodeBatch } from "./encode-batch.ts";
import type { PreparedStatements } from "./prepared-statements.ts";
import { type ValueReader, valueReader } from "./read-value.ts";
import type { WireStatement } from "./wire-statement.ts";

/** The driver's connection, as far as statements are sent over it. */
export interface WireConnection {
  readonly stream: { readonly writable: boolean; write(bytes: Uint8Array): boolean };
}

interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/** What was thrown, and which statement threw it. */
export class BatchError extends Error {
  override readonly name = "BatchError";
  /** Index of the statement. */
  readonly failed: number;

  constructor(failed: number, cause: unknown) {
    super("a statement failed", { cause });
    this.failed = failed;
  }
}

interface Column {
  readonly name: string;
  readonly read: ValueReader;
}

/**
 * A batch under way. The driver calls the `handle` methods as messages come; they are its interface
 * for queries of others' making.
 */
export class Batch {
  readonly #statements: readonly WireStatement[];
  readonly #prepared: PreparedStatements;
  readonly #resolve: (results: readonly StepResult[]) => void;
  readonly #reject: (error: BatchError) => void;
  readonly #results: StepResult[] = [];
  #columns: readonly Column[] = [];
  #rows: Record<string, unknown>[] = [];
  #unreadable: { readonly index: number; readonly cause: unknown } | undefined;

  constructor(
    statements: readonly WireStatement[],
    prepared: PreparedStatements,
    settle: {
      readonly resolve: (results: readonly StepResult[]) => void;
      readonly reject: (error: BatchError) => void;
    },
  ) {
    this.#statements = statements;
    this.#prepared = prepared;
    this.#resolve = settle.resolve;
    this.#reject = settle.reject;
  }

  /** Sends everything. */
  submit({ stream }: WireConnection): void {
    const bytes = encodeBatch(
      this.#statements.map((statement) => {
        const { text, types, values, returnsRows } = statement;
        const { name, isNew } = this.#prepared.prepare(text, types);
        return { name, text: isNew ? text : undefined, types, values, returnsRows };
      }),
    );
    // Its end is told by the driver.
    if (stream.writable) stream.write(bytes);
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, read: valueReader(dataTypeID) }));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const statement = this.#statements[this.#results.length];
    if (statement?.returnsRows !== true || this.#unreadable !== undefined) return;
    try {
      this.#rows.push(readRow(this.#columns, fields));
    } catch (cause) {
      this.#unreadable = { index: this.#results.length, cause };
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const statement = this.#statements[this.#results.length];
    // A statement that must give no rows and gave none is answered by one row of nulls.
    const rows = statement?.expect === 0 ? [] : this.#rows;
    const counted = statement?.returnsRows === true ? rows.length : changesOf(text);
    this.#results.push({ changes: statement?.expect ?? counted, rows });
    this.#rows = [];
  }

  handleReadyForQuery(): void {
    if (this.#unreadable === undefined) this.#resolve(this.#results);
    else this.#reject(new BatchError(this.#unreadable.index, this.#unreadable.cause));
  }

  handleError(error: unknown): void {
    this.#reject(new BatchError(this.#results.length, error));
  }

  handleEmptyQuery(): void {
    this.#results.push({ changes: 0, rows: [] });
  }

  handlePortalSuspended(): void {
    // Every row is asked for at once, so the server never stops in between.
  }
}

function readRow(
  columns: readonly Column[],
  fields: readonly (string | null)[],
): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  let index = 0;
  for (const { name, read } of columns) {
    const text = fields[index++] ?? null;
    row[name] = text === null ? null : read(text);
  }
  return row;
}

/** The count in "UPDATE 3" or "INSERT 0 3". */
function changesOf(command: string): number {
  const count = Number(command.slice(command.lastIndexOf(" ") + 1));
  return Number.isInteger(count) ? count : 0;
}
