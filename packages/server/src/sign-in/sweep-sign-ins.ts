// Deletes what sign-ins leave behind that were never finished: sign-ins that waited for a factor,
// ceremonies without an answer, secrets that were never confirmed. Bounded, so it never holds the
// store long.

import { PENDING_SEED_LIFE } from "../credentials/totp/stored-totp.ts";
import type { Database } from "../storage/database.ts";

/** Rows of each kind that are deleted by one sweep, at most. */
export const SWEEP_SIGN_INS = 1000;

/**
 * Deletes what is too old to be finished; answers whether more may be left.
 *
 * @param now - milliseconds
 */
export async function sweepSignIns(database: Database, now: number): Promise<boolean> {
  const { query } = database;
  const waiting = query
    .selectFrom("pending_sign_ins")
    .select("token_hash")
    .where("expires_at", "<=", now)
    .limit(SWEEP_SIGN_INS);
  const unanswered = query
    .selectFrom("passkey_ceremonies")
    .select("challenge_hash")
    .where("expires_at", "<=", now)
    .limit(SWEEP_SIGN_INS);
  const unconfirmed = query
    .selectFrom("totp_seeds")
    .select("user_id")
    .where("pending", "=", 1)
    .where("created_at", "<=", now - PENDING_SEED_LIFE)
    .limit(SWEEP_SIGN_INS);
  const outcome = await database.write([
    { query: query.deleteFrom("pending_sign_ins").where("token_hash", "in", waiting) },
    { query: query.deleteFrom("passkey_ceremonies").where("challenge_hash", "in", unanswered) },
    {
      query: query
        .deleteFrom("totp_seeds")
        .where("pending", "=", 1)
        .where("user_id", "in", unconfirmed),
    },
  ]);
  return outcome.committed && outcome.results.some(({ changes }) => changes >= SWEEP_SIGN_INS);
}
