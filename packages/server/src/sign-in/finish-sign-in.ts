// The second step of a sign-in: a factor for the token of the first. Everything it leads to is one
// write: the factor is used up, the waiting sign-in ends, the session begins. N8.

import { auditEvent } from "../audit/audit-event.ts";
import type { Retire } from "../authorization/change-roles.ts";
import { countRecoveryCodes } from "../credentials/recovery-codes/stored-recovery-codes.ts";
import { Refusal } from "../http/refusal.ts";
import type { Post } from "../mail/post.ts";
import type { SignInTokens } from "../sessions/answer.ts";
import type { SignInSubject } from "../tokens/subject.ts";
import { completeSignIn, type SignInContext } from "./complete-sign-in.ts";
import { enrolAtSignIn } from "./enrol-at-sign-in.ts";
import { endPendingSignIn, type PendingSignIn } from "./pending-sign-in.ts";
import { addFactor, hasSecondFactor } from "./required-factor.ts";
import type { SigningIn } from "./signing-in.ts";
import { checkSecondFactor, type FactorContext, type PresentedFactor } from "./second-factor.ts";

/** What finishing a sign-in needs. */
export interface FinishContext extends SignInContext, FactorContext {
  readonly retire: Retire;
  readonly post: Post;
}

/**
 * Finishes a sign-in with its second factor: one that the user has, or the first code of one that is
 * being set up because a role demands it.
 *
 * @throws Refusal `mfa_token_invalid`, `rate_limited`, `factor_refused`, `totp_reused`,
 * `totp_not_pending`, and those of a passkey
 */
export async function finishSignIn(
  context: FinishContext,
  pending: PendingSignIn,
  presented: PresentedFactor,
  from: SigningIn,
): Promise<SignInTokens> {
  const finish = hasSecondFactor(pending.subject) ? proveFactor : enrolAtSignIn;
  try {
    return await finish(context, pending, presented, from);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await auditRefusal(context, { subject: pending.subject, from, reason: error.code });
    // Whoever changed since the factor was asked for signs in from the start.
    throw error.code === "invalid_credentials" ? new Refusal("mfa_token_invalid") : error;
  }
}

async function proveFactor(
  context: FinishContext,
  pending: PendingSignIn,
  presented: PresentedFactor,
  from: SigningIn,
): Promise<SignInTokens> {
  const { database, post } = context;
  const { subject } = pending;
  const by = { subject, action: "secondFactor", purpose: "second_factor", from } as const;
  const factor = await checkSecondFactor(context, presented, by);
  const tokens = await completeSignIn(context, {
    ...pending,
    amr: addFactor(pending.amr, factor.amr),
    from,
    spends: {
      // The factor first: of two requests with one code, the second hears that it is used.
      steps: [...factor.steps, endPendingSignIn(database, pending)],
      refuse: factor.refuse,
    },
  });
  await factor.pass();
  if (factor.isRecoveryCode) {
    const left = await countRecoveryCodes(database, subject.id);
    const { acceptLanguage } = from;
    post.send(
      "recovery_code_used",
      { from, left },
      { email: subject.email, userId: subject.id, acceptLanguage },
    );
  }
  return tokens;
}

// Never holds what was typed.
async function auditRefusal(
  { database }: FinishContext,
  tried: { readonly subject: SignInSubject; readonly from: SigningIn; readonly reason: string },
): Promise<void> {
  const { address, userAgent, now } = tried.from;
  await database.write([
    auditEvent(database, {
      kind: "login.factor",
      outcome: "failure",
      actorId: null,
      userId: tried.subject.id,
      address,
      userAgent,
      detail: { reason: tried.reason },
      now,
    }),
  ]);
}
