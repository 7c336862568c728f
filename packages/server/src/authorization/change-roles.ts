// Creates, changes and removes roles. A role's permissions are in the tokens of everybody who has
// it, so changing them retires the role's handle: one ledger entry, whatever the number of users.

import { createIdentifier } from "@latchkey/protocol";
import { auditEvent } from "../audit/audit-event.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database, Step } from "../storage/database.ts";
import { WriteConflict, writeAll } from "../storage/write.ts";
import type { RequireTokenFit } from "../tokens/token-budget.ts";
import type { Actor } from "./actor.ts";
import { ADMINISTRATOR_CHANGE, administratorRemains, hasAdministrator } from "./administrators.ts";
import { ADMIN_PERMISSION, MAX_PERMISSIONS, MAX_ROLES } from "./names.ts";
import { type Role, readRole } from "./read-roles.ts";
import { retryConflict } from "./retry-conflict.ts";
import { requireHoldersFit } from "./role-holders.ts";

/** Permissions named in one audit event; more are counted only. */
const AUDITED_PERMISSIONS = 32;

/** Retires handles for as long as a token can live that was issued by `now` (milliseconds). */
export type Retire = (handles: readonly string[], now: number) => readonly Step[];

/** What giving roles and permissions needs. */
export interface GrantContext extends ChangeContext {
  readonly requireTokenFit: RequireTokenFit;
}

/** What changes of roles and users need. */
export interface ChangeContext {
  readonly database: Database;
  readonly retire: Retire;
}

/** The members of a role that can be set. */
export interface RoleInput {
  readonly description?: string | null | undefined;
  readonly permissions?: readonly string[] | undefined;
  /** Whoever has the role signs in with a second factor. */
  readonly requiresMfa?: boolean | undefined;
}

/**
 * Creates a role.
 *
 * @throws Refusal `role_exists`, `token_too_large`, `invalid_request` when there are too many roles or permissions
 */
export async function createRole(
  { database, requireTokenFit }: GrantContext,
  input: RoleInput & { readonly name: string },
  actor: Actor,
): Promise<void> {
  const permissions = unique(input.permissions ?? []);
  // Whoever has it alone must get a token.
  requireTokenFit({ roles: [input.name], permissions });
  await Promise.all([checkRoleCount(database), checkPermissionCount(database, permissions)]);
  const id = createIdentifier();
  try {
    await writeAll(database, [
      {
        query: database.query.insertInto("roles").values({
          id,
          name: input.name,
          description: input.description ?? null,
          handle: createIdentifier(),
          requires_mfa: input.requiresMfa === true ? 1 : 0,
          created_at: actor.now,
        }),
        expect: 1,
      },
      ...permissionSteps(database, id, permissions),
      auditRole(database, "role.created", actor, {
        role: input.name,
        permissions,
        requiresMfa: input.requiresMfa === true,
      }),
    ]);
  } catch (error) {
    if (error instanceof WriteConflict && error.outcome.reason === "unique") {
      throw new Refusal("role_exists");
    }
    throw error;
  }
}

/**
 * Changes a role; new permissions retire its handle, and so does the demand for a second factor:
 * sessions that were begun without one get no token with the role from then on.
 *
 * @throws Refusal `not_found`, `last_administrator`, `token_too_large`
 */
export function changeRole(
  { database, retire, requireTokenFit }: GrantContext,
  name: string,
  input: RoleInput,
  actor: Actor,
): Promise<void> {
  return retryConflict(async () => {
    const role = await loadRole(database, name);
    const permissions = unique(input.permissions ?? role.permissions);
    const requiresMfa = input.requiresMfa ?? role.requiresMfa;
    const isSame =
      permissions.join(" ") === role.permissions.join(" ") && requiresMfa === role.requiresMfa;
    const losesAdmin = takesAdmin(role, permissions);
    if (losesAdmin) await requireRemaining(database, role);
    if (!isSame) await checkPermissionCount(database, permissions);
    if (permissions.some((permission) => !role.permissions.includes(permission))) {
      await requireHoldersFit(database, { roleId: role.id, permissions }, requireTokenFit);
    }
    const description = input.description === undefined ? role.description : input.description;
    const update = database.query
      .updateTable("roles")
      .set({
        description,
        requires_mfa: requiresMfa ? 1 : 0,
        handle: isSame ? role.handle : createIdentifier(),
      })
      .where("id", "=", role.id)
      .where("handle", "=", role.handle);
    await writeAll(database, [
      {
        query: losesAdmin ? update.where(administratorRemains({ roleId: role.id })) : update,
        expect: 1,
        alone: ADMINISTRATOR_CHANGE,
      },
      ...(isSame ? [] : replacePermissions(database, role.id, permissions)),
      auditRole(database, "role.changed", actor, { role: name, permissions, requiresMfa }),
      ...(isSame ? [] : retire([role.handle], actor.now)),
    ]);
  });
}

