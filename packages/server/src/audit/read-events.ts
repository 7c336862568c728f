// The audit log as it is read: the newest event first, a page at a time, by the number that each
// event got when it was written. A page never shifts while new events come.

import type { JsonObject } from "@latchkey/jose";
import type { Selectable } from "kysely";
import type { Database } from "../storage/database.ts";
import type { AuditEventsTable } from "../storage/schema.ts";

/**
 * Milliseconds by which the order of events may differ from that of their times: clocks of nodes
 * differ, and an event is numbered when its write commits.
 */
const ORDER_SLACK = 60_000;

/** Which events to read. */
export interface EventFilter {
  /** Whom they concern. */
  readonly userId?: string | undefined;
  /** Who did it. */
  readonly actorId?: string | undefined;
  readonly kind?: string | undefined;
  readonly outcome?: "success" | "failure" | undefined;
  /** Milliseconds, inclusive. */
  readonly from?: number | undefined;
  /** Milliseconds, exclusive. */
  readonly to?: number | undefined;
  /** Only events before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** An event. */
export interface StoredEvent {
  /** Its place in the log. */
  readonly n: number;
  readonly id: string;
  /** Milliseconds. */
  readonly at: number;
  readonly kind: string;
  readonly outcome: "success" | "failure";
  readonly actorId: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly detail: JsonObject;
}

/** Reads events. */
export async function readEvents(
  database: Database,
  filter: EventFilter,
): Promise<readonly StoredEvent[]> {
  const { userId, actorId, kind, outcome, from, to, before, limit } = filter;
  let query = database.query.selectFrom("audit_events as e").selectAll();
  if (userId !== undefined) query = query.where("e.user_id", "=", userId);
  if (actorId !== undefined) query = query.where("e.actor_id", "=", actorId);
  if (kind !== undefined) query = query.where("e.kind", "=", kind);
  if (outcome !== undefined) query = query.where("e.outcome", "=", outcome);
  if (before !== undefined) query = query.where("e.n", "<", before);
  // Times decide; numbers, found through the index on times, bound the walk.
  const edge = database.query.selectFrom("audit_events as f").select("f.n").limit(1);
  if (from !== undefined) {
    const first = edge
      .where("f.at", ">=", from - ORDER_SLACK)
      .orderBy("f.at")
      .orderBy("f.n");
    query = query.where("e.at", ">=", from).where("e.n", ">=", first);
  }
  if (to !== undefined) {
    const last = edge
      .where("f.at", "<", to + ORDER_SLACK)
      .orderBy("f.at", "desc")
      .orderBy("f.n", "desc");
    query = query.where("e.at", "<", to).where("e.n", "<=", last);
  }
  const rows = await database.read<Selectable<AuditEventsTable>>(
    query.orderBy("e.n", "desc").limit(limit),
  );
  return rows.map(parseEvent);
}

function parseEvent(row: Selectable<AuditEventsTable>): StoredEvent {
  return {
    n: row.n,
    id: row.id,
    at: row.at,
    kind: row.kind,
    outcome: row.outcome,
    actorId: row.actor_id,
    userId: row.user_id,
    sessionId: row.session_id,
    address: row.address,
    userAgent: row.user_agent,
    // auditEvent() made this JSON.
    detail: JSON.parse(row.detail) as JsonObject,
  };
}
