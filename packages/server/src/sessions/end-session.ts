// The steps that end sessions. They only build statements, so that an ending stands in the same
// write as whatever causes it. Design section 4, "Taking back".

import { sql } from "kysely";
import { auditEvent } from "../audit/audit-event.ts";
import type { Ledger } from "../revocation/ledger.ts";
import type { Database, Step } from "../storage/database.ts";
import { WriteConflict } from "../storage/write.ts";
import { retirementExpiry } from "../tokens/retirement.ts";
import type { EndReason } from "./rotation.ts";
import { longestAccessTokenLifetime, type SessionPolicy } from "./lifetimes.ts";
import { clipUserAgent } from "./session.ts";

/** Who ends a session, and why. */
export interface Ending {
  readonly reason: EndReason;
  /** A user id, "operator", or null when nobody is known. */
  readonly actorId: string | null;
  /** Only when the session must be this user's. */
  readonly userId?: string;
  readonly address?: string | null;
  readonly userAgent?: string | null;
  /** Milliseconds. */
  readonly now: number;
}

/** The steps of an ending. `ledgerSteps` must be the last of the write. */
export interface EndingSteps {
  readonly steps: readonly Step[];
  readonly ledgerSteps: readonly Step[];
}

/** What the steps are built with. */
export interface EndingDeps {
  readonly database: Database;
  readonly ledger: Pick<Ledger, "retire">;
  readonly policy: SessionPolicy;
}

/** Ends one session and retires its `sid`. The first step fails when it has ended already. */
export function endSessionSteps(deps: EndingDeps, sessionId: string, ending: Ending): EndingSteps {
  const { database } = deps;
  let end = database.query
    .updateTable("sessions")
    .set({ ended_at: sql<number>`latchkey_now()`, end_reason: ending.reason })
    .where("id", "=", sessionId)
    .where("ended_at", "is", null);
  if (ending.userId !== undefined) end = end.where("user_id", "=", ending.userId);
  const audit = auditEvent(database, {
    kind: "session.ended",
    outcome: "success",
    actorId: ending.actorId,
    ...(ending.userId === undefined ? {} : { userId: ending.userId }),
    sessionId,
    address: ending.address ?? null,
    userAgent: clipUserAgent(ending.userAgent ?? null),
    detail: { reason: ending.reason },
    now: ending.now,
  });
  return {
    steps: [{ query: end, expect: 1 }, audit],
    ledgerSteps: deps.ledger.retire(
      [sessionId],
      retirementExpiry(ending.now, longestAccessTokenLifetime(deps.policy)),
    ),
  };
}

/**
 * Ends the sessions of a user, all or all but one. The caller retires the user's handle in the same
 * write: every access token of the user carries it, so no `sid` needs an entry of its own.
 */
export function endAllSessionsSteps(
  database: Database,
  userId: string,
  ending: { readonly reason: EndReason; readonly except?: string },
): readonly Step[] {
  let end = database.query
    .updateTable("sessions")
    .set({ ended_at: sql<number>`latchkey_now()`, end_reason: ending.reason })
    .where("user_id", "=", userId)
    .where("ended_at", "is", null);
  if (ending.except !== undefined) end = end.where("id", "!=", ending.except);
  return [{ query: end }];
}

/** Ends one session now. False when there was none to end. */
export async function endSession(
  deps: EndingDeps,
  sessionId: string,
  ending: Ending,
): Promise<boolean> {
  const { steps, ledgerSteps } = endSessionSteps(deps, sessionId, ending);
  const outcome = await deps.database.write([...steps, ...ledgerSteps]);
  if (outcome.committed) return true;
  if (outcome.failed === 0 && outcome.reason === "row-count") return false;
  throw new WriteConflict(outcome);
}
