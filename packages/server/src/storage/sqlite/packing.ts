// How groups and their answers travel between the two threads: as flat lists of primitive values.
// Cloning an object costs for each of its members, names included, and a renewal would pay for its
// two statements' texts and for thirty column names. Here a text crosses once and is a number from
// then on, and so are the columns of a result. Both ends keep count, so they are made anew with each
// worker.

import type { StepResult } from "../database.ts";
import type {
  Parameter,
  Row,
  RowSet,
  StoreAnswer,
  StoreRequest,
  WorkerAnswer,
} from "./messages.ts";

/** Texts that have numbers, at most; then counting begins again. */
export const NUMBERED_TEXTS = 1000;

/** A value in transit: bytes travel as a text of one character for each, in a list of their own. */
type PackedValue = string | number | null | readonly [string];

/** A group in transit. */
export interface PackedGroup {
  /** The numbers before are void. */
  readonly isReset: boolean;
  /** Texts that get the next numbers. */
  readonly texts: readonly string[];
  /** Of each request: id, 0 or 1 for a write, statements; of each: text, expect or -1, parameters. */
  readonly values: readonly PackedValue[];
}

/** Answers in transit. */
export interface PackedAnswers {
  /** Columns that get the next numbers. */
  readonly columns: readonly (readonly string[])[];
  /** Of each request: id, and what follows from its kind. */
  readonly values: readonly PackedValue[];
  /** Answers that are rare enough to travel as they are. */
  readonly others: readonly WorkerAnswer[];
}

const WRITE = 1;
const NO_EXPECTATION = -1;

/** Packs groups, on the event loop's thread. */
export class GroupPacker {
  readonly #numbers = new Map<string, number>();

  pack(requests: readonly StoreRequest[]): PackedGroup {
    const isReset = this.#numbers.size > NUMBERED_TEXTS;
    if (isReset) this.#numbers.clear();
    const texts: string[] = [];
    const values: PackedValue[] = [];
    for (const { id, kind, statements } of requests) {
      values.push(id, kind === "write" ? WRITE : 0, statements.length);
      for (const { sql, expect, parameters } of statements) {
        let number = this.#numbers.get(sql);
        if (number === undefined) {
          number = this.#numbers.size;
          this.#numbers.set(sql, number);
          texts.push(sql);
        }
        values.push(number, expect ?? NO_EXPECTATION, parameters.length);
        for (const parameter of parameters) values.push(packParameter(parameter));
      }
    }
    return { isReset, texts, values };
  }
}

/** Reads groups, in the worker. */
export class GroupReader {
  #texts: string[] = [];

  read({ isReset, texts, values }: PackedGroup): StoreRequest[] {
    if (isReset) this.#texts = [];
    this.#texts.push(...texts);
    const requests: StoreRequest[] = [];
    let at = 0;
    const next = (): number => values[at++] as number;
    while (at < values.length) {
      const id = next();
      const kind = next() === WRITE ? "write" : "read";
      const statements = [];
      for (let count = next(); count > 0; count--) {
        const sql = this.#texts[next()];
        if (sql === undefined) throw new Error("a statement travelled without its text");
        const expect = next();
        const parameters: Parameter[] = [];
        for (let left = next(); left > 0; left--) {
          parameters.push(readParameter(values[at++] as PackedValue));
        }
        statements.push({ sql, parameters, expect: expect < 0 ? undefined : expect });
      }
      requests.push({ id, kind, statements });
    }
    return requests;
  }
}

const ROWS = 0;
const COMMITTED = 1;

/** Packs answers, in the worker. */
export class AnswerPacker {
  // By identity: a prepared statement has one list of columns for its whole life.
  readonly #numbers = new Map<readonly string[], number>();

