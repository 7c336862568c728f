// Deletes counters that count nothing any more. Bounded, so it never holds the store long.

import type { Database } from "../storage/database.ts";

/** Counters deleted by one sweep, at most. */
export const SWEEP_LIMITS = 5000;

/** Deletes expired counters. @param now - milliseconds @returns how many */
export async function sweepLimits(database: Database, now: number): Promise<number> {
  const expired = database.query
    .selectFrom("rate_limits")
    .select("key")
    .where("expires_at", "<", now)
    .limit(SWEEP_LIMITS);
  const outcome = await database.write([
    { query: database.query.deleteFrom("rate_limits").where("key", "in", expired) },
  ]);
  return outcome.committed ? (outcome.results[0]?.changes ?? 0) : 0;
}