/**
 * Removes a role from everybody and everything.
 *
 * @throws Refusal `not_found`, `last_administrator`
 */
export function removeRole(
  { database, retire }: ChangeContext,
  name: string,
  actor: Actor,
): Promise<void> {
  return retryConflict(async () => {
    const role = await loadRole(database, name);
    const losesAdmin = takesAdmin(role, []);
    if (losesAdmin) await requireRemaining(database, role);
    const remove = database.query
      .deleteFrom("roles")
      .where("id", "=", role.id)
      .where("handle", "=", role.handle);
    await writeAll(database, [
      {
        query: losesAdmin ? remove.where(administratorRemains({ roleId: role.id })) : remove,
        expect: 1,
        alone: ADMINISTRATOR_CHANGE,
      },
      auditRole(database, "role.removed", actor, { role: name }),
      ...retire([role.handle], actor.now),
    ]);
  });
}

/** Reads a role. @throws Refusal `not_found` */
export async function loadRole(database: Database, name: string): Promise<Role> {
  const role = await readRole(database, name);
  if (role === undefined) {
    throw new Refusal("not_found", {
      detail: "There is no such role; list the roles to see them.",
    });
  }
  return role;
}

/** The steps that give a role its permissions. */
export function permissionSteps(
  database: Database,
  roleId: string,
  permissions: readonly string[],
): readonly Step[] {
  if (permissions.length === 0) return [];
  const rows = permissions.map((permission) => ({ role_id: roleId, permission }));
  return [
    { query: database.query.insertInto("role_permissions").values(rows), expect: rows.length },
  ];
}

function replacePermissions(
  database: Database,
  roleId: string,
  permissions: readonly string[],
): readonly Step[] {
  const remove = database.query.deleteFrom("role_permissions").where("role_id", "=", roleId);
  return [{ query: remove }, ...permissionSteps(database, roleId, permissions)];
}

function takesAdmin(role: Role, permissions: readonly string[]): boolean {
  return role.permissions.includes(ADMIN_PERMISSION) && !permissions.includes(ADMIN_PERMISSION);
}

async function requireRemaining(database: Database, role: Role): Promise<void> {
  if (!(await hasAdministrator(database, { roleId: role.id }))) {
    throw new Refusal("last_administrator");
  }
}

// A token lists all permissions of its user, and a guard bounds that list. With the permissions of
// all roles together inside the bound, no assignment can make a token that guards refuse.
async function checkPermissionCount(
  database: Database,
  permissions: readonly string[],
): Promise<void> {
  const held = await database.read(
    database.query.selectFrom("role_permissions").select("permission").distinct(),
  );
  const all = new Set([...held.map((row) => row.permission), ...permissions]);
  if (all.size > MAX_PERMISSIONS) {
    throw tooMany("permissions", `At most ${MAX_PERMISSIONS} in all roles together`);
  }
}

async function checkRoleCount(database: Database): Promise<void> {
  const rows = await database.read<{ count: number }>(
    database.query.selectFrom("roles").select((eb) => eb.fn.countAll<number>().as("count")),
  );
  if ((rows[0]?.count ?? 0) >= MAX_ROLES) throw tooMany("name", `At most ${MAX_ROLES} roles`);
}

function tooMany(path: string, message: string): Refusal {
  return new Refusal("invalid_request", { errors: [{ path, message }] });
}

function auditRole(
  database: Database,
  kind: string,
  actor: Actor,
  detail: {
    readonly role: string;
    readonly permissions?: readonly string[];
    readonly requiresMfa?: boolean;
  },
): Step {
  const { role, permissions, requiresMfa } = detail;
  return auditEvent(database, {
    ...actor,
    kind,
    outcome: "success",
    detail: {
      role,
      ...(permissions === undefined
        ? {}
        : { permissions: permissions.slice(0, AUDITED_PERMISSIONS), count: permissions.length }),
      ...(requiresMfa === undefined ? {} : { requires_mfa: requiresMfa }),
    },
  });
}

function unique(permissions: readonly string[]): readonly string[] {
  return [...new Set(permissions)].sort();
}
