// Sets a password on the strength of a mail: a reset, or the first proof of an account's address.
// Whoever held the account before is out: the old password, every session, every access token and
// every code end in the same write. It signs nobody in, so a second factor is still asked for.

import { auditEvent } from "../../audit/audit-event.ts";
import type { Retire } from "../../authorization/change-roles.ts";
import {
  giveBackTry,
  type LiveCode,
  spendCodeStep,
  voidCodesStep,
} from "../../codes/check-code.ts";
import { removePasskeys } from "../../credentials/passkeys/stored-passkeys.ts";
import type { PasswordHasher } from "../../credentials/password-hash.ts";
import type { PasswordPolicy } from "../../credentials/password-policy.ts";
import { removeRecoveryCodes } from "../../credentials/recovery-codes/stored-recovery-codes.ts";
import { removeSeeds } from "../../credentials/totp/stored-totp.ts";
import type { Guessing } from "../../guessing/guessing.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Sessions } from "../../sessions/session-service.ts";
import { WriteConflict } from "../../storage/write.ts";
import { readSubject, type SignInSubject } from "../../tokens/subject.ts";
import type { Caller } from "../caller.ts";
import { credentialChangeSteps } from "../credential-change.ts";
import type { MailedCodeContext } from "../email/mailed-code.ts";

/** What setting a password needs. */
export interface MailedPasswordContext extends MailedCodeContext {
  readonly hasher: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
  readonly sessions: Sessions;
  readonly retire: Retire;
  readonly guessing: Guessing;
}

/**
 * Spends the code and sets the password, in one write.
 *
 * @throws Refusal `code_invalid` when the code is void or was spent meanwhile; those of the password
 * policy and `overloaded`, after which the code works on
 */
export async function setMailedPassword(
  context: MailedPasswordContext,
  reset: { readonly code: LiveCode; readonly password: string },
  from: Caller,
): Promise<void> {
  const { database, hasher, passwordPolicy, post, guessing } = context;
  const { code } = reset;
  const subject = await readBoundSubject(context, code);
  let passwordHash: string;
  let needsFactor: boolean;
  try {
    const { hasTotp, hasPasskey } = subject.factors;
    // Factors of an account whose address was never proved are dropped below.
    const hasSecondFactor = subject.emailVerified && (hasTotp || hasPasskey);
    const password = await passwordPolicy.check(reset.password, subject, { hasSecondFactor });
    passwordHash = await hasher.hash(password);
    needsFactor = !passwordPolicy.isEnoughAlone(password);
  } catch (error) {
    await giveBackTry(database, code);
    throw error;
  }
  const { steps, lastSteps } = credentialChangeSteps({
    ...context,
    subject,
    keepSessionId: null,
    reason: "password_reset",
    // The mail came to this address.
    changes: {
      password_hash: passwordHash,
      password_needs_factor: needsFactor ? 1 : 0,
      email_verified: 1,
    },
    now: from.now,
  });
  const outcome = await database.write([
    spendCodeStep(database, code),
    ...steps,
    voidCodesStep(database, { userId: subject.id }),
    // Until now anybody could have made the account: what they left in it must not stay a way in.
    ...(subject.emailVerified
      ? []
      : [
          removePasskeys(database, subject.id),
          removeSeeds(database, subject.id),
          removeRecoveryCodes(database, subject.id),
        ]),
    auditEvent(database, {
      ...from,
      actorId: subject.id,
      kind: "password.reset",
      outcome: "success",
      userId: subject.id,
    }),
    ...lastSteps,
  ]);
  // Spent by another request, or the user changed in this moment: either way it is void.
  if (!outcome.committed && outcome.reason === "row-count") throw new Refusal("code_invalid");
  if (!outcome.committed) throw new WriteConflict(outcome);
  await guessing.forget("password", subject.id);
  const { email, id: userId } = subject;
  post.send("password_reset", { from }, { email, userId, acceptLanguage: from.acceptLanguage });
}

/** Reads the user of a code that is still of these credentials. @throws Refusal `code_invalid` */
export async function readBoundSubject(
  { database }: Pick<MailedCodeContext, "database">,
  code: LiveCode,
): Promise<SignInSubject> {
  const subject =
    code.userId === null ? undefined : await readSubject(database, { id: code.userId });
  if (subject?.handle !== code.boundTo || subject.disabledAt !== null) {
    throw new Refusal("code_invalid");
  }
  return subject;
}
