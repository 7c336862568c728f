// An administrator removes every factor of somebody who lost them. Whoever holds the account's
// sessions is out: the owner signs in again with the password, and sets factors up again.

import { auditEvent } from "../../audit/audit-event.ts";
import type { Actor } from "../../authorization/actor.ts";
import type { Retire } from "../../authorization/change-roles.ts";
import { retryConflict } from "../../authorization/retry-conflict.ts";
import { removePasskeys } from "../../credentials/passkeys/stored-passkeys.ts";
import { removeRecoveryCodes } from "../../credentials/recovery-codes/stored-recovery-codes.ts";
import { removeSeeds } from "../../credentials/totp/stored-totp.ts";
import type { Guessing } from "../../guessing/guessing.ts";
import type { Post } from "../../mail/post.ts";
import { hideOrigin } from "../../mail/templates/mail-facts.ts";
import type { Sessions } from "../../sessions/session-service.ts";
import type { Database } from "../../storage/database.ts";
import { writeAll } from "../../storage/write.ts";
import { loadSubject } from "../change-users.ts";
import { credentialChangeSteps } from "../credential-change.ts";

/** What a reset needs. */
export interface ResetFactorsContext {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly retire: Retire;
  readonly guessing: Guessing;
  readonly post: Post;
}

/**
 * Removes the authenticator app, the passkeys and the recovery codes of a user; all sessions end.
 *
 * @throws Refusal `not_found`
 */
export async function resetFactors(
  context: ResetFactorsContext,
  userId: string,
  actor: Actor,
): Promise<void> {
  const { database, post } = context;
  const subject = await retryConflict(async () => {
    const current = await loadSubject(database, userId);
    const { steps, lastSteps } = credentialChangeSteps({
      ...context,
      subject: current,
      keepSessionId: null,
      reason: "administrator",
      now: actor.now,
    });
    const { hasTotp, hasPasskey } = current.factors;
    await writeAll(database, [
      ...steps,
      removeSeeds(database, userId),
      removePasskeys(database, userId),
      removeRecoveryCodes(database, userId),
      auditEvent(database, {
        ...actor,
        kind: "user.factors_reset",
        outcome: "success",
        userId,
        detail: { totp: hasTotp, passkeys: hasPasskey },
      }),
      ...lastSteps,
    ]);
    return current;
  });
  await context.guessing.forget("second_factor", userId);
  const to = { email: subject.email, userId };
  const from = hideOrigin(actor);
  if (subject.factors.hasTotp) post.send("factor_removed", { from, factor: "totp" }, to);
  if (subject.factors.hasPasskey) post.send("factor_removed", { from, factor: "passkey" }, to);
}
