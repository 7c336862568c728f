// Prepared statements, the most recently used ones. Bounded, since lists of values make ever new
// texts; a statement that falls out is finalized by the garbage collector.

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Prepared statements that are kept, at most. */
export const PREPARED_STATEMENTS = 256;

/** A statement that gives rows as lists, and the names of their columns: none when it gives no rows. */
export interface PreparedStatement {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
}

/** Prepares each text once, as long as it stays among the most recently used. */
export class StatementCache {
  readonly #database: DatabaseSync;
  readonly #limit: number;
  readonly #statements = new Map<string, PreparedStatement>();

  constructor(database: DatabaseSync, limit: number = PREPARED_STATEMENTS) {
    this.#database = database;
    this.#limit = limit;
  }

  /** How many statements are held. */
  get size(): number {
    return this.#statements.size;
  }

  /** The statement of a text. */
  prepare(sql: string): PreparedStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) {
      // A Map keeps insertion order: moving to the end makes the first entry the oldest.
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    const prepared = { statement, columns: statement.columns().map(({ name }) => name) };
    if (this.#statements.size >= this.#limit) {
      for (const oldest of this.#statements.keys()) {
        this.#statements.delete(oldest);
        break;
      }
    }
    this.#statements.set(sql, prepared);
    return prepared;
  }
}
