// Deletes rows that are worth nothing any more, a bounded number at a time: whoever sweeps never holds
// the store long, and comes again while there may be more.

import { sql } from "kysely";
import type { Database, Step, WriteOutcome } from "./database.ts";
import type { Schema } from "./schema.ts";

/** A table whose rows expire, and the column that tells them apart. */
export type ExpiringRows = {
  [Table in keyof Schema]: Schema[Table] extends { expires_at: number }
    ? { readonly table: Table; readonly key: string & Exclude<keyof Schema[Table], "expires_at"> }
    : never;
}[keyof Schema];

/** Deletes rows that expire before a time, in the unit of the column, and at most so many. */
export function deleteExpired(
  database: Pick<Database, "query">,
  { table, key }: ExpiringRows,
  bound: { readonly before: number; readonly limit: number },
): Step {
  const rows = sql.table(table);
  const column = sql.ref(key);
  const statement = sql`delete from ${rows} where ${column} in (
    select ${column} from ${rows} where expires_at < ${bound.before} limit ${bound.limit})`;
  return { query: { compile: () => statement.compile(database.query) } };
}

/** Whether a write of bounded deletions reached the bound of one of them. */
export function hasReached(limit: number, outcome: WriteOutcome): boolean {
  return outcome.committed && outcome.results.some(({ changes }) => changes >= limit);
}
