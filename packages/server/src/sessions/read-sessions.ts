// Reads what a renewal decides on: the sessions, their users with roles and permissions, and the
// database's clock, by one statement and so in one snapshot.

import { type Selectable, sql } from "kysely";
import type { Database } from "../storage/database.ts";
import { defineQuery } from "../storage/define-query.ts";
import type { SessionsTable } from "../storage/schema.ts";
import {
  parseSubject,
  permissionColumn,
  roleColumn,
  type Subject,
  subjectColumns,
  type SubjectRow,
} from "../tokens/subject.ts";
import type { SessionPolicy } from "./lifetimes.ts";
import { parseSession, type Session } from "./session.ts";

/** A session with its user, as they were at `databaseNow` (milliseconds). */
export interface SessionSnapshot {
  readonly session: Session;
  readonly subject: Subject;
  readonly databaseNow: number;
}

type SnapshotRow = Selectable<SessionsTable> & SubjectRow & { readonly database_now: number };

function selectSessions(query: Database["query"], ids: readonly string[]) {
  return query
    .selectFrom("sessions as s")
    .innerJoin("users as u", "u.id", "s.user_id")
    .where("s.id", "in", ids)
    .selectAll("s")
    .select(subjectColumns)
    .select([roleColumn(), permissionColumn()])
    .select(sql<number>`latchkey_now()`.as("database_now"));
}

// What every renewal reads: both cookie slots are of one session, unless one is a leftover.
const selectOne = defineQuery<{ id: string }, SnapshotRow>((query, { id }) =>
  selectSessions(query, [id]),
);

/** Reads sessions by their ids; those that do not exist are left out. */
export async function readSessions(
  database: Database,
  ids: readonly string[],
  policy: SessionPolicy,
): Promise<readonly SessionSnapshot[]> {
  if (ids.length === 0) return [];
  const [id = "", ...others] = new Set(ids);
  const rows = await database.read<SnapshotRow>(
    others.length === 0
      ? selectOne(database, { id })
      : selectSessions(database.query, [id, ...others]),
  );
  return rows.map((row) => ({
    session: parseSession(row, policy),
    subject: parseSubject(row),
    databaseNow: row.database_now,
  }));
}
