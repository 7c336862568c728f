// One signing key after another: the steps that make the keys that are missing, let successors sign,
// and put others in the place of those that are taken back. Each purpose and algorithm has a line of
// its own. Only prepares what is to be written; key-ring.ts writes it. Design section 5.

import type { JwsAlgorithm } from "@latchkey/jose";
import type { Database, Step } from "../storage/database.ts";
import { JWK_SET_MAX_AGE } from "./jwk-set-response.ts";
import type { KeyEncryption } from "./key-encryption.ts";
import { FEED_ALGORITHM, keysOf, refreshKeysOf, requireKey } from "./key-view.ts";
import { REFRESH_KEY_ALG } from "./refresh-key.ts";
import { type KeySelection, selectKeys } from "./select-keys.ts";
import { createKeyStep, type NewKey, type SigningKey, type StoredKey } from "./stored-keys.ts";

/** Milliseconds that a signing key is used before its successor takes over: 90 days. */
export const SIGNING_KEY_PERIOD: number = 90 * 24 * 60 * 60 * 1000;

/**
 * Milliseconds that a successor is published before it signs: twice the time that a JWKS may be
 * cached, so that whoever verifies knows it by then.
 */
export const PUBLISH_LEAD: number = 2 * JWK_SET_MAX_AGE * 1000;

/** What the steps are prepared with. */
export interface Succession {
  readonly database: Database;
  readonly keyEncryption: KeyEncryption;
  /** Of the keys that sign tokens. */
  readonly algorithms: readonly JwsAlgorithm[];
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Makes what is missing: a signing key and its successor for each algorithm, the same for the feed, a
 * refresh key. Retires the signing keys of other algorithms.
 */
export async function createMissingKeys(
  stored: readonly StoredKey[],
  { database, keyEncryption, algorithms, now }: Succession,
): Promise<readonly Step[]> {
  const wanted = lines(algorithms).flatMap((line) => missingOf(stored, line, now));
  if (refreshKeysOf(stored).length === 0) {
    wanted.push({ purpose: "refresh", alg: REFRESH_KEY_ALG, activeAt: now, now, id: "0" });
  }
  const steps = await Promise.all(wanted.map((key) => createKeyStep(database, keyEncryption, key)));
  const isForeign = (key: SigningKey): boolean =>
    !algorithms.some((alg) => alg === key.alg) && key.retiredAt === null;
  if (!keysOf(stored, "signing").some(isForeign)) return steps;
  const retire: Step = {
    query: database.query
      .updateTable("keys")
      .set({ retired_at: now })
      .where("purpose", "=", "signing")
      .where("alg", "not in", algorithms)
      .where("retired_at", "is", null),
  };
  return [retire, ...steps];
}

/** Keys that replace each other: of one purpose and one algorithm. */
interface Line {
  readonly purpose: "signing" | "feed";
  readonly alg: string;
}

function lines(algorithms: readonly JwsAlgorithm[]): readonly Line[] {
  const signing = algorithms.map((alg): Line => ({ purpose: "signing", alg }));
  return [...signing, { purpose: "feed", alg: FEED_ALGORITHM }];
}

/** The key that signs and its successor, as far as they are not there. */
function missingOf(stored: readonly StoredKey[], line: Line, now: number): readonly NewKey[] {
  const { purpose, alg } = line;
  const { current, next } = selectKeys(keysOf(stored, purpose), { now, alg, retention: 0 });
  const wanted: NewKey[] = [];
  if (current === undefined) {
    wanted.push({ purpose, alg, activeAt: now, now, onlyAfter: Number.MIN_SAFE_INTEGER });
  }
  if (next === undefined) wanted.push(successorOf(line, current?.activeAt ?? now, now));
  return wanted;
}

/** The key that follows one that is active since a time: known long before it signs. */
function successorOf({ purpose, alg }: Line, activeSince: number, now: number): NewKey {
  const activeAt = Math.max(activeSince + SIGNING_KEY_PERIOD, now + PUBLISH_LEAD);
  return { purpose, alg, activeAt, now, onlyAfter: Math.max(activeSince, now) };
}

/** Lets successors sign: as soon as everybody knows them, or at once. */
export async function advanceKeys(
  selections: readonly KeySelection<SigningKey>[],
  succession: Succession,
  immediately: boolean,
): Promise<readonly Step[]> {
  const { now } = succession;
  const steps = await Promise.all(
    selections.map(({ current, next }) => {
      const successor = requireKey(next);
      const soonest = immediately ? now : Math.max(now, successor.createdAt + PUBLISH_LEAD);
      // Strictly later than the key before it, so that which one replaces which is certain.
      const activeAt = Math.max(soonest, requireKey(current).activeAt + 1);
      return advance(successor, Math.min(activeAt, successor.activeAt), succession);
    }),
  );
  return steps.flat();
}

/** Lets a successor sign from a time on, and makes the one that follows it. */
async function advance(
  key: SigningKey,
  activeAt: number,
  { database, keyEncryption, now }: Succession,
): Promise<readonly Step[]> {
  const query = database.query
    .updateTable("keys")
    .set({ active_at: activeAt })
    .where("purpose", "=", key.purpose)
    .where("id", "=", key.id)
    .where("active_at", "=", key.activeAt)
    .where("retired_at", "is", null);
  const follower = successorOf(key, activeAt, now);
  return [{ query, expect: 1 }, await createKeyStep(database, keyEncryption, follower)];
}

/** Takes keys out of use, and puts others in their place that sign at once. */
export async function replaceKeys(
  stored: readonly StoredKey[],
  revoked: readonly SigningKey[],
  succession: Succession,
): Promise<readonly Step[]> {
  const { database, keyEncryption, algorithms, now } = succession;
  const out = revoked.map((key) => ({
    query: database.query
      .updateTable("keys")
      .set({ revoked_at: now, retired_at: Math.min(now, key.retiredAt ?? now) })
      .where("purpose", "=", key.purpose)
      .where("id", "=", key.id)
      .where("revoked_at", "is", null),
    expect: 1,
  }));
  const isRevoked = (key: SigningKey | undefined): boolean =>
    key !== undefined && revoked.includes(key);
  const followers = await Promise.all(
    lines(algorithms).map(async (line): Promise<readonly Step[]> => {
      const keys = keysOf(stored, line.purpose);
      const { current, next } = selectKeys(keys, { now, alg: line.alg, retention: 0 });
      if (!isRevoked(current) && !isRevoked(next)) return [];
      const make = (key: NewKey): Promise<Step> => createKeyStep(database, keyEncryption, key);
      if (!isRevoked(current)) return [await make(successorOf(line, now, now))];
      const activeAt = Math.max(now, requireKey(current).activeAt + 1);
      if (next !== undefined && !isRevoked(next)) return advance(next, activeAt, succession);
      const fresh = { ...line, activeAt, now };
      return [await make(fresh), await make(successorOf(line, activeAt, now))];
    }),
  );
  return [...out, ...followers.flat()];
}
