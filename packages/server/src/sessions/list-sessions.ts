// The live sessions of a user, a page at a time, newest first. What is past its idle end is left
// out here and not by the query, since each client has its own: a page may be short, and the next
// one still follows.

import { isIdentifier } from "@latchkey/protocol";
import { sql } from "kysely";
import type { Database } from "../storage/database.ts";
import { nameDevice } from "../http/device.ts";
import { idleLifetimeOf, type SessionPolicy } from "./lifetimes.ts";
import { lookUpPlaces, type PlaceOf } from "./place.ts";

/** Sessions of one page. */
export const SESSION_PAGE_SIZE = 50;

/** A session in the list. Times in milliseconds. */
export interface ListedSession {
  readonly id: string;
  readonly device: string | null;
  /** Coarse, such as a city; null when nobody knows. */
  readonly place: string | null;
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
  deps: {
    readonly database: Database;
    readonly policy: SessionPolicy;
    readonly placeOf?: PlaceOf | undefined;
  },
  userId: string,
  after: SessionCursor | null,
): Promise<SessionPage> {
  const page = await readPage(deps.database, userId, after);
  const rows = page.slice(0, SESSION_PAGE_SIZE);
  const live = rows.filter((row) => {
    const owner = { clientId: row.client_id, isRemembered: row.remembered === 1 };
    return row.advanced_at >= row.database_now - idleLifetimeOf(deps.policy, owner);
  });
  const places = await lookUpPlaces(
    deps.placeOf,
    live.map((row) => row.address),
  );
  const items = live.map((row) => ({
    id: row.id,
    device: nameDevice(row.user_agent),
    place: row.address === null ? null : (places.get(row.address) ?? null),
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  }));
  const last = rows.at(-1);
  const hasMore = page.length > SESSION_PAGE_SIZE && last !== undefined;
  return { items, next: hasMore ? { createdAt: last.created_at, id: last.id } : null };
}

function readPage(database: Database, userId: string, after: SessionCursor | null) {
  let query = database.query
    .selectFrom("sessions")
    .select(["id", "user_agent", "address", "created_at", "last_seen_at"])
    .select(["client_id", "remembered", "advanced_at"])
    .select(sql<number>`latchkey_now()`.as("database_now"))
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .where(sql<boolean>`(ends_at is null or ends_at > latchkey_now())`)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(SESSION_PAGE_SIZE + 1);
  if (after !== null) {
    query = query.where(
      sql<boolean>`(created_at < ${after.createdAt}
        or (created_at = ${after.createdAt} and id < ${after.id}))`,
    );
  }
  return database.read(query);
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
