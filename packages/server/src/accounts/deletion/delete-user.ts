// Deletes an account for good. What hangs on the row goes with it; of the audit log only identifiers
// stay. Tokens that are still out are taken back by the user's handle.

import { auditEvent } from "../../audit/audit-event.ts";
import { redactUserSteps } from "../../audit/redact-user.ts";
import type { Actor } from "../../authorization/actor.ts";
import {
  ADMINISTRATOR_CHANGE,
  administratorRemains,
  hasAdministrator,
} from "../../authorization/administrators.ts";
import type { ChangeContext } from "../../authorization/change-roles.ts";
import { ADMIN_PERMISSION } from "../../authorization/names.ts";
import { retryConflict } from "../../authorization/retry-conflict.ts";
import { Refusal } from "../../http/refusal.ts";
import { writeAll } from "../../storage/write.ts";
import { loadSubject } from "../change-users.ts";

/** Who deletes: an administrator or the operator, or nobody when a grace period is over. */
export type Deleter = Omit<Actor, "actorId"> & { readonly actorId: string | null };

/**
 * Deletes a user.
 *
 * @throws Refusal `not_found`, `last_administrator`
 */
export function deleteUser(
  { database, retire }: ChangeContext,
  userId: string,
  deleter: Deleter,
): Promise<void> {
  return retryConflict(async () => {
    const subject = await loadSubject(database, userId);
    // Brought back while the sweeper was at others: that changes no handle.
    const isOver = deleter.actorId === null;
    if (isOver && subject.disabledAt === null) throw new Refusal("not_found");
    const isAdmin = subject.disabledAt === null && subject.permissions.includes(ADMIN_PERMISSION);
    if (isAdmin && !(await hasAdministrator(database, { userId }))) {
      throw new Refusal("last_administrator");
    }
    const remove = database.query
      .deleteFrom("users")
      .where("id", "=", subject.id)
      .where("handle", "=", subject.handle)
      .$if(isOver, (query) => query.where("delete_at", "<=", deleter.now));
    await writeAll(database, [
      {
        query: isAdmin ? remove.where(administratorRemains({ userId })) : remove,
        expect: 1,
        alone: ADMINISTRATOR_CHANGE,
      },
      ...redactUserSteps(database, userId),
      auditEvent(database, { ...deleter, kind: "user.deleted", outcome: "success", userId }),
      ...retire([subject.handle], deleter.now),
    ]);
  });
}
