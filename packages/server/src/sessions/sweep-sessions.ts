// Deletes sessions that ended or expired long ago. Until then a late refresh token still gets the
// exact answer: ended, expired, or ended by reuse. Bounded: ended ones are found by their index,
// the oldest first. Expired ones are found by walking the table a stretch at a time, because an
// index on the last advance would cost every renewal a second write.

import { sql } from "kysely";
import type { Database } from "../storage/database.ts";
import { ENDED_RETENTION, idleLifetimeOf, type SessionPolicy } from "./lifetimes.ts";

/** Sessions that one sweep looks at. */
export const SWEEP_SESSIONS = 1000;

/**
 * Deletes sessions that ended long ago, the oldest first.
 *
 * @returns how many; as many as it looks at means that there may be more
 */
export async function sweepEndedSessions(
  database: Database,
  policy: SessionPolicy,
): Promise<number> {
  const { query } = database;
  const { endedRetention = ENDED_RETENTION } = policy;
  const over = query
    .selectFrom("sessions")
    .select("id")
    .where("ended_at", "<", sql<number>`latchkey_now() - ${endedRetention}`)
    .orderBy("ended_at")
    .limit(SWEEP_SESSIONS);
  const outcome = await database.write([
    { query: query.deleteFrom("sessions").where("id", "in", over) },
  ]);
  return outcome.committed ? (outcome.results[0]?.changes ?? 0) : 0;
}

/**
 * Deletes what expired long ago in the stretch of sessions behind `after`.
 *
 * @returns where the next stretch begins; the empty text is the beginning
 */
export async function sweepExpiredSessions(
  database: Database,
  options: { readonly after: string; readonly policy: SessionPolicy },
): Promise<string> {
  const { policy } = options;
  const { query } = database;
  const { endedRetention = ENDED_RETENTION } = policy;
  const stretch = await database.read(
    query
      .selectFrom("sessions")
      .select(["id", "client_id", "remembered", "advanced_at", "ends_at"])
      .select(sql<number>`latchkey_now()`.as("database_now"))
      .where("id", ">", options.after)
      .orderBy("id")
      .limit(SWEEP_SESSIONS),
  );
  const over = stretch.filter((row) => {
    const isRemembered = row.remembered === 1;
    const idleEnd =
      row.advanced_at + idleLifetimeOf(policy, { clientId: row.client_id, isRemembered });
    const end = row.ends_at === null ? idleEnd : Math.min(row.ends_at, idleEnd);
    return end < row.database_now - endedRetention;
  });
  if (over.length > 0) {
    const latest = Math.max(...over.map((row) => row.advanced_at));
    const ids = over.map((row) => row.id);
    // One that advanced in this moment, after the clock was set back, is none of them.
    const expired = query.deleteFrom("sessions").where("advanced_at", "<=", latest);
    await database.write([{ query: expired.where("id", "in", ids) }]);
  }
  return stretch.length < SWEEP_SESSIONS ? "" : (stretch.at(-1)?.id ?? "");
}
