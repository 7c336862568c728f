// Users as administrators list them: the oldest first, the one with a given address or name, or those
// that a search finds.

import { type RawBuilder, sql, type SqlBool } from "kysely";
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
  /** Any part of the address, the user name or the name, as typed. */
  readonly search?: string | undefined;
  /** The name of a role that they have. */
  readonly role?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** Characters of a search. */
export const MAX_SEARCH_LENGTH = 100;

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
  if (filter.search !== undefined) query = query.where(isFound(filter.search));
  const { role } = filter;
  if (role !== undefined) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom("user_roles as held")
          .innerJoin("roles as wanted", "wanted.id", "held.role_id")
          .select("held.user_id")
          .whereRef("held.user_id", "=", "u.id")
          .where("wanted.name", "=", role),
      ),
    );
  }
  if (filter.disabled !== undefined) {
    query = query.where("u.disabled_at", filter.disabled ? "is not" : "is", null);
  }
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

// Addresses and user names are stored in lower case; names as they are written, and engines differ in
// what they can lower beyond ASCII, so a name is also searched as typed.
function isFound(search: string): RawBuilder<SqlBool> {
  const typed = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const lowered = typed.toLowerCase();
  return sql<SqlBool>`(u.email like ${lowered} escape ${ESCAPE}
    or u.username like ${lowered} escape ${ESCAPE}
    or u.name like ${typed} escape ${ESCAPE}
    or lower(u.name) like ${lowered} escape ${ESCAPE})`;
}

const ESCAPE = sql.lit("\\");

function parseCursor(cursor: string): { createdAt: number; id: string } {
  const match = CURSOR.exec(cursor);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new Refusal("invalid_request", {
      errors: [{ path: "after", message: "Not a cursor of this list" }],
    });
  }
  return { createdAt: Number(match[1]), id: match[2] };
}
