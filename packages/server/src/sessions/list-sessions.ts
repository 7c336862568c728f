// The live sessions of a user, a page at a time, newest first.

import { isIdentifier } from "@latchkey/protocol";
import { sql } from "kysely";
import type { Database } from "../storage/database.ts";
import { nameDevice } from "./device.ts";
import type { SessionPolicy } from "./session.ts";

/** Sessions of one page. */
export const SESSION_PAGE_SIZE = 50;

/** A session in the list. Times in milliseconds. */
export interface ListedSession {
  readonly id: string;
  readonly device: string | null;
  readonly createdAt: number;
  readonly lastSeenAt: number;
}

/** Where a page starts: after this session. */
export interface SessionCursor {
  readonly createdAt: number;
  readonly id: string;
}

/** A page; `next` is null on the last one. */
export interface SessionPage {
  readonly items: readonly ListedSession[];
  readonly next: SessionCursor | null;
}

/** Lists the live sessions of a user. */
export async function listSessions(
  deps: { readonly database: Database; readonly policy: SessionPolicy },
  userId: string,
  after: SessionCursor | null,
): Promise<SessionPage> {
  let query = deps.database.query
    .selectFrom("sessions")
    .select(["id", "user_agent", "created_at", "last_seen_at"])
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .where(sql<boolean>`(ends_at is null or ends_at > latchkey_now())`)
    .where(sql<boolean>`advanced_at >= latchkey_now() - ${deps.policy.idleLifetime}`)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(SESSION_PAGE_SIZE + 1);
  if (after !== null) {
    query = query.where(
      sql<boolean>`(created_at < ${after.createdAt}
        or (created_at = ${after.createdAt} and id < ${after.id}))`,
    );
  }
  const rows = await deps.database.read(query);
  const items = rows.slice(0, SESSION_PAGE_SIZE).map((row) => ({
    id: row.id,
    device: nameDevice(row.user_agent),
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  }));
  const last = items.at(-1);
  const hasMore = rows.length > SESSION_PAGE_SIZE && last !== undefined;
  return { items, next: hasMore ? { createdAt: last.createdAt, id: last.id } : null };
}

/** Writes a cursor as it stands in `after=`. */
export function formatSessionCursor(cursor: SessionCursor): string {
  return `${cursor.createdAt}.${cursor.id}`;
}

/** Reads a cursor; undefined when it is none of ours. */
export function parseSessionCursor(text: string): SessionCursor | undefined {
  const parts = /^([0-9]{1,15})\.(.{22})$/.exec(text);
  if (parts?.[1] === undefined || !isIdentifier(parts[2])) return undefined;
  return { createdAt: Number(parts[1]), id: parts[2] };
}
