// The subject of a token: a user with roles, permissions and handles, read by one statement and so
// in one snapshot. A token made from it can be taken back by any handle that it was true under.

import { createHash } from "node:crypto";
import { type AliasedRawBuilder, sql } from "kysely";
import type { Database } from "../storage/database.ts";
import { defineQuery } from "../storage/define-query.ts";

/** A role as a subject holds it. */
export interface SubjectRole {
  readonly id: string;
  readonly name: string;
  readonly handle: string;
  /** Tells whether whoever has the role must sign in with a second factor. */
  readonly requiresMfa: boolean;
}

/** Who a token is made for. Times in milliseconds. */
export interface Subject {
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly username: string | null;
  readonly name: string | null;
  /** PHC string; null when the user has no password. */
  readonly passwordHash: string | null;
  readonly handle: string;
  readonly disabledAt: number | null;
  readonly createdAt: number;
  /** By name. */
  readonly roles: readonly SubjectRole[];
  /** Those of all roles, each once, sorted. */
  readonly permissions: readonly string[];
}

/** What a user can prove besides a password. */
export interface SubjectFactors {
  readonly hasTotp: boolean;
  readonly hasPasskey: boolean;
  /** Tells whether a recovery code is left. */
  readonly hasRecoveryCode: boolean;
}

/** Somebody who signs in: the subject, and the factors to ask for, of the same snapshot. */
export interface SignInSubject extends Subject {
  readonly factors: SubjectFactors;
}

/** Which user to read; `email` and `username` are normalised. */
export type SubjectKey =
  | { readonly id: string }
  | { readonly email: string }
  | { readonly username: string };

/** The columns of a subject in a query that has `users as u`, for {@link parseSubject}. */
export const subjectColumns = [
  "u.id as user_id",
  "u.email as user_email",
  "u.email_verified as user_email_verified",
  "u.username as user_username",
  "u.name as user_name",
  "u.password_hash as user_password_hash",
  "u.handle as user_handle",
  "u.disabled_at as user_disabled_at",
  "u.created_at as user_created_at",
] as const;

/** A row that holds a subject. */
export interface SubjectRow {
  readonly user_id: string;
  readonly user_email: string;
  readonly user_email_verified: number;
  readonly user_username: string | null;
  readonly user_name: string | null;
  readonly user_password_hash: string | null;
  readonly user_handle: string;
  readonly user_disabled_at: number | null;
  readonly user_created_at: number;
  /** JSON. */
  readonly user_roles: string;
  /** JSON. */
  readonly user_permissions: string;
}

/**
 * The roles of `users as u` as a JSON array of texts, for a select that also has
 * {@link subjectColumns}. Texts, not objects: the engines' functions for objects differ. A name may
 * hold spaces and comes last.
 */
export function roleColumn(): AliasedRawBuilder<string, "user_roles"> {
  return sql<string>`(select json_group_array(
      r.id || ' ' || r.handle || ' ' || r.requires_mfa || ' ' || r.name)
    from user_roles as ur join roles as r on r.id = ur.role_id
    where ur.user_id = u.id)`.as("user_roles");
}

/**
 * The permissions of `users as u` as a JSON array, some of them twice: to say each once costs a store
 * several times what it costs {@link parseSubject}.
 */
export function permissionColumn(): AliasedRawBuilder<string, "user_permissions"> {
  return sql<string>`(select json_group_array(rp.permission)
    from user_roles as ur join role_permissions as rp on rp.role_id = ur.role_id
    where ur.user_id = u.id)`.as("user_permissions");
}

interface FactorRow {
  readonly has_totp: number;
  readonly has_passkey: number;
  readonly has_recovery_code: number;
}

// One look into an index each; a sign-in needs no second read to know what to ask for.
function factorColumns(): readonly AliasedRawBuilder<number, keyof FactorRow>[] {
  return [
    sql<number>`case when exists (select 1 from totp_seeds as t
      where t.user_id = u.id and t.pending = 0) then 1 else 0 end`.as("has_totp"),
    sql<number>`case when exists (select 1 from passkeys as p
      where p.user_id = u.id) then 1 else 0 end`.as("has_passkey"),
    sql<number>`case when exists (select 1 from recovery_codes as c
      where c.user_id = u.id and c.used_at is null) then 1 else 0 end`.as("has_recovery_code"),
  ];
}

