// From a checked sign-in to a session: one write that holds only while the user is still the one
// whose password was checked. The token's claims and the row are of one snapshot.

import type { Transport } from "@latchkey/protocol";
import type { Actor } from "../authorization/actor.ts";
import { retryConflict } from "../authorization/retry-conflict.ts";
import { Refusal } from "../http/refusal.ts";
import type { CreatedSession } from "../sessions/create-session.ts";
import type { Sessions } from "../sessions/session-service.ts";
import type { Database } from "../storage/database.ts";
import { WriteConflict, writeAll } from "../storage/write.ts";
import type { IssuedAccessToken } from "../tokens/access-token.ts";
import { readSubject, type Subject } from "../tokens/subject.ts";
import { auditLogin } from "./login.ts";

/** A session that exists. */
export interface StartedSession {
  readonly subject: Subject;
  readonly access: IssuedAccessToken;
  readonly refresh: CreatedSession["refresh"];
}

/**
 * Starts a session.
 *
 * @throws Refusal `invalid_credentials` when the password changed or the account was disabled
 * since the check
 */
export function startSession(
  context: { readonly database: Database; readonly sessions: Sessions },
  signIn: {
    readonly subject: Subject;
    /** RFC 8176 values. */
    readonly amr: readonly string[];
    readonly transport: Transport;
    readonly isRemembered: boolean;
    readonly from: Omit<Actor, "actorId">;
  },
): Promise<StartedSession> {
  const { database, sessions } = context;
  const { amr, transport, isRemembered, from } = signIn;
  let current: Subject | undefined = signIn.subject;
  return retryConflict(async () => {
    if (current?.passwordHash !== signIn.subject.passwordHash || current.disabledAt !== null) {
      throw new Refusal("invalid_credentials");
    }
    const subject: Subject = current;
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
    try {
      await writeAll(database, [...steps, auditLogin(database, subject, { id: session.id, from })]);
    } catch (error) {
      // A role given in this moment changed the user's handle: read again, and decide again.
      if (error instanceof WriteConflict) current = await readSubject(database, { id: subject.id });
      throw error;
    }
    return { subject, access, refresh };
  });
}
