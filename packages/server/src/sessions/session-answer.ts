// A session on the wire, and the cursor of their lists; users and administrators get the same.

import { z } from "@hono/zod-openapi";
import type { SessionAnswer } from "@latchkey/protocol";
import { Refusal } from "../http/refusal.ts";
import { type ListedSession, parseSessionCursor, type SessionCursor } from "./list-sessions.ts";

/** {@link SessionAnswer} for the API document. */
export const sessionSchema = z
  .object({
    id: z.string(),
    device: z.string().nullable(),
    place: z.string().nullable().openapi({ description: "Null unless a lookup is configured" }),
    created_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime(),
    current: z.boolean(),
  })
  .openapi("Session");

/** Reads the `after` of a list. @throws Refusal `invalid_request` */
export function parseAfter(after: string | undefined): SessionCursor | null {
  if (after === undefined) return null;
  const cursor = parseSessionCursor(after);
  if (cursor !== undefined) return cursor;
  throw new Refusal("invalid_request", {
    errors: [{ path: "after", message: "is not a cursor of this list" }],
  });
}

/** Renders a session. @param currentId - the session that asks, or null */
export function sessionAnswer(session: ListedSession, currentId: string | null): SessionAnswer {
  return {
    id: session.id,
    device: session.device,
    place: session.place,
    created_at: new Date(session.createdAt).toISOString(),
    last_seen_at: new Date(session.lastSeenAt).toISOString(),
    current: session.id === currentId,
  };
}
