// A role demands a second factor and its holder has none: it is set up in the middle of the sign-in.
// The first code confirms it, makes the recovery codes, ends every session that was begun without
// it, and signs in: one write.

import { createIdentifier } from "@latchkey/protocol";
import { auditEvent } from "../audit/audit-event.ts";
import { replaceRecoveryCodes } from "../credentials/recovery-codes/stored-recovery-codes.ts";
import {
  confirmSeedSteps,
  createSeed,
  PENDING_SEED_LIFE,
  readSeed,
  spendTotp,
  type TotpContext,
} from "../credentials/totp/stored-totp.ts";
import { renderEnrolment, type TotpEnrolment } from "../credentials/totp/totp-enrolment.ts";
import { Refusal } from "../http/refusal.ts";
import { newHandleStep } from "../sessions/end-everywhere.ts";
import type { SignInTokens } from "../sessions/answer.ts";
import { writeAll } from "../storage/write.ts";
import { completeSignIn } from "./complete-sign-in.ts";
import type { FinishContext } from "./finish-sign-in.ts";
import { endPendingSignIn, type PendingSignIn } from "./pending-sign-in.ts";
import { addFactor, hasSecondFactor } from "./required-factor.ts";
import type { PresentedFactor } from "./second-factor.ts";
import type { SigningIn } from "./signing-in.ts";

/**
 * Makes a secret for the authenticator app of somebody who must set one up.
 *
 * @throws Refusal `factor_refused` when the account has a second factor: a password alone replaces
 * none
 */
export async function beginEnrolment(
  context: TotpContext & { readonly issuer: string },
  { subject }: PendingSignIn,
  now: number,
): Promise<TotpEnrolment> {
  if (hasSecondFactor(subject)) {
    throw new Refusal("factor_refused", { detail: "This account has a second factor: use it." });
  }
  const { seed, steps } = createSeed(context, subject.id, now);
  await writeAll(context.database, steps);
  return renderEnrolment(seed, { issuer: context.issuer, account: subject.email });
}

/**
 * Confirms the new factor and signs in.
 *
 * @throws Refusal `totp_not_pending`, `factor_refused`, `rate_limited`
 */
export async function enrolAtSignIn(
  context: FinishContext,
  pending: PendingSignIn,
  presented: PresentedFactor,
  from: SigningIn,
): Promise<SignInTokens> {
  const { database, sessions, post } = context;
  const { subject } = pending;
  const { now, address, acceptLanguage } = from;
  if (!("totp" in presented)) throw new Refusal("factor_refused");
  await context.guessing.count("secondFactor", { name: subject.id, address, now });
  const seed = await readSeed(context, subject.id, true);
  if (seed === undefined || seed.createdAt + PENDING_SEED_LIFE <= now) {
    throw new Refusal("totp_not_pending");
  }
  const handle = createIdentifier();
  const recovery = replaceRecoveryCodes(database, subject.id);
  const added = auditEvent(database, {
    kind: "factor.added",
    outcome: "success",
    actorId: subject.id,
    userId: subject.id,
    address,
    userAgent: from.userAgent,
    detail: { factor: "totp", at: "sign_in" },
    now,
  });
  const tokens = await completeSignIn(context, {
    ...pending,
    subject: { ...subject, handle, factors: { ...subject.factors, hasTotp: true } },
    amr: addFactor(pending.amr, ["otp"]),
    from,
    spends: {
      steps: [
        spendTotp(database, seed, { code: presented.totp, now }),
        endPendingSignIn(database, pending),
        ...confirmSeedSteps(database, subject.id, now),
        newHandleStep({ database }, subject, handle),
        ...sessions.endAllSteps(subject.id, "factors_changed"),
        ...recovery.steps,
        added,
      ],
      refuse: () => new Refusal("mfa_token_invalid"),
      lastSteps: context.retire([subject.handle], now),
    },
  });
  const to = { email: subject.email, userId: subject.id, acceptLanguage };
  post.send("factor_added", { from, factor: "totp" }, to);
  return { ...tokens, recoveryCodes: recovery.codes };
}
