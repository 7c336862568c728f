// Deletes one-time codes that can no longer be spent. Bounded, so it never holds the store long.

import type { Database } from "../storage/database.ts";

/** Codes deleted by one sweep, at most. */
export const SWEEP_CODES = 1000;

/**
 * Deletes expired codes.
 *
 * @param now - milliseconds
 */
export async function sweepCodes(database: Database, now: number): Promise<void> {
  const expired = database.query
    .selectFrom("one_time_codes")
    .select("code_hash")
    .where("expires_at", "<", now)
    .limit(SWEEP_CODES);
  await database.write([
    { query: database.query.deleteFrom("one_time_codes").where("code_hash", "in", expired) },
  ]);
}
