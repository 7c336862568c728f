// From a step to what is sent. A step that must change a certain number of rows is wrapped so that
// the database itself checks the number: then all steps and the commit travel in one round trip, and
// a write that does not hold never commits, whoever loses the connection meanwhile.

import type { CompiledQuery, RootOperationNode } from "kysely";
import type { Step } from "../database.ts";
import { type BoundValue, resolveValues, typesOf } from "./bind-values.ts";

/** The error that a wrapped statement raises when the number of rows is another: division by zero. */
export const ROW_COUNT_ERROR = "22012";

/** One statement, ready to be sent. */
export interface WireStatement {
  readonly text: string;
  readonly values: readonly BoundValue[];
  /** The type of each value, as an object identifier; 0 where the statement decides. */
  readonly types: readonly number[];
  /** Whether its rows are wanted. */
  readonly returnsRows: boolean;
  /** The rows that the database checks; undefined for any number. */
  readonly expect: number | undefined;
}

/** Values of one statement, at most: their number has 16 bits on the wire. */
export const MAX_VALUES = 65_535;

/** Texts that are remembered, at most. */
const REMEMBERED_TEXTS = 2_000;

/**
 * Makes statements of steps. What a text needs is found out once: a few texts are nearly all of the work,
 * and one that is put together anew would have to be hashed anew wherever it is looked up.
 */
export class WireStatements {
  // By text, then by the rows that are checked.
  readonly #known = new Map<string, Map<number | undefined, WireText>>();

  /**
   * Makes a statement of a step.
   *
   * @throws TypeError for a value that cannot be bound
   */
  of(step: Step): WireStatement {
    const compiled = step.query.compile();
    const { parameters } = compiled;
    if (parameters.length > MAX_VALUES) {
      throw new TypeError(`a statement has more than ${MAX_VALUES} values`);
    }
    const { expect } = step;
    const { text, returnsRows } = this.#textOf(compiled, expect);
    return {
      text,
      values: resolveValues(parameters),
      types: typesOf(parameters),
      returnsRows,
      expect,
    };
  }

  #textOf(compiled: CompiledQuery, expect: number | undefined): WireText {
    const { sql } = compiled;
    const known = this.#known.get(sql)?.get(expect);
    if (known !== undefined) return known;
    const returnsRows = givesRows(compiled);
    const text = expect === undefined ? sql : guard(sql, { returnsRows, expect });
    const made = { text, returnsRows };
    if (this.#known.size >= REMEMBERED_TEXTS) this.#known.clear();
    const forms = this.#known.get(sql) ?? new Map<number | undefined, WireText>();
    forms.set(expect, made);
    this.#known.set(sql, forms);
    return made;
  }
}

interface WireText {
  readonly text: string;
  readonly returnsRows: boolean;
}

// A changing statement inside WITH runs once and to its end, whatever is read from it.
function guard(sql: string, { returnsRows, expect }: Guard): string {
  const check = `select 1 / (count(*) = ${expect})::int as holds from latchkey_step`;
  return returnsRows
    ? `with latchkey_step as (${sql}) select latchkey_step.* from (${check}) as latchkey_count left join latchkey_step on true where latchkey_count.holds = 1`
    : `with latchkey_step as (${sql} returning 1) ${check}`;
}

interface Guard {
  readonly returnsRows: boolean;
  readonly expect: number;
}

function givesRows({ query, sql }: CompiledQuery): boolean {
  const node: RootOperationNode = query;
  switch (node.kind) {
    case "SelectQueryNode":
      return true;
    case "InsertQueryNode":
    case "UpdateQueryNode":
    case "DeleteQueryNode":
      return node.returning !== undefined;
    default:
      return !/^\s*(?:insert|update|delete)\b/i.test(sql) || /\breturning\b/i.test(sql);
  }
}
