// The one connection to the database file, with its settings and the SQL functions that every
// engine offers. Used inside the worker only.

import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import type { RowSet, Statement } from "./messages.ts";
import { StatementCache } from "./statement-cache.ts";

/** Size to which the write-ahead log is cut back after a checkpoint, in bytes. */
const LOG_SIZE_LIMIT = 16 * 1024 * 1024;

/** What one statement came to. */
export interface StatementResult {
  readonly changes: number;
  readonly set: RowSet;
}

const NO_ROWS: RowSet = { columns: [], rows: [] };

/** An open database file. */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements: StatementCache;
  #clockOffset: number;
  #now = 0;
  #hasChanged = false;

  /**
   * Opens the file.
   *
   * WAL with synchronous=FULL: a commit is on the disk before it is answered. trusted_schema=OFF:
   * a crafted file must not call functions from its own schema.
   */
  constructor(file: string, options: { clockOffset: number; busyTimeout: number }) {
    this.#clockOffset = options.clockOffset;
    this.#database = new DatabaseSync(file, { timeout: options.busyTimeout });
    try {
      this.#database.exec(`
        pragma journal_mode = wal;
        pragma synchronous = full;
        pragma foreign_keys = on;
        pragma trusted_schema = off;
        pragma cell_size_check = on;
        pragma temp_store = memory;
        pragma cache_size = -32768;
        pragma journal_size_limit = ${LOG_SIZE_LIMIT};
      `);
      this.#defineFunctions();
    } catch (cause) {
      this.#database.close();
      throw cause;
    }
    this.#statements = new StatementCache(this.#database);
  }

  /** Whether a transaction is open. SQLite ends it by itself after some errors (disk full). */
  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** Moves the database's clock, in milliseconds from the machine's. */
  setClockOffset(milliseconds: number): void {
    this.#clockOffset = milliseconds;
  }

  /** Sets the time that `latchkey_now()` tells until the next call: one per read or write. */
  startRequest(): void {
    this.#now = Date.now() + this.#clockOffset;
    this.#hasChanged = false;
  }

  /** Whether the last statement changed or gave rows. A statement that failed did neither. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** Runs SQL of our own without parameters. */
  execute(sql: string): void {
    this.#database.exec(sql);
  }

  /** Runs one statement. A statement that gives rows counts them as its changes. */
  run(statement: Pick<Statement, "sql" | "parameters">): StatementResult {
    const prepared = this.#statements.prepare(statement.sql);
    if (prepared.columns.length > 0) {
      // Lists, as the statement was told; the types know objects only.
      const rows = prepared.statement.all(...statement.parameters) as unknown as unknown[][];
      this.#hasChanged = rows.length > 0;
      return { changes: rows.length, set: { columns: prepared.columns, rows } };
    }
    const { changes } = prepared.statement.run(...statement.parameters);
    this.#hasChanged = Number(changes) > 0;
    return { changes: Number(changes), set: NO_ROWS };
  }

  /** Closes the file; the last connection merges the write-ahead log into it. */
  close(): void {
    this.#database.close();
  }

  #defineFunctions(): void {
    this.#database.function("latchkey_now", { directOnly: true }, () => this.#now);
    this.#database.function(
      "latchkey_clock",
      { directOnly: true },
      () => Date.now() + this.#clockOffset,
    );
    this.#database.function(
      "latchkey_sha256",
      { directOnly: true, deterministic: true },
      (first: unknown, second: unknown) => {
        if (!(first instanceof Uint8Array) || !(second instanceof Uint8Array)) {
          throw new TypeError("latchkey_sha256 takes two blobs");
        }
        return createHash("sha256").update(first).update(second).digest();
      },
    );
  }
}
