// Deletes sessions that ended or expired long ago. Until then a late refresh token still gets the
// exact answer: ended, expired, or ended by reuse. Bounded: each sweep looks at the next stretch
// of the table, in the order of identifiers, and starts again at its end.

import { sql } from "kysely";
import type { Database } from "../storage/database.ts";

/** Milliseconds that a session is kept after its end: 30 days. */
export const SESSION_RETENTION: number = 30 * 24 * 60 * 60 * 1000;

/** Sessions that one sweep looks at. */
export const SWEEP_SESSIONS = 1000;

/**
 * Deletes what is over in the stretch of sessions behind `after`.
 *
 * @param idleLifetime - milliseconds
 * @returns where the next stretch begins; the empty text is the beginning
 */
export async function sweepSessions(
  database: Database,
  options: { readonly after: string; readonly idleLifetime: number },
): Promise<string> {
  const { query } = database;
  const stretch = query
    .selectFrom("sessions")
    .select(["id", "advanced_at", "ends_at", "ended_at"])
    .where("id", ">", options.after)
    .orderBy("id")
    .limit(SWEEP_SESSIONS)
    .as("stretch");
  const [edge] = await database.read(
    query
      .selectFrom(stretch)
      .select((eb) => [eb.fn.max("stretch.id").as("last"), eb.fn.countAll<number>().as("count")]),
  );
  // By the database's clock, like every other time of a session.
  const limit = sql<number>`latchkey_now() - ${SESSION_RETENTION}`;
  const idleLimit = sql<number>`latchkey_now() - ${SESSION_RETENTION + options.idleLifetime}`;
  const over = query
    .selectFrom(stretch)
    .select("stretch.id")
    .where((eb) =>
      eb.or([
        eb("stretch.ended_at", "<", limit),
        eb("stretch.ends_at", "<", limit),
        eb("stretch.advanced_at", "<", idleLimit),
      ]),
    );
  await database.write([{ query: query.deleteFrom("sessions").where("id", "in", over) }]);
  return edge === undefined || edge.count < SWEEP_SESSIONS ? "" : (edge.last ?? "");
}