  pack(answers: readonly WorkerAnswer[]): PackedAnswers {
    const columns: (readonly string[])[] = [];
    const values: PackedValue[] = [];
    const others: WorkerAnswer[] = [];
    for (const answer of answers) {
      if (answer.kind === "rows") {
        values.push(answer.id, ROWS);
        this.#packSet(answer.set, values, columns);
      } else if (answer.kind === "outcome" && answer.outcome.committed) {
        const { results } = answer.outcome;
        values.push(answer.id, COMMITTED, results.length);
        for (const { changes, set } of results) {
          values.push(changes);
          this.#packSet(set, values, columns);
        }
      } else others.push(answer);
    }
    return { columns, values, others };
  }

  #packSet(set: RowSet, values: PackedValue[], columns: (readonly string[])[]): void {
    values.push(set.rows.length);
    if (set.rows.length === 0) return;
    let number = this.#numbers.get(set.columns);
    if (number === undefined) {
      // Statements that fell out of the cache leave their columns here: a few names each, and few.
      number = this.#numbers.size;
      this.#numbers.set(set.columns, number);
      columns.push(set.columns);
    }
    values.push(number);
    for (const row of set.rows) {
      for (const value of row) values.push(packResult(value));
    }
  }
}

/** Reads answers, on the event loop's thread. */
export class AnswerReader {
  readonly #columns: (readonly string[])[] = [];

  read({ columns, values, others }: PackedAnswers): StoreAnswer[] {
    this.#columns.push(...columns);
    const answers: StoreAnswer[] = [];
    const cursor = { values, at: 0 };
    while (cursor.at < values.length) {
      const id = nextNumber(cursor);
      if (nextNumber(cursor) === ROWS) {
        answers.push({ id, kind: "rows", rows: this.#readRows(cursor) });
        continue;
      }
      const results: StepResult[] = [];
      for (let count = nextNumber(cursor); count > 0; count--) {
        results.push({ changes: nextNumber(cursor), rows: this.#readRows(cursor) });
      }
      answers.push({ id, kind: "outcome", outcome: { committed: true, results } });
    }
    for (const answer of others) {
      // What is left committed nothing and selected nothing.
      if (answer.kind === "error") answers.push(answer);
      else if (answer.kind === "outcome" && !answer.outcome.committed) {
        answers.push({ id: answer.id, kind: "outcome", outcome: answer.outcome });
      }
    }
    return answers;
  }

  #readRows(cursor: Cursor): readonly Row[] {
    const count = nextNumber(cursor);
    if (count === 0) return NO_ROWS;
    const columns = this.#columns[nextNumber(cursor)];
    if (columns === undefined) throw new Error("rows travelled without their columns");
    const rows: Row[] = [];
    for (let left = count; left > 0; left--) {
      const row: Row = {};
      for (const name of columns) row[name] = readResult(cursor.values[cursor.at++]);
      rows.push(row);
    }
    return rows;
  }
}

const NO_ROWS: readonly Row[] = [];

interface Cursor {
  readonly values: readonly PackedValue[];
  at: number;
}

function nextNumber(cursor: Cursor): number {
  return cursor.values[cursor.at++] as number;
}

function packParameter(value: Parameter): PackedValue {
  // Safe integers, both: parameters.ts has made sure.
  if (typeof value === "bigint") return Number(value);
  return typeof value === "object" ? packBytes(value) : value;
}

// node:sqlite binds a number as REAL, and a bigint as INTEGER.
function readParameter(value: PackedValue): Parameter {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  return typeof value === "object" && value !== null ? readBytes(value) : value;
}

// SQLite has texts, numbers, bytes and null.
function packResult(value: unknown): PackedValue {
  return value instanceof Uint8Array ? packBytes(value) : (value as PackedValue);
}

function readResult(value: PackedValue | undefined): unknown {
  return typeof value === "object" && value !== null ? readBytes(value) : value;
}

function packBytes(bytes: Uint8Array | null): PackedValue {
  if (bytes === null) return null;
  return [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")];
}

function readBytes([text]: readonly [string]): Uint8Array {
  // Memory of its own: a small Buffer is a window on a pool.
  return new Uint8Array(Buffer.from(text, "latin1"));
}
