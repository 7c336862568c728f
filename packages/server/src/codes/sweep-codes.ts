// Deletes one-time codes that can no longer be spent, sign-ups that nobody finished, and mails that were
// never sent.

import type { Database } from "../storage/database.ts";
import { deleteExpired, type ExpiringRows, hasReached } from "../storage/delete-expired.ts";

/** Codes, sign-ups and mails of each kind deleted by one sweep, at most. */
export const SWEEP_CODES = 1000;

const EXPIRING: readonly ExpiringRows[] = [
  { table: "one_time_codes", key: "code_hash" },
  { table: "codes", key: "id" },
  { table: "sign_ups", key: "id" },
  { table: "waiting_mails", key: "id" },
];

/**
 * Deletes what has expired.
 *
 * @param now - milliseconds
 * @returns whether there may be more
 */
export async function sweepCodes(database: Database, now: number): Promise<boolean> {
  const bound = { before: now, limit: SWEEP_CODES };
  const outcome = await database.write(
    EXPIRING.map((rows) => deleteExpired(database, rows, bound)),
  );
  return hasReached(SWEEP_CODES, outcome);
}
