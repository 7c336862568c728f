// Brings an account back that is about to be deleted. The link proves the mailbox, as a reset does;
// what is asked at sign-in is asked as before. It gives nothing but the account as it is, so a change of
// role, password or factors does not void it, as it voids codes that open an account; an administrator
// who disables the account does, and who enables it has kept it.

import { auditEvent } from "../../audit/audit-event.ts";
import type { Actor } from "../../authorization/actor.ts";
import { findLinkCode, refuseSpent, spendCodeStep } from "../../codes/check-code.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Database } from "../../storage/database.ts";

/**
 * Cancels a deletion.
 *
 * @throws Refusal `code_invalid`: unknown, used, late, or an administrator decided since
 */
export async function cancelDeletion(
  database: Database,
  token: string,
  from: Omit<Actor, "actorId">,
): Promise<void> {
  const { now } = from;
  const code = await findLinkCode(database, ["cancel_deletion"], { token, now });
  const { userId } = code;
  if (userId === null) throw new Refusal("code_invalid");
  const restore = database.query
    .updateTable("users")
    .set({ disabled_at: null, delete_at: null, updated_at: now })
    .where("id", "=", userId)
    .where("delete_at", "is not", null);
  const outcome = await database.write([
    spendCodeStep(database, code),
    { query: restore, expect: 1 },
    auditEvent(database, {
      ...from,
      kind: "user.deletion_cancelled",
      outcome: "success",
      actorId: userId,
      userId,
    }),
  ]);
  refuseSpent(outcome);
  if (!outcome.committed) throw new Refusal("code_invalid");
}
