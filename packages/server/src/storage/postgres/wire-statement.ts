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

/**
 * Makes a statement of a step.
 *
 * @throws TypeError for a value that cannot be bound
 */
export function wireStatement(step: Step): WireStatement {
  const compiled = step.query.compile();
  const values = resolveValues(compiled.parameters);
  const returnsRows = givesRows(compiled);
  const { expect } = step;
  const text = expect === undefined ? compiled.sql : guard(compiled.sql, { returnsRows, expect });
  return { text, values, types: typesOf(compiled.parameters), returnsRows, expect };
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
