// The keys in use: which one signs tokens, which one signs the feed, which refresh keys are
// known. Loaded once, unsealed; what is published is derived from the unsealed keys and never
// read from a column. Design section 5.

import {
  createKeySet,
  exportPublicJwk,
  type JwsAlgorithm,
  type Key,
  type KeySet,
  type PublicJwk,
  publicKey,
} from "@latchkey/jose";
import { type Database, DatabaseError, type Step } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import type { KeyEncryption } from "./key-encryption.ts";
import { REFRESH_KEY_ALG, type RefreshKey } from "./refresh-key.ts";
import { createSuccessor, deleteUnused } from "./rotate-refresh-key.ts";
import { type KeySelection, type KeyState, keyState, selectKeys } from "./select-keys.ts";
import {
  createKeyStep,
  type KeyPurpose,
  loadStoredKeys,
  type NewKey,
  type SigningKey,
  type StoredKey,
  type StoredRefreshKey,
} from "./stored-keys.ts";

/** The algorithm of the feed's own keys. */
export const FEED_ALGORITHM = "ES256";

/** Milliseconds that a signing key is used before its successor takes over: 90 days. */
export const SIGNING_KEY_PERIOD: number = 90 * 24 * 60 * 60 * 1000;

/**
 * Milliseconds that a retired key stays published unless told otherwise: a day, the longest life
 * of an access token, and five minutes for clocks that differ.
 */
export const DEFAULT_RETENTION: number = (24 * 60 + 5) * 60 * 1000;

/** What can be said about a key. */
export interface KeySummary {
  readonly kid: string;
  readonly alg: string;
  readonly purpose: KeyPurpose;
  readonly state: KeyState;
  /** Milliseconds. */
  readonly createdAt: number;
  readonly activeAt: number;
  readonly retiredAt: number | null;
}

/** A published set of public keys; RFC 7517 section 5. */
export interface PublicJwkSet {
  readonly keys: readonly PublicJwk[];
}

/** The keys in use. */
export interface KeyRing {
  /** Signs access tokens. */
  signingKey(): Key;
  /** Verify access tokens. */
  verificationKeys(): KeySet;
  /** Signs the revocation feed. */
  feedKey(): Key;
  /** Verify the revocation feed. */
  feedKeys(): KeySet;
  /** The public keys of access tokens, the successor among them. Shared secrets are left out. */
  jwks(): PublicJwkSet;
  /** The public keys of the feed. */
  feedJwks(): PublicJwkSet;
  /** Makes the refresh tokens of new generations. */
  currentRefreshKey(): RefreshKey;
  refreshKey(id: number): RefreshKey | undefined;
  list(): readonly KeySummary[];
  /**
   * Makes a new refresh key current, in one write with `also`. Sessions pass to it one by one, as
   * they renew; the old key goes on reading their tokens.
   *
   * @throws NoRefreshKeyId when 256 keys are in use
   */
  rotateRefreshKey(also?: readonly Step[]): Promise<KeySummary>;
  /** Deletes replaced refresh keys that no session can need; answers their ids. */
  deleteUnusedRefreshKeys(): Promise<readonly string[]>;
}

/** How the key ring is loaded. */
export interface KeyRingOptions {
  readonly database: Database;
  readonly keyEncryption: KeyEncryption;
  readonly signingAlgorithm: JwsAlgorithm;
  /** Milliseconds; the time at which missing keys are made. */
  readonly now: number;
  /** Milliseconds since 1970, for each choice of a key. Default: `now` for ever. */
  readonly clock?: () => number;
  /** Milliseconds: the longest life of an access token plus leeway; {@link DEFAULT_RETENTION}. */
  readonly retention?: number;
}

/**
 * Loads the keys and makes what is missing: a signing key and its successor, the same for the
 * feed, and a refresh key. Keys of another signing algorithm are retired and go on verifying.
 *
 * @throws KeyEncryptionError key_encryption_key_wrong
 * @throws DatabaseError
 */
export async function loadKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { database, keyEncryption } = options;
  const stored = await loadStoredKeys(database, keyEncryption);
  const steps = await createMissing(stored, options);
  if (steps.length === 0) return createKeyRing(stored, options);
  const outcome = await database.write(steps);
  // "unique": another node made them first, and its keys are as good.
  if (!outcome.committed && outcome.reason !== "unique") {
    throw new DatabaseError("database_unavailable", `keys were not saved: ${outcome.reason}`);
  }
  return createKeyRing(await loadStoredKeys(database, keyEncryption), options);
}

async function createMissing(
  stored: readonly StoredKey[],
  options: KeyRingOptions,
): Promise<readonly Step[]> {
  const { database, keyEncryption, now, signingAlgorithm } = options;
  const wanted: NewKey[] = [];
  for (const [purpose, alg] of [
    ["signing", signingAlgorithm],
    ["feed", FEED_ALGORITHM],
  ] as const) {
    const { current, next } = selectKeys(keysOf(stored, purpose), { now, alg, retention: 0 });
    if (current === undefined) wanted.push({ purpose, alg, activeAt: now, now });
    if (next === undefined) {
      wanted.push({ purpose, alg, activeAt: now + SIGNING_KEY_PERIOD, now });
    }
  }
  if (refreshKeysOf(stored).length === 0) {
    wanted.push({ purpose: "refresh", alg: REFRESH_KEY_ALG, activeAt: now, now, id: "0" });
  }
  const steps = await Promise.all(wanted.map((key) => createKeyStep(database, keyEncryption, key)));
  const isForeign = (key: SigningKey): boolean =>
    key.alg !== signingAlgorithm && key.retiredAt === null;
  if (!keysOf(stored, "signing").some(isForeign)) return steps;
  const retire: Step = {
    query: database.query
      .updateTable("keys")
      .set({ retired_at: now })
      .where("purpose", "=", "signing")
      .where("alg", "!=", signingAlgorithm)
      .where("retired_at", "is", null),
  };
  return [retire, ...steps];
}

