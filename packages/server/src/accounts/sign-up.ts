// Sign-up. The answer never tells whether the address was known: the same work is done and the same
// words are said, and the owner of a known address hears of it by mail (N1, N2, N11).
//
// Where addresses must be proved, no account exists before the proof: a sign-up only waits, and
// nobody can set a password on an address that somebody else will own (pre-hijacking). The secret
// that is answered ties the waiting sign-up to whoever made it: the code of its mail works with that
// secret only, so that a code cannot finish another's sign-up for the same address.

import { randomBytes } from "node:crypto";
import { createIdentifier } from "@latchkey/protocol";
import { auditEvent } from "../audit/audit-event.ts";
import { hashToken, type IssuedCode, issueCode } from "../codes/issue-code.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import type { PasswordPolicy } from "../credentials/password-policy.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database, Step } from "../storage/database.ts";
import { WriteConflict, writeAll } from "../storage/write.ts";
import type { Caller } from "./caller.ts";
import { createUser, takenValue } from "./create-user.ts";
import type { MailedCodeContext } from "./email/mailed-code.ts";

/** Bytes of the secret that ties a sign-up to whoever made it. */
const SECRET_BYTES = 32;

/** What signing up needs. */
export interface SignUpContext extends MailedCodeContext {
  readonly hasher: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
  readonly requireVerifiedEmail: boolean;
}

/** A sign-up, normalised. */
export interface SignUpInput {
  readonly email: string;
  readonly password: string;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
}

/** How a sign-up is answered. */
export interface SignUpOptions {
  /** Whether whoever signs up is asked for the code of the mail; without, the mail has a link only. */
  readonly isCodeAsked?: boolean;
}

/**
 * Takes a sign-up, and mails the address: a code that proves it, or that it has an account.
 *
 * @returns the secret that goes with the code of the mail
 * @throws Refusal `username_taken`, those of the password policy, `overloaded`
 */
export async function signUp(
  context: SignUpContext,
  input: SignUpInput,
  from: Caller,
  { isCodeAsked = true }: SignUpOptions = {},
): Promise<string> {
  const { database, hasher, passwordPolicy } = context;
  const password = await passwordPolicy.check(input.password, input);
  const passwordHash = await hasher.hash(password);
  // A taken user name is answered whether or not the address is known, and before it is asked.
  if (input.username !== undefined && (await isUsernameTaken(database, input.username))) {
    throw new Refusal("username_taken");
  }
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const attempt = { input, passwordHash, secret, from };
  const { issued, userId, isKnown } = context.requireVerifiedEmail
    ? await waitForProof(context, attempt)
    : await createAtOnce(context, attempt);
  const { post, links } = context;
  const to = { email: input.email, userId, acceptLanguage: from.acceptLanguage };
  if (isKnown) {
    const { signInPage, forgotPage } = links;
    post.send("sign_up_known", { signInPage, forgotPage, from }, to);
  } else {
    const { token, code, minutes } = issued;
    const link = links.verify(token);
    if (isCodeAsked) post.send("sign_up", { code, link, minutes, from }, to);
    else post.send("confirm_email", { link, minutes, from }, to);
  }
  return secret;
}

interface Attempt {
  readonly input: SignUpInput;
  readonly passwordHash: string;
  readonly secret: string;
  readonly from: Caller;
}

interface Outcome {
  readonly issued: IssuedCode;
  readonly userId: string | null;
  readonly isKnown: boolean;
}

// For a known address too: a sign-up that nobody can finish, since its code is never mailed and the
// address is taken.
async function waitForProof(context: SignUpContext, attempt: Attempt): Promise<Outcome> {
  const { database } = context;
  const rows = await database.read(
    database.query.selectFrom("users").select("id").where("email", "=", attempt.input.email),
  );
  const userId = rows[0]?.id ?? null;
  const { issued, steps } = signUpSteps(context, attempt, { passwordHash: attempt.passwordHash });
  await writeAll(database, [...steps, auditAsked(database, attempt, userId)]);
  return { issued, userId, isKnown: userId !== null };
}

async function createAtOnce(context: SignUpContext, attempt: Attempt): Promise<Outcome> {
  const { database } = context;
  const { input, passwordHash, from } = attempt;
  const user = createUser(
    database,
    {
      email: input.email,
      emailVerified: false,
      username: input.username ?? null,
      name: input.name ?? null,
      passwordHash,
    },
    { ...from, actorId: null },
  );
  const created = signUpSteps(context, attempt, { passwordHash: null, user });
  const outcome = await database.write([...user.steps, ...created.steps]);
  if (outcome.committed) return { issued: created.issued, userId: user.id, isKnown: false };
  const taken = takenValue(outcome);
  if (taken === "username") throw new Refusal("username_taken");
  if (taken !== "email") throw new WriteConflict(outcome);
  // A write of its own, so that both ways end with one commit.
  const known = signUpSteps(context, attempt, { passwordHash: null });
  await writeAll(database, [...known.steps, auditAsked(database, attempt, null)]);
  return { issued: known.issued, userId: null, isKnown: true };
}

function signUpSteps(
  context: SignUpContext,
  { input, secret, from }: Attempt,
  account: {
    readonly passwordHash: string | null;
    readonly user?: { readonly id: string; readonly handle: string };
  },
): { readonly issued: IssuedCode; readonly steps: readonly Step[] } {
  const id = createIdentifier();
  const issued = issueCode(context, {
    purpose: "sign_up",
    owner: id,
    address: input.email,
    user: account.user ?? null,
    now: from.now,
  });
  const insert = context.database.query.insertInto("sign_ups").values({
    id,
    secret_hash: hashToken(secret),
    email: input.email,
    username: input.username ?? null,
    name: input.name ?? null,
    password_hash: account.passwordHash,
    created_at: from.now,
    expires_at: issued.expiresAt,
  });
  return { issued, steps: [{ query: insert, expect: 1 }, issued.step] };
}

function auditAsked(database: Database, { from }: Attempt, userId: string | null): Step {
  return auditEvent(database, {
    ...from,
    actorId: null,
    kind: userId === null ? "signup.asked" : "signup.known_email",
    outcome: userId === null ? "success" : "failure",
    userId,
  });
}

async function isUsernameTaken(database: Database, username: string): Promise<boolean> {
  const rows = await database.read(
    database.query.selectFrom("users").select("id").where("username", "=", username),
  );
  return rows.length > 0;
}
