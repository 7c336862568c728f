// One line of the audit log, as a step of the write that it tells of: what happened and that it
// was recorded are one transaction. Design section 7.

import type { JsonObject } from "@latchkey/jose";
import { createIdentifier } from "@latchkey/protocol";
import type { Database, Step } from "../storage/database.ts";

/** Characters of a user agent that are kept. */
export const MAX_USER_AGENT = 512;

/** Characters of an event's detail, as JSON. */
export const MAX_DETAIL = 4096;

/** What happened. Never holds a password, token, key, code or their hashes. */
export interface AuditInput {
  /** Dotted, e.g. `session.reuse`. */
  readonly kind: string;
  readonly outcome: "success" | "failure";
  /** Who did it: a user id, "operator" (command line), or null when nobody is known. */
  readonly actorId: string | null;
  /** Whom it concerns. */
  readonly userId?: string | null;
  readonly sessionId?: string | null;
  readonly address?: string | null;
  readonly userAgent?: string | null;
  readonly detail?: JsonObject;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Makes the step that records an event.
 *
 * @throws TypeError when the detail is longer than {@link MAX_DETAIL}: details are few and ours
 */
export function auditEvent(database: Database, input: AuditInput): Step {
  const detail = JSON.stringify(input.detail ?? {});
  if (detail.length > MAX_DETAIL) throw new TypeError(`detail of ${input.kind} is too long`);
  return {
    query: database.query.insertInto("audit_events").values({
      id: createIdentifier(),
      at: input.now,
      kind: input.kind,
      outcome: input.outcome,
      actor_id: input.actorId,
      user_id: input.userId ?? null,
      session_id: input.sessionId ?? null,
      address: input.address ?? null,
      user_agent: input.userAgent?.slice(0, MAX_USER_AGENT) ?? null,
      detail,
    }),
    expect: 1,
    event: { kind: input.kind, outcome: input.outcome },
  };
}
