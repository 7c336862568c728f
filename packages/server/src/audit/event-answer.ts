// Audit events on the wire, and the cursor of their lists.

import { z } from "@hono/zod-openapi";
import type { AuditEventAnswer } from "@latchkey/protocol";
import { nameDevice } from "../http/device.ts";
import { pageQuery } from "../http/page.ts";
import type { StoredEvent } from "./read-events.ts";

/** Renders an event. */
export function eventAnswer(event: StoredEvent): AuditEventAnswer {
  return {
    id: event.id,
    at: new Date(event.at).toISOString(),
    kind: event.kind,
    outcome: event.outcome,
    actor_id: event.actorId,
    user_id: event.userId,
    session_id: event.sessionId,
    address: event.address,
    user_agent: event.userAgent,
    device: nameDevice(event.userAgent),
    detail: event.detail,
  };
}

/** {@link AuditEventAnswer} for the API document. */
export const eventSchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    kind: z.string().openapi({ example: "login" }),
    outcome: z.enum(["success", "failure"]),
    actor_id: z.string().nullable().openapi({
      description: "A user, `operator` for the command line, or null when nobody is known",
    }),
    user_id: z.string().nullable().openapi({ description: "Whom it concerns" }),
    session_id: z.string().nullable(),
    address: z.string().nullable(),
    user_agent: z.string().nullable(),
    device: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .openapi("AuditEvent");

/** The query parameters of a list of events. */
export const eventPageQuery = {
  limit: pageQuery.limit,
  before: z
    .string()
    .regex(/^\d{1,15}$/, "Not a cursor of this list")
    .transform(Number)
    .optional()
    .openapi({ type: "string", description: "The `next` of the page before" }),
};

/** The cursor that follows an event. */
export function eventCursor(event: StoredEvent): string {
  return String(event.n);
}
