// The audit log as its subject may read it: what concerns the own account. Where an administrator
// acted, that is said, and not who it was or from where.

import type { JsonObject } from "@latchkey/jose";
import type { StoredEvent } from "../../audit/read-events.ts";
import { nameDevice } from "../../http/device.ts";

/** An event as its subject sees it. */
export interface ActivityAnswer {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly outcome: "success" | "failure";
  /** Null when nobody is known, such as at a failed sign-in. */
  readonly by: "you" | "administrator" | null;
  readonly session_id: string | null;
  readonly address: string | null;
  readonly device: string | null;
  readonly detail: JsonObject;
}

/** Renders an event for the user it concerns. */
export function activityAnswer(event: StoredEvent): ActivityAnswer {
  const { actorId, userId } = event;
  const by = actorId === null ? null : actorId === userId ? "you" : "administrator";
  const isOthers = by === "administrator";
  return {
    id: event.id,
    at: new Date(event.at).toISOString(),
    kind: event.kind,
    outcome: event.outcome,
    by,
    session_id: event.sessionId,
    address: isOthers ? null : event.address,
    device: isOthers ? null : nameDevice(event.userAgent),
    detail: event.detail,
  };
}
