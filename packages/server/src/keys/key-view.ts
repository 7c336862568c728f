// What follows from the stored keys at a time: which one signs, which are published, what is told of
// each. Computed once for each reading of the rows, from the unsealed keys and never from a column.
// Nothing is read or written here.

import {
  createKeySet,
  exportPublicJwk,
  type JwsAlgorithm,
  type Key,
  type KeySet,
  type PublicJwk,
  publicKey,
} from "@latchkey/jose";
import { REFRESH_KEY_ALG, type RefreshKey } from "./refresh-key.ts";
import {
  type KeySelection,
  type KeyState,
  type KeyTimes,
  keyState,
  selectKeys,
} from "./select-keys.ts";
import type { KeyPurpose, SigningKey, StoredKey, StoredRefreshKey } from "./stored-keys.ts";

/** The algorithm of the feed's own keys. */
export const FEED_ALGORITHM = "ES256";

/** What can be said about a key. */
export interface KeySummary {
  readonly kid: string;
  readonly alg: string;
  readonly purpose: KeyPurpose;
  readonly state: KeyState | "revoked";
  /** Milliseconds. */
  readonly createdAt: number;
  readonly activeAt: number;
  readonly retiredAt: number | null;
}

/** A published set of public keys; RFC 7517 section 5. */
export interface PublicJwkSet {
  readonly keys: readonly PublicJwk[];
}

/** What follows from the stored keys, computed once for each change of them. */
export interface KeyView {
  readonly refreshById: ReadonlyMap<number, RefreshKey>;
  signer(alg: string, now: number): Signer;
  feed(now: number): Signer;
  refresh(now: number): KeySelection<StoredRefreshKey>;
  list(now: number): readonly KeySummary[];
}

/** Derives the view. @param retention - milliseconds that a retired key stays published */
export function createKeyView(
  stored: readonly StoredKey[],
  algorithms: readonly JwsAlgorithm[],
  retention: number,
): KeyView {
  const signers = new Map(
    algorithms.map((alg) => [
      alg as string,
      createSigner(keysOf(stored, "signing"), alg, retention),
    ]),
  );
  const feed = createSigner(keysOf(stored, "feed"), FEED_ALGORITHM, retention);
  const refreshKeys = refreshKeysOf(stored);
  const refresh = keepUntilChange(refreshKeys, Number.POSITIVE_INFINITY, (now, retention) =>
    selectKeys(refreshKeys, { now, alg: REFRESH_KEY_ALG, retention }),
  );
  return {
    refreshById: new Map(refreshKeys.map((entry) => [entry.key.id, entry.key])),
    signer: (alg, now) => {
      const signer = signers.get(alg);
      if (signer === undefined) throw new TypeError(`no signing keys of ${alg}`);
      return signer(now);
    },
    feed,
    refresh,
    list: (now) => {
      const selections = [...signers.values()].map((signer) => signer(now).selection);
      return [
        ...summarize(keysOf(stored, "signing"), selections),
        ...summarize(keysOf(stored, "feed"), [feed(now).selection]),
        ...summarize(refreshKeys, [refresh(now)]),
      ];
    },
  };
}

/** What signs at a time, and what verifies it. */
export interface Signer {
  readonly selection: KeySelection<SigningKey>;
  readonly keySet: KeySet;
  readonly jwks: PublicJwkSet;
  key(): Key;
}

function createSigner(
  keys: readonly SigningKey[],
  alg: string,
  retention: number,
): (now: number) => Signer {
  return keepUntilChange(keys, retention, (now) =>
    signerOf(selectKeys(keys, { now, alg, retention })),
  );
}

/** Selects by time; a selection stays as it is until the next time at which it can change. */
function keepUntilChange<Selection>(
  keys: readonly KeyTimes[],
  retention: number,
  select: (now: number, retention: number) => Selection,
): (now: number) => Selection {
  const changes = keys
    .flatMap((key) => [key.activeAt, ...(key.retiredAt === null ? [] : [key.retiredAt])])
    .flatMap((time) => [time, time + retention]);
  let last: Selection | undefined;
  let since = 0;
  let until = 0;
  return (now) => {
    if (last !== undefined && since <= now && now < until) return last;
    since = Math.max(...changes.filter((time) => time <= now), Number.NEGATIVE_INFINITY);
    until = Math.min(...changes.filter((time) => time > now), Number.POSITIVE_INFINITY);
    last = select(now, retention);
    return last;
  };
}

function signerOf(selection: KeySelection<SigningKey>): Signer {
  const published = selection.published
    .filter((entry) => entry.revokedAt === null)
    .map((entry) => entry.key);
  const isPublic = (key: Key): boolean => key.type !== "secret";
  return {
    selection,
    keySet: createKeySet(published.map((key) => (isPublic(key) ? publicKey(key) : key))),
    jwks: { keys: published.filter(isPublic).map(exportPublicJwk) },
    key: () => requireKey(selection.current).key,
  };
}

/** The keys of one purpose. */
export function keysOf(
  stored: readonly StoredKey[],
  purpose: "signing" | "feed",
): readonly SigningKey[] {
  return stored.filter((key): key is SigningKey => key.purpose === purpose);
}

/** The refresh keys. */
export function refreshKeysOf(stored: readonly StoredKey[]): readonly StoredRefreshKey[] {
  return stored.filter((key): key is StoredRefreshKey => key.purpose === "refresh");
}

function summarize<K extends StoredKey>(
  keys: readonly K[],
  selections: readonly KeySelection<K>[],
): readonly KeySummary[] {
  return keys.map((key) => ({
    kid: key.id,
    alg: key.alg,
    purpose: key.purpose,
    state: key.revokedAt === null ? bestState(key, selections) : "revoked",
    createdAt: key.createdAt,
    activeAt: key.activeAt,
    retiredAt: key.retiredAt,
  }));
}

// Each algorithm has its own current key; any selection knows which others are published.
function bestState<K extends StoredKey>(key: K, selections: readonly KeySelection<K>[]): KeyState {
  const states = selections.map((selection) => keyState(key, selection));
  return (
    (["current", "next", "retired"] as const).find((state) => states.includes(state)) ?? "expired"
  );
}

/** A key that the ring never is without, once it is loaded. */
export function requireKey<T>(key: T | undefined): T {
  if (key === undefined) throw new Error("the key ring has no current key");
  return key;
}
