// Checks a sign-in. An unknown name, a wrong password, a disabled account and an address without
// proof are one answer after one and the same work: one lookup, one hash (N1, N2).

import { auditEvent } from "../audit/audit-event.ts";
import type { Actor } from "../authorization/actor.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import { normalizePassword } from "../credentials/password-policy.ts";
import type { Guessing } from "../guessing/guessing.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database, Step } from "../storage/database.ts";
import {
  readClaimedSubject,
  type SignInSubject,
  type Subject,
  type SubjectKey,
} from "../tokens/subject.ts";

/** RFC 8176: signed in by a password. */
export const PASSWORD_AMR: readonly string[] = ["pwd"];

/** What checking a sign-in needs. */
export interface LoginContext {
  readonly database: Database;
  readonly hasher: PasswordHasher;
  readonly guessing: Guessing;
  readonly requireVerifiedEmail: boolean;
}

/** A sign-in: a normalised name and a password as received. */
export interface LoginInput {
  readonly by: Exclude<SubjectKey, { readonly id: string }>;
  readonly password: string;
}

/**
 * Checks name and password.
 *
 * @returns the user, still as the password was checked
 * @throws Refusal `rate_limited`, `invalid_credentials`, `overloaded`
 */
export async function checkLogin(
  context: LoginContext,
  input: LoginInput,
  from: Omit<Actor, "actorId">,
): Promise<SignInSubject> {
  const { database, hasher, guessing } = context;
  const name = "email" in input.by ? input.by.email : input.by.username;
  const attempt = { name, address: from.address, now: from.now };
  // A flood is turned away before it costs a lookup, whichever name it tries.
  hasher.requireRoom();
  const counted = await guessing.count("login", attempt);
  const { subject, standIn } = await readClaimedSubject(database, input.by);
  const userId = subject?.id ?? null;
  const admission = await guessing.admit("password", { ...attempt, userId, decoyId: standIn.id });
  // A name that nobody has is checked against somebody's hash, so that it takes as long, whatever
  // kind of hash accounts have; and an account that is closed after too many failures gets the work
  // and the answer of a wrong password, since that the same person's other name was tried must not
  // show. What comes out counts for neither.
  const isMatch = await hasher
    .verify(normalizePassword(input.password), standIn.passwordHash)
    .catch(async (error: unknown) => {
      await Promise.all([counted.withdraw(), admission.withdraw()]);
      throw error;
    });
  const isRight = isMatch && admission.isOpen;
  // Whoever signed up with a foreign address knows a right password: that the address waits for its
  // proof is not theirs to learn.
  const isUnproved = context.requireVerifiedEmail && subject?.emailVerified !== true;
  if (subject === undefined || !isRight || subject.disabledAt !== null || isUnproved) {
    await auditFailure(database, subject, from);
    throw new Refusal("invalid_credentials");
  }
  await Promise.all([counted.pass(), admission.pass()]);
  return renewHash(context, subject, input.password);
}

// A hash of older parameters is replaced while the password is at hand (N6). The handle stays: the
// password is the same, so no token need be taken back.
async function renewHash(
  { database, hasher }: LoginContext,
  subject: SignInSubject,
  password: string,
): Promise<SignInSubject> {
  if (subject.passwordHash === null || !hasher.needsRehash(subject.passwordHash)) return subject;
  const passwordHash = await hasher.hash(normalizePassword(password));
  const query = database.query
    .updateTable("users")
    .set({ password_hash: passwordHash })
    .where("id", "=", subject.id)
    .where("password_hash", "=", subject.passwordHash);
  const outcome = await database.write([{ query, expect: 1 }]);
  // Somebody changed the password in this moment: the sign-in fails on it a moment later.
  return outcome.committed ? { ...subject, passwordHash } : subject;
}

/** The step that records a sign-in. */
export function auditLogin(
  database: Database,
  subject: Subject,
  session: {
    readonly id: string;
    /** RFC 8176 values. */
    readonly amr: readonly string[];
    readonly from: Omit<Actor, "actorId">;
  },
): Step {
  return auditEvent(database, {
    ...session.from,
    detail: { amr: [...session.amr] },
    kind: "login",
    outcome: "success",
    actorId: subject.id,
    userId: subject.id,
    sessionId: session.id,
  });
}

// Never holds what was typed: people type passwords into the wrong field.
async function auditFailure(
  database: Database,
  subject: Subject | undefined,
  from: Omit<Actor, "actorId">,
): Promise<void> {
  await database.write([
    auditEvent(database, {
      ...from,
      kind: "login",
      outcome: "failure",
      actorId: null,
      userId: subject?.id ?? null,
    }),
  ]);
}
