// Users as administrators list them: the oldest first, or the one with a given address or name.

import { Refusal } from "../http/refusal.ts";
import type { Database } from "../storage/database.ts";
import {
  parseSubject,
  permissionColumn,
  roleColumn,
  type Subject,
  subjectColumns,
  type SubjectRow,
} from "../tokens/subject.ts";

/** Which users to read. */
export interface UserFilter {
  readonly limit: number;
  readonly after?: string | undefined;
  /** Normalised. */
  readonly email?: string | undefined;
  /** Normalised. */
  readonly username?: string | undefined;
}

const CURSOR = /^(\d{1,15})\.([A-Za-z0-9_-]{22})$/;

/** The cursor that follows a user. */
export function userCursor(user: Subject): string {
  return `${user.createdAt}.${user.id}`;
}

/** Reads users by creation. @throws Refusal `invalid_request` for a cursor that is none of ours */
export async function readUsers(
  database: Database,
  filter: UserFilter,
): Promise<readonly Subject[]> {
  let query = database.query
    .selectFrom("users as u")
    .select(subjectColumns)
    .select([roleColumn(), permissionColumn()])
    .orderBy("u.created_at")
    .orderBy("u.id")
    .limit(filter.limit);
  if (filter.email !== undefined) query = query.where("u.email", "=", filter.email);
  if (filter.username !== undefined) query = query.where("u.username", "=", filter.username);
  if (filter.after !== undefined) {
    const { createdAt, id } = parseCursor(filter.after);
    query = query.where((eb) =>
      eb.or([
        eb("u.created_at", ">", createdAt),
        eb.and([eb("u.created_at", "=", createdAt), eb("u.id", ">", id)]),
      ]),
    );
  }
  return (await database.read<SubjectRow>(query)).map(parseSubject);
}

function parseCursor(cursor: string): { createdAt: number; id: string } {
  const match = CURSOR.exec(cursor);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new Refusal("invalid_request", {
      errors: [{ path: "after", message: "Not a cursor of this list" }],
    });
  }
  return { createdAt: Number(match[1]), id: match[2] };
}