function createKeyRing(stored: readonly StoredKey[], options: KeyRingOptions): KeyRing {
  const { clock = () => options.now, retention = DEFAULT_RETENTION } = options;
  const signing = createSigner(keysOf(stored, "signing"), options.signingAlgorithm, retention);
  const feed = createSigner(keysOf(stored, "feed"), FEED_ALGORITHM, retention);
  const { database, keyEncryption } = options;
  let refreshKeys = refreshKeysOf(stored);
  let refreshById = new Map(refreshKeys.map((entry) => [entry.key.id, entry.key]));
  const selectRefresh = (now: number): KeySelection<StoredRefreshKey> =>
    selectKeys(refreshKeys, { now, alg: REFRESH_KEY_ALG, retention: Number.POSITIVE_INFINITY });
  const reloadRefreshKeys = async (): Promise<void> => {
    refreshKeys = refreshKeysOf(await loadStoredKeys(database, keyEncryption));
    refreshById = new Map(refreshKeys.map((entry) => [entry.key.id, entry.key]));
  };

  return Object.freeze({
    signingKey: () => signing(clock()).key(),
    verificationKeys: () => signing(clock()).keySet,
    feedKey: () => feed(clock()).key(),
    feedKeys: () => feed(clock()).keySet,
    jwks: () => signing(clock()).jwks,
    feedJwks: () => feed(clock()).jwks,
    currentRefreshKey: () => required(selectRefresh(clock()).current).key,
    refreshKey: (id: number) => refreshById.get(id),
    list: () => {
      const now = clock();
      return [
        ...summarize(keysOf(stored, "signing"), signing(now).selection),
        ...summarize(keysOf(stored, "feed"), feed(now).selection),
        ...summarize(refreshKeys, selectRefresh(now)),
      ];
    },
    rotateRefreshKey: async (also: readonly Step[] = []) => {
      const successor = await createSuccessor(options, refreshKeys, clock());
      await writeAll(database, [successor.step, ...also]);
      await reloadRefreshKeys();
      const made = summarize(refreshKeys, selectRefresh(clock()));
      return required(made.find((key) => key.kid === successor.id));
    },
    deleteUnusedRefreshKeys: async () => {
      const deletions = deleteUnused(database, refreshKeys, clock());
      if (deletions.length === 0) return [];
      const results = await writeAll(
        database,
        deletions.map((deletion) => deletion.step),
      );
      const deleted = deletions.filter((_, index) => results[index]?.changes === 1);
      if (deleted.length > 0) await reloadRefreshKeys();
      return deleted.map((deletion) => deletion.id);
    },
  });
}

interface Signer {
  readonly selection: KeySelection<SigningKey>;
  readonly keySet: KeySet;
  readonly jwks: PublicJwkSet;
  key(): Key;
}

/** Selects by time; a selection stays as it is until the next time at which it can change. */
function createSigner(
  keys: readonly SigningKey[],
  alg: string,
  retention: number,
): (now: number) => Signer {
  const changes = keys
    .flatMap((key) => [key.activeAt, ...(key.retiredAt === null ? [] : [key.retiredAt])])
    .flatMap((time) => [time, time + retention]);
  let last: Signer | undefined;
  let since = 0;
  let until = 0;
  return (now) => {
    if (last !== undefined && since <= now && now < until) return last;
    since = Math.max(...changes.filter((time) => time <= now), Number.NEGATIVE_INFINITY);
    until = Math.min(...changes.filter((time) => time > now), Number.POSITIVE_INFINITY);
    last = signerOf(selectKeys(keys, { now, alg, retention }));
    return last;
  };
}

function signerOf(selection: KeySelection<SigningKey>): Signer {
  const published = selection.published.map((entry) => entry.key);
  const isPublic = (key: Key): boolean => key.type !== "secret";
  return {
    selection,
    keySet: createKeySet(published.map((key) => (isPublic(key) ? publicKey(key) : key))),
    jwks: { keys: published.filter(isPublic).map(exportPublicJwk) },
    key: () => required(selection.current).key,
  };
}

function keysOf(stored: readonly StoredKey[], purpose: "signing" | "feed"): readonly SigningKey[] {
  return stored.filter((key): key is SigningKey => key.purpose === purpose);
}

function refreshKeysOf(stored: readonly StoredKey[]): readonly StoredRefreshKey[] {
  return stored.filter((key): key is StoredRefreshKey => key.purpose === "refresh");
}

function summarize<K extends StoredKey>(
  keys: readonly K[],
  selection: KeySelection<K>,
): readonly KeySummary[] {
  return keys.map((key) => ({
    kid: key.id,
    alg: key.alg,
    purpose: key.purpose,
    state: keyState(key, selection),
    createdAt: key.createdAt,
    activeAt: key.activeAt,
    retiredAt: key.retiredAt,
  }));
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the key ring has no current key");
  return value;
}
