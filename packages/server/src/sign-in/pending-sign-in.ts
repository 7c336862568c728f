// A sign-in that waits for its second factor. Its token opens nothing else: it is no access token,
// no refresh token, and worth nothing without the factor (N8). Hashed at rest, used once, minutes
// long, void after five tries and after any change of the user's credentials.

import { createHash, randomBytes } from "node:crypto";
import type { Transport } from "@latchkey/protocol";
import { Refusal } from "../http/refusal.ts";
import type { Database, Step } from "../storage/database.ts";
import { readSubject, type SignInSubject } from "../tokens/subject.ts";

/** Milliseconds that a sign-in waits. */
export const PENDING_SIGN_IN_LIFE = 5 * 60_000;

/** Factors that can be tried in one sign-in. */
export const PENDING_SIGN_IN_ATTEMPTS = 5;

/** Characters of a token. */
export const MAX_MFA_TOKEN_LENGTH = 64;

const PREFIX = "lkm_";
const TOKEN_BYTES = 32;

/** What is known of a sign-in that waits. */
export interface PendingSignIn {
  readonly tokenHash: Uint8Array;
  readonly subject: SignInSubject;
  /** What was proved so far: RFC 8176 values. */
  readonly amr: readonly string[];
  readonly transport: Transport;
  readonly isRemembered: boolean;
}

/** Makes a sign-in wait; it exists when the step is written. */
export function createPendingSignIn(
  database: Database,
  signIn: Omit<PendingSignIn, "tokenHash">,
  now: number,
): { readonly token: string; readonly step: Step } {
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
  const { subject, amr, transport, isRemembered } = signIn;
  const query = database.query.insertInto("pending_sign_ins").values({
    token_hash: hashOf(token),
    user_id: subject.id,
    bound_to: subject.handle,
    amr: JSON.stringify(amr),
    transport,
    remembered: isRemembered ? 1 : 0,
    attempts: 0,
    expires_at: now + PENDING_SIGN_IN_LIFE,
  });
  return { token, step: { query, expect: 1 } };
}

/**
 * Finds a sign-in that waits, and counts a try at its factor before anything is compared: racing
 * guesses are counted each.
 *
 * @throws Refusal `mfa_token_invalid`: unknown, used, too old, tried too often, or older than a
 * change of the account, without telling which
 */
export function countPendingAttempt(
  database: Database,
  token: string,
  now: number,
): Promise<PendingSignIn> {
  return find(database, token, { now, isAttempt: true });
}

/**
 * Finds a sign-in that waits, without trying anything.
 *
 * @throws Refusal `mfa_token_invalid`
 */
export function findPendingSignIn(
  database: Database,
  token: string,
  now: number,
): Promise<PendingSignIn> {
  return find(database, token, { now, isAttempt: false });
}

/** The step that uses a sign-in up; it fails when another request was faster. */
export function endPendingSignIn(database: Database, pending: PendingSignIn): Step {
  const query = database.query
    .deleteFrom("pending_sign_ins")
    .where("token_hash", "=", pending.tokenHash);
  return { query, expect: 1 };
}

async function find(
  database: Database,
  token: string,
  asked: { readonly now: number; readonly isAttempt: boolean },
): Promise<PendingSignIn> {
  const tokenHash = hashOf(token);
  const row = asked.isAttempt
    ? await countRow(database, tokenHash, asked.now)
    : await readRow(database, tokenHash, asked.now);
  if (row === undefined) throw new Refusal("mfa_token_invalid");
  const subject = await readSubject(database, { id: row.user_id });
  if (subject?.handle !== row.bound_to || subject.disabledAt !== null) {
    throw new Refusal("mfa_token_invalid");
  }
  return {
    tokenHash,
    subject,
    // We wrote it: a JSON array of strings.
    amr: JSON.parse(row.amr) as string[],
    transport: row.transport,
    isRemembered: row.remembered === 1,
  };
}

const COLUMNS = ["user_id", "bound_to", "amr", "transport", "remembered"] as const;

interface PendingRow {
  readonly user_id: string;
  readonly bound_to: string;
  readonly amr: string;
  readonly transport: Transport;
  readonly remembered: number;
}

async function countRow(
  database: Database,
  tokenHash: Uint8Array,
  now: number,
): Promise<PendingRow | undefined> {
  const query = database.query
    .updateTable("pending_sign_ins")
    .set((eb) => ({ attempts: eb("attempts", "+", 1) }))
    .where("token_hash", "=", tokenHash)
    .where("attempts", "<", PENDING_SIGN_IN_ATTEMPTS)
    .where("expires_at", ">", now)
    .returning(COLUMNS);
  const outcome = await database.write([{ query, expect: 1 }]);
  // The statement's own RETURNING names these columns.
  return outcome.committed ? (outcome.results[0]?.rows[0] as PendingRow | undefined) : undefined;
}

async function readRow(
  database: Database,
  tokenHash: Uint8Array,
  now: number,
): Promise<PendingRow | undefined> {
  const [row] = await database.read(
    database.query
      .selectFrom("pending_sign_ins")
      .select(COLUMNS)
      .where("token_hash", "=", tokenHash)
      .where("attempts", "<", PENDING_SIGN_IN_ATTEMPTS)
      .where("expires_at", ">", now),
  );
  return row;
}

function hashOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}
