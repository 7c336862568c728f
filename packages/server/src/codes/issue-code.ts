// Makes a one-time code: a token of 256 bits for a link, and six digits for typing. The store keeps
// neither: of the token a plain hash, since 256 random bits cannot be guessed back; of the digits an
// HMAC under a key derived from a refresh key, which is sealed and kept apart, since a million
// hashes take a second. So a leaked database yields no code.
//
// An owner has one code of a purpose at a time: a new one takes the place of the one before, so that
// tries cannot be multiplied by asking for more codes at once.

import { createHash, randomBytes, randomInt } from "node:crypto";
import { createIdentifier } from "@latchkey/protocol";
import type { RefreshKey } from "../keys/refresh-key.ts";
import type { Database, Step } from "../storage/database.ts";
import { type CodePurpose, codePurposes, minutesOf } from "./code-purposes.ts";

/** Bytes of a link's token. */
const TOKEN_BYTES = 32;

/** How many codes six digits make. */
const DIGIT_CODES = 1_000_000;

/** The keys of the six digits; a key ring is one. */
export interface CodeKeys {
  currentRefreshKey(): Pick<RefreshKey, "id" | "code">;
  refreshKey(id: number): Pick<RefreshKey, "id" | "code"> | undefined;
}

/** What codes need. */
export interface CodeContext {
  readonly database: Database;
  readonly codeKeys: CodeKeys;
}

/** A code to be. */
export interface CodeInput {
  readonly purpose: CodePurpose;
  /** Who has at most one: an address, a user's id or a sign-up's. */
  readonly owner: string;
  /** Where it is sent. */
  readonly address: string;
  /** Null: nobody has the address. The row is the same, so that asking costs the same (N2). */
  readonly user: { readonly id: string; readonly handle: string } | null;
  /** The session that asks. */
  readonly sessionId?: string;
  /**
   * Leaves a code alone that works and is of the same credentials: the step then changes no row, and
   * its write is not committed.
   */
  readonly isSparing?: boolean;
  /** When it ends instead of when its purpose says; milliseconds. */
  readonly expiresAt?: number;
  /** Milliseconds. */
  readonly now: number;
}

/** A code that works when its step is written. */
export interface IssuedCode {
  /** 43 characters of base64url. */
  readonly token: string;
  /** Six digits. */
  readonly code: string;
  /** How long it works. */
  readonly minutes: number;
  readonly expiresAt: number;
  readonly step: Step;
}

/** Makes a code, in the place of the owner's last one of the same purpose. */
export function issueCode({ database, codeKeys }: CodeContext, input: CodeInput): IssuedCode {
  const { purpose, owner, address, user, sessionId = null, now } = input;
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const code = String(randomInt(DIGIT_CODES)).padStart(6, "0");
  const key = codeKeys.currentRefreshKey();
  const id = createIdentifier();
  const { lifetime, hasDigits } = codePurposes[purpose];
  const expiresAt = input.expiresAt ?? now + lifetime;
  const values = {
    id,
    address,
    user_id: user?.id ?? null,
    bound_to: user?.handle ?? null,
    session_id: sessionId,
    token_hash: hashToken(token),
    code_hash: hasDigits ? hashDigits(key, id, code) : null,
    key_id: key.id,
    attempts: 0,
    created_at: now,
    expires_at: expiresAt,
  };
  const query = database.query
    .insertInto("codes")
    .values({ purpose, owner, ...values })
    .onConflict((conflict) => {
      const replace = conflict.columns(["purpose", "owner"]).doUpdateSet(values);
      if (input.isSparing !== true) return replace;
      return replace.where((eb) =>
        eb.or([
          eb("codes.expires_at", "<=", now),
          eb("codes.bound_to", "is distinct from", values.bound_to),
        ]),
      );
    });
  return { token, code, minutes: minutesOf(purpose), expiresAt, step: { query, expect: 1 } };
}

/** Hashes the secret of a link or of a sign-up. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Hashes six digits: the code's id stands for purpose, owner and everything else of its row. */
export function hashDigits(key: Pick<RefreshKey, "code">, id: string, code: string): Buffer {
  return key.code(Buffer.from(`${id} ${code}`));
}
