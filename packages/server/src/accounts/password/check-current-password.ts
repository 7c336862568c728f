// The current password, asked of somebody who is signed in: a stolen access token or an open laptop
// must not be able to take the account over. Counted like any guess at the account's password.

import { auditEvent } from "../../audit/audit-event.ts";
import type { PasswordHasher } from "../../credentials/password-hash.ts";
import { normalizePassword } from "../../credentials/password-policy.ts";
import type { Guessing } from "../../guessing/guessing.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Database } from "../../storage/database.ts";
import type { Subject } from "../../tokens/subject.ts";
import type { Caller } from "../caller.ts";

/** What checking needs. */
export interface CurrentPasswordContext {
  readonly database: Database;
  readonly hasher: PasswordHasher;
  readonly guessing: Guessing;
}

/**
 * Refuses a password that is not the user's. A user without one gets the same answer.
 *
 * @param password - as received
 * @throws Refusal `rate_limited`, `invalid_credentials`, `overloaded`
 */
export async function checkCurrentPassword(
  context: CurrentPasswordContext,
  subject: Subject,
  password: string,
  from: Caller,
): Promise<void> {
  const { database, hasher, guessing } = context;
  const { address, userAgent, now } = from;
  const attempt = { name: subject.id, address, now };
  const counted = await guessing.count("proof", attempt);
  const admission = await guessing.admit("password", { ...attempt, userId: subject.id });
  // The same work when the account is closed to guesses, and then no password is right.
  const isMatch = await hasher
    .verify(normalizePassword(password), subject.passwordHash)
    .catch(async (error: unknown) => {
      await Promise.all([counted.withdraw(), admission.withdraw()]);
      throw error;
    });
  if (isMatch && admission.isOpen) {
    await Promise.all([counted.pass(), admission.pass()]);
    return;
  }
  await database.write([
    auditEvent(database, {
      address,
      userAgent,
      now,
      kind: "password.asked",
      outcome: "failure",
      actorId: subject.id,
      userId: subject.id,
    }),
  ]);
  throw new Refusal("invalid_credentials");
}
