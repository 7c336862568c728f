// An administrator removes every factor of somebody who lost them. Whoever holds the account's
// sessions is out: the owner signs in again with the password, and sets factors up again. A password
// that was long enough beside a factor only does not stand alone: it is removed with them, and the
// owner sets one by mail (NIST SP 800-63B-4 section 3.1.1.2).

import { auditEvent } from "../../audit/audit-event.ts";
import type { Actor } from "../../authorization/actor.ts";
import type { Retire } from "../../authorization/change-roles.ts";
import { retryConflict } from "../../authorization/retry-conflict.ts";
import { removePasskeys } from "../../credentials/passkeys/stored-passkeys.ts";
import { removeRecoveryCodes } from "../../credentials/recovery-codes/stored-recovery-codes.ts";
import { removeSeeds } from "../../credentials/totp/stored-totp.ts";
import type { Guessing } from "../../guessing/guessing.ts";
import type { MailLinks } from "../../mail/links.ts";
import type { Post } from "../../mail/post.ts";
import { hideOrigin } from "../../mail/templates/mail-facts.ts";
import type { Sessions } from "../../sessions/session-service.ts";
import type { Database } from "../../storage/database.ts";
import { writeAll } from "../../storage/write.ts";
import { loadSubject } from "../change-users.ts";
import { credentialChangeSteps } from "../credential-change.ts";
import { readPasswordNeedsFactor } from "./password-beside-factor.ts";

/** What a reset needs. */
export interface ResetFactorsContext {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly retire: Retire;
  readonly guessing: Guessing;
  readonly post: Post;
  readonly links: Pick<MailLinks, "forgotPage">;
}

/**
 * Removes the authenticator app, the passkeys and the recovery codes of a user, and a password that is
 * too short to stand alone; all sessions end.
 *
 * @throws Refusal `not_found`
 */
export async function resetFactors(
  context: ResetFactorsContext,
  userId: string,
  actor: Actor,
): Promise<void> {
  const { database, post, links } = context;
  const { subject, isTooShort } = await retryConflict(async () => {
    const current = await loadSubject(database, userId);
    // Changed in this moment: the write fails, and all is read again.
    const isShort = (await readPasswordNeedsFactor(database, current)) === true;
    const { steps, lastSteps } = credentialChangeSteps({
      ...context,
      subject: current,
      keepSessionId: null,
      reason: "administrator",
      ...(isShort ? { changes: { password_hash: null, password_needs_factor: 0 } } : {}),
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
        detail: {
          totp: hasTotp,
          passkeys: hasPasskey,
          ...(isShort ? { password: "removed" } : {}),
        },
      }),
      ...lastSteps,
    ]);
    return { subject: current, isTooShort: isShort };
  });
  await context.guessing.forget("second_factor", userId);
  const to = { email: subject.email, userId };
  const from = hideOrigin(actor);
  if (subject.factors.hasTotp) post.send("factor_removed", { from, factor: "totp" }, to);
  if (subject.factors.hasPasskey) post.send("factor_removed", { from, factor: "passkey" }, to);
  if (isTooShort) post.send("password_needed", { from, forgotPage: links.forgotPage }, to);
}
