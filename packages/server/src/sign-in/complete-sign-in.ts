// The one way from a checked credential to a session. Every kind of sign-in ends here (password,
// mailed code, passkey, after a reset too), so that none can skip the second factor (N8).

import type { Transport } from "@latchkey/protocol";
import { auditEvent } from "../audit/audit-event.ts";
import type { Actor } from "../authorization/actor.ts";
import { Refusal } from "../http/refusal.ts";
import type { SignInTokens } from "../sessions/answer.ts";
import type { Sessions } from "../sessions/session-service.ts";
import type { Database } from "../storage/database.ts";
import type { SignInSubject } from "../tokens/subject.ts";
import { createPendingSignIn, PENDING_SIGN_IN_LIFE } from "./pending-sign-in.ts";
import { requiredFactor, usableFactors } from "./required-factor.ts";
import { refuseSpent, type SpentBySignIn, startSession } from "./start-session.ts";
import { userAnswer } from "./user-answer.ts";

/** What completing a sign-in needs. */
export interface SignInContext {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly issuer: string;
}

/** A sign-in whose first credential was right. */
export interface CheckedSignIn {
  /** As `readSubject` gave it before the credential was checked. */
  readonly subject: SignInSubject;
  /** What was proved so far: RFC 8176 values, such as `["pwd"]`. */
  readonly amr: readonly string[];
  readonly transport: Transport;
  /** False: the session ends with the browser. */
  readonly isRemembered: boolean;
  readonly from: Omit<Actor, "actorId">;
  readonly spends?: SpentBySignIn;
}

/**
 * Starts a session, or asks for what is missing.
 *
 * @returns what `signInAnswer` renders
 * @throws Refusal `mfa_required`, `mfa_enrolment_required`: both with the members `mfa_token`,
 * `factors` and `expires_in`, and no token that opens anything
 * @throws Refusal `invalid_credentials` when the user changed since the check
 */
export async function completeSignIn(
  context: SignInContext,
  signIn: CheckedSignIn,
): Promise<SignInTokens> {
  const missing = requiredFactor(signIn.subject, signIn.amr);
  if (missing !== "none") throw await askForFactor(context.database, signIn, missing);
  const { subject, access, refresh } = await startSession(context, signIn);
  const { issuer } = context;
  return { issuer, transport: signIn.transport, access, refresh, user: userAnswer(subject) };
}

async function askForFactor(
  database: Database,
  signIn: CheckedSignIn,
  missing: "second_factor" | "enrolment",
): Promise<Refusal> {
  const { subject, amr, from, spends } = signIn;
  const { token, step } = createPendingSignIn(database, signIn, from.now);
  const outcome = await database.write([
    ...(spends?.steps ?? []),
    step,
    auditEvent(database, {
      ...from,
      kind: "login.factor_asked",
      outcome: "success",
      actorId: subject.id,
      userId: subject.id,
      detail: { amr: [...amr], missing },
    }),
    ...(spends?.lastSteps ?? []),
  ]);
  refuseSpent(outcome, spends);
  return new Refusal(missing === "enrolment" ? "mfa_enrolment_required" : "mfa_required", {
    members: {
      mfa_token: token,
      factors: [...usableFactors(subject)],
      expires_in: PENDING_SIGN_IN_LIFE / 1000,
    },
  });
}
