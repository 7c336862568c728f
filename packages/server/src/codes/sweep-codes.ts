// Deletes one-time codes that can no longer be spent, sign-ups that nobody finished, and mails that were
// never sent (those are bounded by themselves). Bounded, so it never holds the store long.

import type { Database } from "../storage/database.ts";

/** Codes and sign-ups of each kind deleted by one sweep, at most. */
export const SWEEP_CODES = 1000;

/**
 * Deletes what has expired.
 *
 * @param now - milliseconds
 * @returns whether there may be more
 */
export async function sweepCodes(database: Database, now: number): Promise<boolean> {
  const { query } = database;
  const setUp = query
    .selectFrom("one_time_codes")
    .select("code_hash")
    .where("expires_at", "<", now)
    .limit(SWEEP_CODES);
  const codes = query
    .selectFrom("codes")
    .select("id")
    .where("expires_at", "<", now)
    .limit(SWEEP_CODES);
  const signUps = query
    .selectFrom("sign_ups")
    .select("id")
    .where("expires_at", "<", now)
    .limit(SWEEP_CODES);
  const outcome = await database.write([
    { query: query.deleteFrom("one_time_codes").where("code_hash", "in", setUp) },
    { query: query.deleteFrom("codes").where("id", "in", codes) },
    { query: query.deleteFrom("sign_ups").where("id", "in", signUps) },
    { query: query.deleteFrom("waiting_mails").where("expires_at", "<", now) },
  ]);
  return outcome.committed && outcome.results.some(({ changes }) => changes === SWEEP_CODES);
}
