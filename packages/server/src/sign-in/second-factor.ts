// Checks a second factor: a code of an authenticator app, a recovery code, a passkey. Tries are
// counted before anything is compared, over all sign-ins of the account and not per sign-in: whoever
// knows the password can begin as many as they like (N7, N8).

import type { Actor } from "../authorization/actor.ts";
import type { CeremonyPurpose } from "../credentials/passkeys/ceremony.ts";
import type { Assertion } from "../credentials/passkeys/client-data.ts";
import type { PasskeyContext } from "../credentials/passkeys/register-passkey.ts";
import { verifyAssertion } from "../credentials/passkeys/verify-passkey.ts";
import { spendRecoveryCode } from "../credentials/recovery-codes/stored-recovery-codes.ts";
import { readSeed, spendTotp, type TotpContext } from "../credentials/totp/stored-totp.ts";
import type { Guessing } from "../guessing/guessing.ts";
import type { LimitedAction } from "../guessing/limits.ts";
import { Refusal } from "../http/refusal.ts";
import type { Step } from "../storage/database.ts";
import type { SignInSubject } from "../tokens/subject.ts";

/** What factors need. */
export interface FactorContext extends TotpContext, PasskeyContext {
  readonly guessing: Guessing;
}

/** A factor as it was presented. */
export type PresentedFactor =
  | { readonly totp: string }
  | { readonly recovery_code: string }
  | { readonly passkey: Assertion; readonly ceremony?: string | undefined };

/** A factor that is right, unless somebody uses it up first. */
export interface ProvedFactor {
  /** What uses it up: part of the write that it leads to. */
  readonly steps: readonly Step[];
  /** What the caller is told when one of the steps does not hold any more. */
  readonly refuse: () => Refusal;
  /** RFC 8176. */
  readonly amr: readonly string[];
  readonly isRecoveryCode: boolean;
  /** Forgets the failures of the account; for after the write. */
  pass(): Promise<void>;
}

/**
 * Checks a factor of a user.
 *
 * @throws Refusal `rate_limited`, `factor_refused`, `totp_reused`, and those of `verifyAssertion`
 */
export async function checkSecondFactor(
  context: FactorContext,
  presented: PresentedFactor,
  by: {
    readonly subject: SignInSubject;
    /** Which limit counts it, and what a passkey's ceremony must have been made for. */
    readonly action: Extract<LimitedAction, "secondFactor" | "proof">;
    readonly purpose: Extract<CeremonyPurpose, "second_factor" | "step_up">;
    readonly from: Omit<Actor, "actorId">;
  },
): Promise<ProvedFactor> {
  const { subject, from } = by;
  const attempt = { name: subject.id, address: from.address, now: from.now };
  const counted = await context.guessing.count(by.action, attempt);
  const admission = await context.guessing.admit("second_factor", {
    ...attempt,
    userId: subject.id,
  });
  // After too many failures even the right code is wrong: it may be a guess.
  const closed = new Refusal("factor_refused");
  const factor = await checkFactor(context, presented, by).catch(async (error: unknown) => {
    // A server that could not check has seen no failure.
    if (!(error instanceof Refusal)) await Promise.all([counted.withdraw(), admission.withdraw()]);
    throw error instanceof Refusal && !admission.isOpen ? closed : error;
  });
  if (!admission.isOpen) throw closed;
  return {
    ...factor,
    pass: async () => {
      await Promise.all([counted.pass(), admission.pass()]);
    },
  };
}

async function checkFactor(
  context: FactorContext,
  presented: PresentedFactor,
  by: {
    readonly subject: SignInSubject;
    readonly purpose: CeremonyPurpose;
    readonly from: Omit<Actor, "actorId">;
  },
): Promise<Omit<ProvedFactor, "pass">> {
  const { database } = context;
  const { subject, purpose, from } = by;
  const { now } = from;
  if ("totp" in presented) {
    const seed = await readSeed(context, subject.id, false);
    if (seed === undefined) throw new Refusal("factor_refused");
    return {
      steps: [spendTotp(database, seed, { code: presented.totp, now })],
      refuse: () => new Refusal("totp_reused"),
      amr: ["otp"],
      isRecoveryCode: false,
    };
  }
  if ("recovery_code" in presented) {
    return {
      steps: [spendRecoveryCode(database, subject.id, { typed: presented.recovery_code, now })],
      refuse: () => new Refusal("factor_refused"),
      amr: ["otp"],
      isRecoveryCode: true,
    };
  }
  const verified = await verifyAssertion(context, presented.passkey, {
    purpose,
    user: subject,
    ceremony: presented.ceremony,
    now,
  });
  return {
    steps: [verified.step],
    refuse: () => new Refusal("passkey_counter_refused"),
    amr: verified.amr,
    isRecoveryCode: false,
  };
}