/**
 * Reads a user with everything that a token and a sign-in need, or undefined when there is none.
 */
export async function readSubject(
  database: Database,
  by: SubjectKey,
): Promise<SignInSubject | undefined> {
  const [row] = await database.read<SubjectRow & FactorRow>(
    "id" in by
      ? selectById(database, by)
      : "email" in by
        ? selectSignInSubject(database).where("u.email", "=", by.email)
        : selectSignInSubject(database).where("u.username", "=", by.username),
  );
  return row === undefined ? undefined : parseSignInSubject(row);
}

/** Whose row was read for a name: further questions about it cost what they cost for its owner. */
export interface StandIn {
  readonly id: string;
  readonly passwordHash: string | null;
}

/**
 * Reads who signs in under a name, and reads another user where nobody has it: a name that nobody
 * has costs what a real one costs, to some microseconds (N2). The other user is picked by the name,
 * always the same one: were a hash of theirs slow to check, every try of this name would be slow, as
 * every try of theirs is.
 *
 * @returns `subject`, undefined for a name that nobody has; `standIn`, only to spend work on
 */
export async function readClaimedSubject(
  database: Database,
  by: Exclude<SubjectKey, { readonly id: string }>,
): Promise<{ readonly subject: SignInSubject | undefined; readonly standIn: StandIn }> {
  const { query } = database;
  const named =
    "email" in by
      ? query.selectFrom("users").select("id").where("email", "=", by.email)
      : query.selectFrom("users").select("id").where("username", "=", by.username);
  const first = query.selectFrom("users").select("id").orderBy("id").limit(1);
  const other = first.where("id", ">=", pickId("email" in by ? by.email : by.username));
  const [row] = await database.read<SubjectRow & FactorRow>(
    selectSignInSubject(database).where("u.id", "=", (eb) => eb.fn.coalesce(named, other, first)),
  );
  // A server without a single account has nothing to hide.
  if (row === undefined) return { subject: undefined, standIn: { id: "", passwordHash: null } };
  const found = parseSignInSubject(row);
  const isNamed = "email" in by ? found.email === by.email : found.username === by.username;
  return { subject: isNamed ? found : undefined, standIn: found };
}

// Identifiers are random, so those after a digest are anybody's.
function pickId(name: string): string {
  return createHash("sha256")
    .update(`stand-in\0${name}`)
    .digest()
    .subarray(0, 16)
    .toString("base64url");
}

// Each GET /auth/me runs it.
const selectById = defineQuery<{ id: string }, SubjectRow & FactorRow>((query, { id }) =>
  selectSignInSubject({ query }).where("u.id", "=", id),
);

function selectSignInSubject({ query }: Pick<Database, "query">) {
  return query
    .selectFrom("users as u")
    .select(subjectColumns)
    .select([roleColumn(), permissionColumn()])
    .select(factorColumns());
}

function parseSignInSubject(row: SubjectRow & FactorRow): SignInSubject {
  return {
    ...parseSubject(row),
    factors: {
      hasTotp: row.has_totp === 1,
      hasPasskey: row.has_passkey === 1,
      hasRecoveryCode: row.has_recovery_code === 1,
    },
  };
}

/** Reads the subject from a row. */
export function parseSubject(row: SubjectRow): Subject {
  // Our own statement made this JSON.
  const roles = JSON.parse(row.user_roles) as string[];
  const permissions = JSON.parse(row.user_permissions) as string[];
  return {
    id: row.user_id,
    email: row.user_email,
    emailVerified: row.user_email_verified === 1,
    username: row.user_username,
    name: row.user_name,
    passwordHash: row.user_password_hash,
    handle: row.user_handle,
    disabledAt: row.user_disabled_at,
    createdAt: row.user_created_at,
    roles: roles.map(parseRole).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    permissions: [...new Set(permissions)].toSorted(),
  };
}

function parseRole(text: string): SubjectRole {
  const [id = "", handle = "", requiresMfa = "", ...name] = text.split(" ");
  return { id, name: name.join(" "), handle, requiresMfa: requiresMfa === "1" };
}
