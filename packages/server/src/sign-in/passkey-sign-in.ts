// Signing in with a passkey alone. The passkey names its user, the authenticator has checked who
// holds it: possession and a person in one, so no second factor is asked for. N1, N8.

import { auditEvent } from "../audit/audit-event.ts";
import type { Transport } from "@latchkey/protocol";
import type { Actor } from "../authorization/actor.ts";
import type { Assertion } from "../credentials/passkeys/client-data.ts";
import type { CeremonyOptions } from "../credentials/passkeys/register-passkey.ts";
import { beginAssertion, verifyAssertion } from "../credentials/passkeys/verify-passkey.ts";
import { Refusal } from "../http/refusal.ts";
import type { SignInTokens } from "../sessions/answer.ts";
import { readSubject } from "../tokens/subject.ts";
import { completeSignIn, type SignInContext } from "./complete-sign-in.ts";
import { addFactor } from "./required-factor.ts";
import type { FactorContext } from "./second-factor.ts";

/** What signing in with a passkey needs. */
export interface PasskeySignInContext extends SignInContext, FactorContext {
  readonly requireVerifiedEmail: boolean;
}

/**
 * Begins a sign-in with a passkey: the same for everybody.
 *
 * @throws Refusal `rate_limited`, `passkeys_unavailable`
 */
export async function beginPasskeySignIn(
  context: PasskeySignInContext,
  from: Omit<Actor, "actorId">,
): Promise<CeremonyOptions> {
  const { address, now } = from;
  await context.guessing.count("ceremony", { name: "", address, now });
  return beginAssertion(context, { purpose: "sign_in", user: null }, now);
}

/**
 * Signs in with a passkey.
 *
 * @throws Refusal `rate_limited`, `passkey_refused` also for a disabled account, and those of
 * `verifyAssertion`
 */
export async function signInWithPasskey(
  context: PasskeySignInContext,
  answer: {
    readonly ceremony: string;
    readonly credential: Assertion;
    readonly transport: Transport;
    readonly isRemembered: boolean;
  },
  from: Omit<Actor, "actorId">,
): Promise<SignInTokens> {
  const { database, guessing, requireVerifiedEmail } = context;
  const { transport, isRemembered } = answer;
  const { address, now } = from;
  const counted = await guessing.count("passkey", { name: "", address, now });
  try {
    const verified = await verifyAssertion(context, answer.credential, {
      purpose: "sign_in",
      user: null,
      ceremony: answer.ceremony,
      now,
    });
    const subject = await readSubject(database, { id: verified.passkey.userId });
    const isUsable = subject !== undefined && subject.disabledAt === null;
    if (!isUsable || (requireVerifiedEmail && !subject.emailVerified)) {
      throw new Refusal("passkey_refused");
    }
    const tokens = await completeSignIn(context, {
      subject,
      amr: addFactor([], verified.amr),
      transport,
      isRemembered,
      from,
      spends: { steps: [verified.step], refuse: () => new Refusal("passkey_counter_refused") },
    });
    await counted.pass();
    return tokens;
  } catch (error) {
    if (error instanceof Refusal) await auditRefusal(context, from, error.code);
    throw error;
  }
}

// Whose passkey it was is not said before it verified, so the event names nobody.
async function auditRefusal(
  { database }: PasskeySignInContext,
  from: Omit<Actor, "actorId">,
  reason: string,
): Promise<void> {
  const { address, userAgent, now } = from;
  await database.write([
    auditEvent(database, {
      kind: "login.passkey",
      outcome: "failure",
      actorId: null,
      address,
      userAgent,
      detail: { reason },
      now,
    }),
  ]);
}
