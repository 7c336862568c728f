// Deletes ledger entries that no live token can need any more. Sweeping changes no hash: each row
// keeps its own, so the chain behind the swept part stays valid. Bounded, so that it never holds
// the store for long.

import type { Database } from "../storage/database.ts";
import { LEDGER_LEEWAY } from "./read-ledger.ts";

/** Entries deleted by one sweep, at most. */
export const SWEEP_ENTRIES = 1000;

/**
 * Entries at the head that are never swept: a reader that is not further behind finds the hash of
 * its position and goes on with a delta.
 */
export const KEPT_ENTRIES = 10_000;

/** What to sweep. */
export interface SweepOptions {
  /** Milliseconds. */
  readonly now: number;
  /** Default: {@link SWEEP_ENTRIES}. */
  readonly limit?: number;
  /** Default: {@link KEPT_ENTRIES}. */
  readonly kept?: number;
}

/**
 * Deletes expired entries, the longest expired first.
 *
 * @returns how many; as many as the limit means that there may be more
 */
export async function sweepLedger(database: Database, options: SweepOptions): Promise<number> {
  const { now, limit = SWEEP_ENTRIES, kept = KEPT_ENTRIES } = options;
  const { query } = database;
  const expired = query
    .selectFrom("ledger")
    .select("n")
    .where("expires_at", "<", Math.floor(now / 1000) - LEDGER_LEEWAY)
    .where("n", "<=", (eb) =>
      eb
        .selectFrom("ledger_head")
        .select((head) => head("n", "-", kept).as("last"))
        .where("id", "=", 1),
    )
    .orderBy("expires_at")
    .limit(limit);
  const outcome = await database.write([
    { query: query.deleteFrom("ledger").where("n", "in", expired) },
  ]);
  return outcome.committed ? (outcome.results[0]?.changes ?? 0) : 0;
}
