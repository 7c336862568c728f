// The mark of a move in a database. A server that ran on half an installation, or on one that lives
// elsewhere by now, would sign with the same keys and know nothing of what the other takes back.

import { type Database, DatabaseError, type Step } from "../storage/database.ts";

/** What the mark says. */
export interface MoveMark {
  readonly state: "arriving" | "left";
  /** Which installation: the id of its ledger. */
  readonly ledgerId: string;
}

/** Reads the mark; undefined in a database of its own. */
export async function readMoveMark(database: Database): Promise<MoveMark | undefined> {
  const [row] = await database.read(
    database.query.selectFrom("moving").select(["state", "ledger_id"]),
  );
  return row === undefined ? undefined : { state: row.state, ledgerId: row.ledger_id };
}

/**
 * Refuses a database with a mark.
 *
 * @throws DatabaseError database_moved
 */
export async function requireUnmoved(database: Database): Promise<void> {
  const mark = await readMoveMark(database);
  if (mark === undefined) return;
  throw new DatabaseError(
    "database_moved",
    mark.state === "left"
      ? "the installation was moved to another database"
      : "a move into this database is not finished",
  );
}

/** The step that sets the mark. @param at - milliseconds */
export function markStep(database: Database, mark: MoveMark, at: number): Step {
  const values = { state: mark.state, ledger_id: mark.ledgerId, at };
  return {
    query: database.query
      .insertInto("moving")
      .values({ id: 1, ...values })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(values)),
    expect: 1,
  };
}

/** The step that takes the mark away. */
export function unmarkStep(database: Database): Step {
  return { query: database.query.deleteFrom("moving"), expect: 1 };
}
