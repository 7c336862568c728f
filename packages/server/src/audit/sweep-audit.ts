// Deletes audit events that are older than the log keeps them. Bounded: it looks at the oldest
// events only, so it never walks the whole log.

import type { Database } from "../storage/database.ts";

/** Events that one sweep looks at. */
export const SWEEP_EVENTS = 1000;

/**
 * Deletes old events, the oldest first.
 *
 * @param before - milliseconds; what is older is deleted
 * @returns how many; as many as it looks at means that there may be more
 */
export async function sweepAudit(database: Database, before: number): Promise<number> {
  const { query } = database;
  const oldest = query
    .selectFrom("audit_events")
    .select(["n", "at"])
    .orderBy("n")
    .limit(SWEEP_EVENTS)
    .as("oldest");
  const expired = query.selectFrom(oldest).select("oldest.n").where("oldest.at", "<", before);
  const outcome = await database.write([
    { query: query.deleteFrom("audit_events").where("n", "in", expired) },
  ]);
  return outcome.committed ? (outcome.results[0]?.changes ?? 0) : 0;
}
