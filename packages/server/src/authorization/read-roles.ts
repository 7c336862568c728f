// Roles as they are read: with their permissions, in one statement.

import { sql } from "kysely";
import type { Database } from "../storage/database.ts";

/** A role. Times in milliseconds. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Retired when the permissions change. */
  readonly handle: string;
  readonly permissions: readonly string[];
  /** Whoever has the role signs in with a second factor. */
  readonly requiresMfa: boolean;
  readonly createdAt: number;
}

/** Reads one role by name. */
export async function readRole(database: Database, name: string): Promise<Role | undefined> {
  const rows = await database.read<RoleRow>(selectRoles(database).where("r.name", "=", name));
  return rows[0] === undefined ? undefined : parseRole(rows[0]);
}

/** Reads roles by name, from the one that follows `after`. */
export async function readRoles(
  database: Database,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly Role[]> {
  const query = selectRoles(database).orderBy("r.name").limit(page.limit);
  const rows = await database.read<RoleRow>(
    page.after === undefined ? query : query.where("r.name", ">", page.after),
  );
  return rows.map(parseRole);
}

interface RoleRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly handle: string;
  readonly created_at: number;
  readonly requires_mfa: number;
  /** JSON. */
  readonly permissions: string;
}

function selectRoles(database: Database) {
  return database.query
    .selectFrom("roles as r")
    .select(["r.id", "r.name", "r.description", "r.handle", "r.created_at", "r.requires_mfa"])
    .select(
      sql<string>`(select json_group_array(rp.permission) from role_permissions as rp
        where rp.role_id = r.id)`.as("permissions"),
    );
}

function parseRole(row: RoleRow): Role {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    handle: row.handle,
    // Our own statement made this JSON.
    permissions: (JSON.parse(row.permissions) as string[]).toSorted(),
    requiresMfa: row.requires_mfa === 1,
    createdAt: row.created_at,
  };
}
