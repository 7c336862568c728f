// Authenticator seeds in the database: sealed by the key-encryption key under the user's own place,
// so that a row moved to another user opens as nothing. Design section 5.

import { randomBytes } from "node:crypto";
import {
  type KeyEncryption,
  KeyEncryptionError,
  type SealedPlace,
} from "../../keys/key-encryption.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Database, Step } from "../../storage/database.ts";
import { matchTotp, TOTP_SEED_BYTES } from "./totp.ts";

/** Seeds sealed anew by one write. */
export const RESEAL_SEEDS = 200;

/** The key-encryption key of the moment: a rotation replaces it. */
export type CurrentKeyEncryption = () => KeyEncryption;

/** What seeds need. */
export interface TotpContext {
  readonly database: Database;
  readonly keyEncryption: CurrentKeyEncryption;
  /** Looks for a key-encryption key that another node has made. */
  readonly reloadKeys?: () => Promise<void>;
}

/** A seed that was read and opened. */
export interface StoredSeed {
  readonly userId: string;
  readonly isPending: boolean;
  readonly seed: Uint8Array;
  readonly lastStep: number;
  readonly createdAt: number;
}

/** How long a seed may wait for its first code, in milliseconds. */
export const PENDING_SEED_LIFE = 15 * 60_000;

/** Makes a seed that waits for its first code; an older one that waits is replaced. */
export function createSeed(
  context: TotpContext,
  userId: string,
  now: number,
): { readonly seed: Uint8Array; readonly steps: readonly Step[] } {
  const { database, keyEncryption } = context;
  const seed = randomBytes(TOTP_SEED_BYTES);
  const { kekId, sealed } = keyEncryption().seal(placeOf(userId), seed);
  const row = { kek_id: kekId, sealed, last_step: 0, created_at: now };
  const query = database.query
    .insertInto("totp_seeds")
    .values({ user_id: userId, pending: 1, confirmed_at: null, ...row })
    .onConflict((conflict) => conflict.columns(["user_id", "pending"]).doUpdateSet(row));
  return { seed, steps: [{ query, expect: 1 }] };
}

/** Reads a user's seed: the one in use, or the one that waits for its first code. */
export async function readSeed(
  context: TotpContext,
  userId: string,
  isPending: boolean,
): Promise<StoredSeed | undefined> {
  const { database } = context;
  const [row] = await database.read(
    database.query
      .selectFrom("totp_seeds")
      .selectAll()
      .where("user_id", "=", userId)
      .where("pending", "=", isPending ? 1 : 0),
  );
  if (row === undefined) return undefined;
  return {
    userId,
    isPending,
    seed: await openSeed(context, { ...placeOf(userId), kekId: row.kek_id }, row.sealed),
    lastStep: row.last_step,
    createdAt: row.created_at,
  };
}

/**
 * The step that spends a code's time step. It fails on its row count when that was spent meanwhile:
 * of two requests with one code, one passes (N8).
 *
 * @throws Refusal `totp_reused`, `factor_refused`
 */
export function spendTotp(
  database: Database,
  stored: StoredSeed,
  attempt: { readonly code: string; readonly now: number },
): Step {
  const { userId, seed, lastStep, isPending } = stored;
  const match = matchTotp(seed, attempt.code, { now: attempt.now, lastStep });
  if (match.kind === "reused") throw new Refusal("totp_reused");
  if (match.kind === "wrong") throw new Refusal("factor_refused");
  const query = database.query
    .updateTable("totp_seeds")
    .set({ last_step: match.step })
    .where("user_id", "=", userId)
    .where("pending", "=", isPending ? 1 : 0)
    .where("created_at", "=", stored.createdAt)
    .where("last_step", "<", match.step);
  return { query, expect: 1 };
}

/** The steps that put the seed that waited in use, in the place of any other. */
export function confirmSeedSteps(database: Database, userId: string, now: number): readonly Step[] {
  const { query } = database;
  return [
    {
      query: query.deleteFrom("totp_seeds").where("user_id", "=", userId).where("pending", "=", 0),
    },
    {
      query: query
        .updateTable("totp_seeds")
        .set({ pending: 0, confirmed_at: now })
        .where("user_id", "=", userId)
        .where("pending", "=", 1),
      expect: 1,
    },
  ];
}

/** The step that removes a user's seeds. */
export function removeSeeds(database: Database, userId: string): Step {
  return { query: database.query.deleteFrom("totp_seeds").where("user_id", "=", userId) };
}

/** Seals every seed under the key-encryption key that seals now; answers how many. */
export async function resealSeeds(context: TotpContext): Promise<number> {
  const { database } = context;
  const keyEncryption = context.keyEncryption();
  let count = 0;
  for (;;) {
    const rows = await database.read(
      database.query
        .selectFrom("totp_seeds")
        .selectAll()
        .where("kek_id", "!=", keyEncryption.currentId)
        .limit(RESEAL_SEEDS),
    );
    if (rows.length === 0) return count;
    const steps = rows.map((row): Step => {
      const place = placeOf(row.user_id);
      const seed = keyEncryption.unseal({ ...place, kekId: row.kek_id }, row.sealed);
      const { kekId, sealed } = keyEncryption.seal(place, seed);
      const query = database.query
        .updateTable("totp_seeds")
        .set({ kek_id: kekId, sealed })
        .where("user_id", "=", row.user_id)
        .where("pending", "=", row.pending)
        // Not a seed that was made meanwhile.
        .where("created_at", "=", row.created_at);
      return { query };
    });
    await database.write(steps);
    count += rows.length;
  }
}

// Another node may have sealed it a moment ago, under a key that this one has not seen yet.
async function openSeed(
  { keyEncryption, reloadKeys }: TotpContext,
  place: SealedPlace & { readonly kekId: string },
  sealed: Uint8Array,
): Promise<Uint8Array> {
  try {
    return keyEncryption().unseal(place, sealed);
  } catch (error) {
    if (!(error instanceof KeyEncryptionError) || reloadKeys === undefined) throw error;
    await reloadKeys();
    return keyEncryption().unseal(place, sealed);
  }
}

function placeOf(userId: string): SealedPlace {
  return { purpose: "totp", id: userId, alg: "SHA1" };
}
