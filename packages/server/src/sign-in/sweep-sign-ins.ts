// Deletes what sign-ins leave behind that were never finished: sign-ins that waited for a factor,
// ceremonies without an answer, secrets that were never confirmed.

import { PENDING_SEED_LIFE } from "../credentials/totp/stored-totp.ts";
import type { Database, Step } from "../storage/database.ts";
import { deleteExpired, type ExpiringRows, hasReached } from "../storage/delete-expired.ts";

/** Rows of each kind that are deleted by one sweep, at most. */
export const SWEEP_SIGN_INS = 1000;

const EXPIRING: readonly ExpiringRows[] = [
  { table: "pending_sign_ins", key: "token_hash" },
  { table: "passkey_ceremonies", key: "challenge_hash" },
];

/**
 * Deletes what is too old to be finished; answers whether more may be left.
 *
 * @param now - milliseconds
 */
export async function sweepSignIns(database: Database, now: number): Promise<boolean> {
  // None of these is good in the millisecond of its end.
  const bound = { before: now + 1, limit: SWEEP_SIGN_INS };
  const outcome = await database.write([
    ...EXPIRING.map((rows) => deleteExpired(database, rows, bound)),
    deleteUnconfirmed(database, now),
  ]);
  return hasReached(SWEEP_SIGN_INS, outcome);
}

function deleteUnconfirmed({ query }: Database, now: number): Step {
  const unconfirmed = query
    .selectFrom("totp_seeds")
    .select("user_id")
    .where("pending", "=", 1)
    .where("created_at", "<=", now - PENDING_SEED_LIFE)
    .limit(SWEEP_SIGN_INS);
  return {
    query: query
      .deleteFrom("totp_seeds")
      .where("pending", "=", 1)
      .where("user_id", "in", unconfirmed),
  };
}
