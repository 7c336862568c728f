// The one way from checked credentials to a session. Every kind of sign-in ends here, so that none
// can skip what stands between the two (N8).

import type { Transport } from "@latchkey/protocol";
import type { Actor } from "../authorization/actor.ts";
import type { SignInTokens } from "../sessions/answer.ts";
import type { Sessions } from "../sessions/session-service.ts";
import type { Database } from "../storage/database.ts";
import type { Subject } from "../tokens/subject.ts";
import { startSession } from "./start-session.ts";
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
  readonly subject: Subject;
  /** What was proved so far: RFC 8176 values, such as `["pwd"]`. */
  readonly amr: readonly string[];
  readonly transport: Transport;
  /** False: the session ends with the browser. */
  readonly isRemembered: boolean;
  readonly from: Omit<Actor, "actorId">;
}

/**
 * Starts a session.
 *
 * @returns what `signInAnswer` renders
 * @throws Refusal `invalid_credentials` when the user changed since the check
 */
export async function completeSignIn(
  context: SignInContext,
  signIn: CheckedSignIn,
): Promise<SignInTokens> {
  const { subject, access, refresh } = await startSession(context, signIn);
  const { issuer } = context;
  return { issuer, transport: signIn.transport, access, refresh, user: userAnswer(subject) };
}
