// Administrators: enabled users with a role that holds `latchkey:admin`. A change that takes the
// permission from somebody must leave at least one, and asks so inside its own write.

import { type Expression, type SqlBool, sql } from "kysely";
import type { Database } from "../storage/database.ts";
import { ADMIN_PERMISSION } from "./names.ts";

/** The grants that a change takes: of one user, through one role, or of one user through one role. */
export interface TakenGrants {
  readonly userId?: string;
  readonly roleId?: string;
}

/**
 * What a step with {@link administratorRemains} names as `alone`: two administrators that leave at once,
 * each through another node, would both see the other remain.
 */
export const ADMINISTRATOR_CHANGE = "administrators";

/** A condition: an administrator remains when these grants are gone; with none gone: there is one. */
export function administratorRemains(taken?: TakenGrants): Expression<SqlBool> {
  const userIs = taken?.userId === undefined ? sql`1 = 1` : sql`au.id = ${taken.userId}`;
  const roleIs = taken?.roleId === undefined ? sql`1 = 1` : sql`aur.role_id = ${taken.roleId}`;
  const stays = taken === undefined ? sql`1 = 1` : sql`not (${userIs} and ${roleIs})`;
  return sql<SqlBool>`exists (
    select 1 from users as au
    join user_roles as aur on aur.user_id = au.id
    join role_permissions as arp on arp.role_id = aur.role_id
    where arp.permission = ${ADMIN_PERMISSION} and au.disabled_at is null and ${stays})`;
}

/** Tells whether an administrator remains when these grants are gone; with none gone: is there one? */
export async function hasAdministrator(database: Database, taken?: TakenGrants): Promise<boolean> {
  const rows = await database.read<{ yes: number }>(
    database.query.selectNoFrom(sql<number>`1`.as("yes")).where(administratorRemains(taken)),
  );
  return rows.length > 0;
}
