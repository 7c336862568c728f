// Proof of an address. Two ways, which prove different things:
//
// - The six digits, with the secret of the sign-up, prove that one person made the sign-up and reads
//   the mail: the password given at sign-up counts.
// - A link proves that somebody reads the mail and nothing else. Whoever signed up may be somebody
//   else who waits for the owner to follow it (pre-hijacking). So a link sets the password, and what
//   the account had before ends; only with an access token of that very account it need not.

import { auditEvent } from "../../audit/audit-event.ts";
import {
  checkDigits,
  findLinkCode,
  type LiveCode,
  refuseSpent,
  spendCodeStep,
} from "../../codes/check-code.ts";
import { hashToken } from "../../codes/issue-code.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Database, Step } from "../../storage/database.ts";
import { WriteConflict } from "../../storage/write.ts";
import type { Caller } from "../caller.ts";
import { createUser, takenValue } from "../create-user.ts";
import { type MailedPasswordContext, setMailedPassword } from "../recovery/set-mailed-password.ts";

const LINK_PURPOSES = ["sign_up", "verify_email"] as const;

/** A sign-up that waits for its proof. */
interface WaitingSignUp {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly password_hash: string | null;
}

/**
 * Finishes a sign-up by the digits of its mail. A user name that was taken meanwhile is left out:
 * the account exists without one.
 *
 * @throws Refusal `code_invalid`
 */
export async function verifyByDigits(
  context: MailedPasswordContext,
  proof: { readonly signUp: string; readonly code: string },
  from: Caller,
): Promise<void> {
  const { database } = context;
  const rows = await database.read(
    waitingSignUps(database, from.now).where("secret_hash", "=", hashToken(proof.signUp)),
  );
  // A secret that nobody has is checked all the same, and finds no code.
  const code = await checkDigits(context, {
    purpose: "sign_up",
    owner: rows[0]?.id ?? "",
    code: proof.code,
    now: from.now,
  });
  const waiting = rows[0];
  if (waiting === undefined) throw new Refusal("code_invalid");
  if (code.userId !== null) return confirmAddress(database, code, from);
  if (waiting.password_hash === null) throw new Refusal("code_invalid");
  await createProvedUser(database, { code, waiting, passwordHash: waiting.password_hash }, from);
}

/**
 * Proves an address by a link, and sets the password.
 *
 * @throws Refusal `code_invalid`, `invalid_request` when a password is needed, those of the password
 * policy, `overloaded`; the link works on after all but the first
 */
export async function verifyByLink(
  context: MailedPasswordContext,
  proof: {
    readonly token: string;
    readonly password?: string | undefined;
    /** Whose access token came along; null for none. */
    readonly signedInUserId: string | null;
  },
  from: Caller,
): Promise<void> {
  const { database, hasher, passwordPolicy } = context;
  const { token, password, signedInUserId } = proof;
  const code = await findLinkCode(database, LINK_PURPOSES, { token, now: from.now });
  if (code.userId !== null && code.userId === signedInUserId) {
    return confirmAddress(database, code, from);
  }
  if (password === undefined) {
    throw new Refusal("invalid_request", {
      errors: [{ path: "password", message: "A link proves the address and sets the password" }],
    });
  }
  if (code.userId !== null) return setMailedPassword(context, { code, password }, from);
  const rows = await database.read(waitingSignUps(database, from.now).where("id", "=", code.owner));
  const waiting = rows[0];
  if (waiting === undefined) throw new Refusal("code_invalid");
  const checked = await passwordPolicy.check(password, waiting);
  const passwordHash = await hasher.hash(checked);
  await createProvedUser(database, { code, waiting, passwordHash }, from);
}

/**
 * Tells whose address a link of a mail proves, for the page behind it. Nothing is spent.
 *
 * @returns null where the account is yet to be made
 * @throws Refusal `code_invalid`
 */
export async function checkVerifyLink(
  database: Database,
  token: string,
  now: number,
): Promise<string | null> {
  return (await findLinkCode(database, LINK_PURPOSES, { token, now })).userId;
}

function waitingSignUps(database: Database, now: number) {
  return database.query
    .selectFrom("sign_ups")
    .select(["id", "email", "username", "name", "password_hash"])
    .where("expires_at", ">", now);
}

async function createProvedUser(
  database: Database,
  proved: {
    readonly code: LiveCode;
    readonly waiting: WaitingSignUp;
    readonly passwordHash: string;
  },
  from: Caller,
): Promise<void> {
  const { code, waiting, passwordHash } = proved;
  const write = (username: string | null) => {
    const { email, name } = waiting;
    const user = createUser(
      database,
      { email, emailVerified: true, username, name, passwordHash },
      { ...from, actorId: null },
    );
    return database.write([
      spendCodeStep(database, code),
      ...user.steps,
      ...forgetSignUpsSteps(database, email),
    ]);
  };
  let outcome = await write(waiting.username);
  if (!outcome.committed && takenValue(outcome) === "username") outcome = await write(null);
  if (outcome.committed) return;
  refuseSpent(outcome);
  // Another sign-up for the address was proved first.
  if (takenValue(outcome) === "email") throw new Refusal("code_invalid");
  throw new WriteConflict(outcome);
}

/** The steps that drop every sign-up that waits for an address: it has an account now. */
export function forgetSignUpsSteps(database: Database, email: string): readonly Step[] {
  const { query } = database;
  return [
    { query: query.deleteFrom("sign_ups").where("email", "=", email) },
    {
      query: query
        .deleteFrom("codes")
        .where("purpose", "=", "sign_up")
        .where("address", "=", email),
    },
  ];
}

// The account's own holder proved the address: nothing is taken back, since nothing was lost.
async function confirmAddress(database: Database, code: LiveCode, from: Caller): Promise<void> {
  const { userId, boundTo, address } = code;
  const update = database.query
    .updateTable("users")
    .set({ email_verified: 1, updated_at: from.now })
    .where("id", "=", userId)
    .where("handle", "=", boundTo)
    .where("email", "=", address)
    .where("disabled_at", "is", null);
  const outcome = await database.write([
    spendCodeStep(database, code),
    { query: update, expect: 1 },
    auditEvent(database, {
      ...from,
      actorId: userId,
      kind: "email.verified",
      outcome: "success",
      userId,
    }),
    ...forgetSignUpsSteps(database, address),
  ]);
  // Spent by another request, or made under credentials that are no more.
  if (!outcome.committed && outcome.reason === "row-count") throw new Refusal("code_invalid");
  if (!outcome.committed) throw new WriteConflict(outcome);
}
