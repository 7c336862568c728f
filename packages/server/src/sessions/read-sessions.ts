// Reads what a renewal decides on: the sessions, their users with roles and permissions, and the
// database's clock, by one statement and so in one snapshot.

import { type Selectable, sql } from "kysely";
import type { Database } from "../storage/database.ts";
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

/** Reads sessions by their ids; those that do not exist are left out. */
export async function readSessions(
  database: Database,
  ids: readonly string[],
  policy: SessionPolicy,
): Promise<readonly SessionSnapshot[]> {
  if (ids.length === 0) return [];
  const query = database.query
    .selectFrom("sessions as s")
    .innerJoin("users as u", "u.id", "s.user_id")
    .where("s.id", "in", [...new Set(ids)])
    .selectAll("s")
    .select(subjectColumns)
    .select([roleColumn(), permissionColumn()])
    .select(sql<number>`latchkey_now()`.as("database_now"));
  const rows = await database.read<SnapshotRow>(query);
  return rows.map((row) => ({
    session: parseSession(row, policy),
    subject: parseSubject(row),
    databaseNow: row.database_now,
  }));
}
