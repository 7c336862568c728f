// Changes one's own password. The session that asked for it goes on with a fresh access token; all
// others end, every access token is taken back, and codes that were mailed before are void, because
// they are bound to the handle that is retired (N9, N10). Design section 4.

import type { Principal } from "@latchkey/protocol";
import { auditEvent } from "../../audit/audit-event.ts";
import { retryConflict } from "../../authorization/retry-conflict.ts";
import type { Retire } from "../../authorization/change-roles.ts";
import type { PasswordPolicy } from "../../credentials/password-policy.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Post } from "../../mail/post.ts";
import type { AccessMembers } from "../../sessions/answer.ts";
import type { Sessions } from "../../sessions/session-service.ts";
import { writeAll } from "../../storage/write.ts";
import type { SignInSubject } from "../../tokens/subject.ts";
import type { Caller } from "../caller.ts";
import { loadSubject } from "../change-users.ts";
import { credentialChangeSteps, freshAccess } from "../credential-change.ts";
import { requireProof } from "../require-proof.ts";
import type { CurrentPasswordContext } from "./check-current-password.ts";

/** What a change needs. */
export interface ChangePasswordContext extends CurrentPasswordContext {
  readonly passwordPolicy: PasswordPolicy;
  readonly sessions: Sessions;
  readonly retire: Retire;
  readonly post: Post;
}

/** A change, passwords as received. */
export interface PasswordChange {
  readonly principal: Principal;
  readonly subject: SignInSubject;
  /** The session that stays. */
  readonly sessionId: string;
  readonly currentPassword: string;
  readonly newPassword: string;
}

/**
 * Changes a password and tells its owner.
 *
 * @returns the access token of the session that stays
 * @throws Refusal those of {@link requireProof} and of the password policy; `session_ended`
 * when the session ended in the same moment
 */
export async function changePassword(
  context: ChangePasswordContext,
  change: PasswordChange,
  from: Caller,
): Promise<AccessMembers> {
  const { database, hasher, passwordPolicy, guessing, post, sessions } = context;
  const { subject, sessionId } = change;
  // First: who cannot prove to be the owner learns nothing of what the policy thinks.
  await requireProof(context, change, from);
  const { hasTotp, hasPasskey } = subject.factors;
  const password = await passwordPolicy.check(change.newPassword, subject, {
    hasSecondFactor: hasTotp || hasPasskey,
  });
  const passwordHash = await hasher.hash(password);
  const { address, userAgent, now } = from;
  await retryConflict(async () => {
    const current = await loadSubject(database, subject.id);
    // The password that was checked is no longer the account's.
    if (current.passwordHash !== subject.passwordHash || current.disabledAt !== null) {
      throw new Refusal("invalid_credentials");
    }
    const { steps, lastSteps } = credentialChangeSteps({
      ...context,
      subject: current,
      keepSessionId: sessionId,
      reason: "password_changed",
      changes: {
        password_hash: passwordHash,
        password_needs_factor: passwordPolicy.isEnoughAlone(password) ? 0 : 1,
      },
      now,
    });
    await writeAll(database, [
      ...steps,
      auditEvent(database, {
        address,
        userAgent,
        now,
        kind: "password.changed",
        outcome: "success",
        actorId: subject.id,
        userId: subject.id,
        sessionId,
      }),
      ...lastSteps,
    ]);
  });
  await guessing.forget("password", subject.id);
  const { email, id: userId } = subject;
  post.send("password_changed", { from }, { email, userId, acceptLanguage: from.acceptLanguage });
  return freshAccess(sessions, sessionId, now);
}
