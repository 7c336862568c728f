// From a sign-in that is complete to a session: one write that holds only while the user is still
// the one whose credentials were checked. The token's claims and the row are of one snapshot.

import type { Transport } from "@latchkey/protocol";
import type { Actor } from "../authorization/actor.ts";
import { retryConflict } from "../authorization/retry-conflict.ts";
import { Refusal } from "../http/refusal.ts";
import type { CreatedSession } from "../sessions/create-session.ts";
import type { Sessions } from "../sessions/session-service.ts";
import type { Database, Step, WriteOutcome } from "../storage/database.ts";
import { WriteConflict } from "../storage/write.ts";
import type { IssuedAccessToken } from "../tokens/access-token.ts";
import { readSubject, type SignInSubject } from "../tokens/subject.ts";
import { auditLogin } from "./login.ts";
import { requiredFactor } from "./required-factor.ts";

/** What a sign-in uses up, such as a mailed code: written with what it leads to, or not at all. */
export interface SpentBySignIn {
  readonly steps: readonly Step[];
  /** What the caller is told when one of the steps does not hold any more. */
  readonly refuse: () => Refusal;
  /** Steps that must be the last of the write: they number the ledger. */
  readonly lastSteps?: readonly Step[];
}

/** A session that exists. */
export interface StartedSession {
  readonly subject: SignInSubject;
  readonly access: IssuedAccessToken;
  readonly refresh: CreatedSession["refresh"];
}

/**
 * Starts a session.
 *
 * @throws Refusal `invalid_credentials` when the credentials changed or the account was disabled
 * since the check; what `spends` refuses with when it does not hold any more
 */
export function startSession(
  context: { readonly database: Database; readonly sessions: Sessions },
  signIn: {
    readonly subject: SignInSubject;
    /** RFC 8176 values. */
    readonly amr: readonly string[];
    readonly transport: Transport;
    readonly isRemembered: boolean;
    readonly from: Omit<Actor, "actorId">;
    readonly spends?: SpentBySignIn;
  },
): Promise<StartedSession> {
  const { database, sessions } = context;
  const { amr, transport, isRemembered, from, spends } = signIn;
  let current: SignInSubject | undefined = signIn.subject;
  return retryConflict(async () => {
    if (!isSamePerson(current, signIn.subject, amr)) throw new Refusal("invalid_credentials");
    const subject: SignInSubject = current;
    const { session, steps, refresh } = sessions.create({
      subject,
      transport,
      isRemembered,
      userAgent: from.userAgent,
      address: from.address,
      amr,
      now: from.now,
    });
    // Before the write: a token that cannot be issued must not leave a session behind.
    const access = sessions.issueAccessToken(subject, session, from.now);
    const outcome = await database.write([
      ...(spends?.steps ?? []),
      ...steps,
      auditLogin(database, subject, { id: session.id, amr, from }),
      ...(spends?.lastSteps ?? []),
    ]);
    refuseSpent(outcome, spends);
    if (!outcome.committed) {
      // A role given in this moment changed the user's handle: read again, and decide again.
      current = await readSubject(database, { id: subject.id });
      throw new WriteConflict(outcome);
    }
    return { subject, access, refresh };
  });
}

/** Throws what `spends` refuses with when a write failed because one of its steps did not hold. */
export function refuseSpent(outcome: WriteOutcome, spends: SpentBySignIn | undefined): void {
  if (!outcome.committed && outcome.failed < (spends?.steps.length ?? 0) && spends !== undefined) {
    throw spends.refuse();
  }
}

// Whoever was read again must have the same credentials, and need no more than was proved.
function isSamePerson(
  current: SignInSubject | undefined,
  checked: SignInSubject,
  amr: readonly string[],
): current is SignInSubject {
  return (
    current !== undefined &&
    current.disabledAt === null &&
    current.passwordHash === checked.passwordHash &&
    current.email === checked.email &&
    current.factors.hasTotp === checked.factors.hasTotp &&
    current.factors.hasPasskey === checked.factors.hasPasskey &&
    requiredFactor(current, amr) === "none"
  );
}
