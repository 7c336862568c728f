// What every change of one's own factors has in common: one write of the factor, the user's new
// handle, the end of all other sessions and the audit event; a mail to the owner; a fresh token for
// the session that stays. Design section 4; N8.

import type { JsonObject } from "@latchkey/jose";
import { auditEvent } from "../../audit/audit-event.ts";
import type { Retire } from "../../authorization/change-roles.ts";
import { replaceRecoveryCodes } from "../../credentials/recovery-codes/stored-recovery-codes.ts";
import type { TotpContext } from "../../credentials/totp/stored-totp.ts";
import type { Refusal } from "../../http/refusal.ts";
import type { Post } from "../../mail/post.ts";
import type { MailFactor } from "../../mail/templates/mail-facts.ts";
import type { AccessMembers } from "../../sessions/answer.ts";
import type { Sessions } from "../../sessions/session-service.ts";
import { hasSecondFactor } from "../../sign-in/required-factor.ts";
import { sessionSteps } from "../../sign-in/step-up.ts";
import type { Step } from "../../storage/database.ts";
import { WriteConflict } from "../../storage/write.ts";
import type { SignInSubject } from "../../tokens/subject.ts";
import type { Caller } from "../caller.ts";
import { credentialChangeSteps, freshAccess } from "../credential-change.ts";

/** What changes of factors need. */
export interface ChangeFactorsContext extends TotpContext {
  readonly sessions: Sessions;
  readonly retire: Retire;
  readonly post: Post;
  readonly issuer: string;
}

/** Whose factors change, and the session that stays. */
export interface FactorOwner {
  readonly subject: SignInSubject;
  readonly sessionId: string;
}

/** The answer of a change. */
export interface ChangedFactors extends AccessMembers {
  /** Those that were made with the change; shown once. */
  readonly recovery_codes?: readonly string[];
}

/** A change, with what is its own. */
export interface FactorChange {
  readonly kind: "factor.added" | "factor.removed";
  readonly factor: MailFactor;
  readonly steps: readonly Step[];
  /** What the caller is told when one of the steps does not hold any more. @param failed - its index */
  readonly refuse: (failed: number) => Refusal;
  /** What adding the factor has proved, RFC 8176: the session goes on with it. */
  readonly proves?: readonly string[];
  readonly detail?: JsonObject;
}

/**
 * Writes a change of factors and tells the owner.
 *
 * @returns the access token of the session that stays
 * @throws Refusal what `refuse` makes; WriteConflict when the user changed in this moment
 */
export async function writeFactorChange(
  context: ChangeFactorsContext,
  owner: FactorOwner,
  from: Caller,
  what: FactorChange,
): Promise<ChangedFactors> {
  const { database, sessions, post } = context;
  const { subject, sessionId } = owner;
  const { now, address, userAgent, acceptLanguage } = from;
  // Codes from before the first factor may be those of somebody who had the account's session then:
  // they must not stand in for a factor that came later (N8).
  const isFirst =
    what.proves !== undefined && !(hasSecondFactor(subject) && subject.factors.hasRecoveryCode);
  const recovery = isFirst ? replaceRecoveryCodes(database, subject.id) : null;
  const credential = credentialChangeSteps({
    ...context,
    subject,
    keepSessionId: sessionId,
    reason: "factors_changed",
    now,
  });
  const outcome = await database.write([
    ...what.steps,
    ...credential.steps,
    ...(what.proves === undefined
      ? []
      : await sessionSteps(database, owner, {
          proved: { amr: what.proves },
          now,
          handle: credential.newHandle,
        })),
    ...(recovery?.steps ?? []),
    auditEvent(database, {
      kind: what.kind,
      outcome: "success",
      actorId: subject.id,
      userId: subject.id,
      sessionId,
      address,
      userAgent,
      detail: { factor: what.factor, ...what.detail },
      now,
    }),
    ...credential.lastSteps,
  ]);
  if (!outcome.committed) {
    if (outcome.failed < what.steps.length) throw what.refuse(outcome.failed);
    throw new WriteConflict(outcome);
  }
  const to = { email: subject.email, userId: subject.id, acceptLanguage };
  const facts = { from, factor: what.factor };
  if (what.kind === "factor.added") post.send("factor_added", facts, to);
  else post.send("factor_removed", facts, to);
  const access = await freshAccess(sessions, sessionId, now);
  return { ...access, ...(recovery === null ? {} : { recovery_codes: recovery.codes }) };
}
