// Which sets of roles the holders of a role have. What a token lists follows from its user's set of
// roles, and there are few sets however many users there are.

import type { Database } from "../storage/database.ts";
import type { RequireTokenFit } from "../tokens/token-budget.ts";
import { MAX_ROLES } from "./names.ts";
import { readRoles } from "./read-roles.ts";

/** Users whose roles are read at once. */
const PAGE = 1000;

/**
 * Refuses permissions of a role that would make the token of one of its holders too large.
 *
 * @throws Refusal `token_too_large`
 */
export async function requireHoldersFit(
  database: Database,
  change: { readonly roleId: string; readonly permissions: readonly string[] },
  requireFit: RequireTokenFit,
): Promise<void> {
  const roles = await readRoles(database, { limit: MAX_ROLES });
  const byId = new Map(
    roles.map((role) => [
      role.id,
      {
        name: role.name,
        permissions: role.id === change.roleId ? change.permissions : role.permissions,
      },
    ]),
  );
  for (const set of await readRoleSets(database, change.roleId)) {
    const held = set.flatMap((id) => byId.get(id) ?? []);
    const permissions = [...new Set(held.flatMap((role) => role.permissions))];
    requireFit({ roles: held.map((role) => role.name), permissions });
  }
}

async function readRoleSets(
  database: Database,
  roleId: string,
): Promise<readonly (readonly string[])[]> {
  const sets = new Map<string, readonly string[]>();
  let after = "";
  for (;;) {
    const holders = await database.read(
      database.query
        .selectFrom("user_roles")
        .select("user_id")
        .where("role_id", "=", roleId)
        .where("user_id", ">", after)
        .orderBy("user_id")
        .limit(PAGE),
    );
    const last = holders.at(-1);
    if (last === undefined) return [...sets.values()];
    const grants = await database.read(
      database.query
        .selectFrom("user_roles")
        .select(["user_id", "role_id"])
        .where("user_id", ">", after)
        .where("user_id", "<=", last.user_id)
        .where("user_id", "in", (eb) =>
          eb
            .selectFrom("user_roles as held")
            .select("held.user_id")
            .where("held.role_id", "=", roleId),
        )
        .orderBy("user_id")
        .orderBy("role_id"),
    );
    const ofUsers = Map.groupBy(grants, (grant) => grant.user_id);
    for (const set of ofUsers.values()) {
      const ids = set.map((grant) => grant.role_id);
      sets.set(ids.join(" "), ids);
    }
    after = last.user_id;
  }
}
