// A ceremony: a challenge that is answered once, within minutes, for what it was made for and by
// whom. Its name is the challenge itself, which every answer repeats under its signature.

import { createHash, randomBytes } from "node:crypto";
import { Refusal } from "../../http/refusal.ts";
import type { Database } from "../../storage/database.ts";
import { writeAll } from "../../storage/write.ts";

/** Milliseconds that a ceremony may take. */
export const CEREMONY_LIFE = 5 * 60_000;

/** Bytes of a challenge; WebAuthn asks for 16 at least. */
export const CHALLENGE_BYTES = 32;

/** What a ceremony is for. An answer to one is no answer to another. */
export type CeremonyPurpose = "register" | "sign_in" | "second_factor" | "step_up";

/** Whom a ceremony is for; null when the answer will tell. */
export interface CeremonyUser {
  readonly id: string;
  readonly handle: string;
}

/** Makes a challenge, base64url. @param now - milliseconds */
export async function createCeremony(
  database: Database,
  ceremony: { readonly purpose: CeremonyPurpose; readonly user: CeremonyUser | null },
  now: number,
): Promise<string> {
  const challenge = randomBytes(CHALLENGE_BYTES).toString("base64url");
  const { purpose, user } = ceremony;
  const query = database.query.insertInto("passkey_ceremonies").values({
    challenge_hash: hashOf(challenge),
    purpose,
    user_id: user?.id ?? null,
    bound_to: user?.handle ?? null,
    expires_at: now + CEREMONY_LIFE,
  });
  await writeAll(database, [{ query, expect: 1 }]);
  return challenge;
}

/**
 * Takes a ceremony away, whatever comes of the answer: it is answered once.
 *
 * @throws Refusal `ceremony_invalid` when it is unknown, answered, too old, made for something or
 * somebody else, or older than a change of the user's credentials
 */
export async function takeCeremony(
  database: Database,
  challenge: string,
  expected: {
    readonly purpose: CeremonyPurpose;
    readonly user: CeremonyUser | null;
    readonly now: number;
  },
): Promise<void> {
  const remove = database.query
    .deleteFrom("passkey_ceremonies")
    .where("challenge_hash", "=", hashOf(challenge))
    .returning(["purpose", "user_id", "bound_to", "expires_at"]);
  const outcome = await database.write([{ query: remove, expect: 1 }]);
  if (!outcome.committed) throw new Refusal("ceremony_invalid");
  const row = outcome.results[0]?.rows[0];
  const isRight =
    row?.["purpose"] === expected.purpose &&
    row["user_id"] === (expected.user?.id ?? null) &&
    row["bound_to"] === (expected.user?.handle ?? null) &&
    Number(row["expires_at"]) > expected.now;
  if (!isRight) throw new Refusal("ceremony_invalid");
}

function hashOf(challenge: string): Uint8Array {
  return createHash("sha256").update("latchkey ceremony\0").update(challenge).digest();
}
