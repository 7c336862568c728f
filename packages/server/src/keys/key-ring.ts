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
import { createLeases } from "../storage/leases.ts";
import { writeAll } from "../storage/write.ts";
import { type KeyEncryption, KeyEncryptionError } from "./key-encryption.ts";
import { JWK_SET_MAX_AGE } from "./jwk-set-response.ts";
import { REFRESH_KEY_ALG, type RefreshKey } from "./refresh-key.ts";
import { createSuccessor, deleteUnused } from "./rotate-refresh-key.ts";
import {
  type KeySelection,
  type KeyState,
  type KeyTimes,
  keyState,
  selectKeys,
} from "./select-keys.ts";
import {
  createKeyStep,
  type KeyPurpose,
  loadStoredKeys,
  type NewKey,
  resealSteps,
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

/**
 * Milliseconds that a successor is published before it signs: twice the time that a JWKS may be
 * cached, so that whoever verifies knows it by then.
 */
export const PUBLISH_LEAD: number = 2 * JWK_SET_MAX_AGE * 1000;

/** Milliseconds that a node has for making keys before another one may. */
const KEY_LEASE = 30_000;

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

/** The keys in use. */
export interface KeyRing {
  /** Signs access tokens; of the first algorithm, unless another one that is in use is named. */
  signingKey(alg?: JwsAlgorithm): Key;
  /** Tells whether a signing key with this id was taken back. */
  isRevoked(kid: string): boolean;
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
   * Reads what other nodes changed, and makes the successors that are missing. Any number of nodes
   * may do it at any time: of those that make a successor at once, one does.
   */
  maintain(): Promise<void>;
  /**
   * Lets the published successors of the signing keys sign: as soon as everybody knows them, or at
   * once. Tokens of the keys before stay good.
   */
  rotateSigningKeys(options: {
    readonly immediately: boolean;
    readonly also?: readonly Step[];
  }): Promise<readonly KeySummary[]>;
  /**
   * Takes keys back: they neither sign nor are published any more, and successors sign at once.
   * `last` retires their ids in the ledger, in the same write.
   *
   * @returns the ids of the signing keys that were taken back
   */
  revokeKeys(options: {
    /** Undefined: every signing key. */
    readonly kid?: string;
    readonly also: (revoked: readonly string[]) => readonly Step[];
    readonly last: (revoked: readonly string[]) => readonly Step[];
  }): Promise<readonly string[]>;
  /** What seals and unseals now; for secrets of other features, such as authenticator seeds. */
  keyEncryption(): KeyEncryption;
  /** Seals every key under another key-encryption key, in one write with `also`. */
  reseal(keyEncryption: KeyEncryption, also?: readonly Step[]): Promise<number>;
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
  /**
   * Reads the key-encryption keys again: another node may have made one, and sealed with it.
   */
  readonly reopenKeyEncryption?: () => Promise<KeyEncryption>;
  /** Several at once: the first is the default. */
  readonly signingAlgorithm: JwsAlgorithm | readonly JwsAlgorithm[];
  /** Milliseconds; the time at which missing keys are made. */
  readonly now: number;
  /** Milliseconds since 1970, for each choice of a key. Default: `now` for ever. */
  readonly clock?: () => number;
  /** Milliseconds: the longest life of an access token plus leeway; {@link DEFAULT_RETENTION}. */
  readonly retention?: number;
}

/**
 * Loads the keys and makes what is missing: a signing key and its successor for each algorithm, the
 * same for the feed, and a refresh key. Keys of other algorithms are retired and go on verifying.
 *
 * @throws KeyEncryptionError key_encryption_key_wrong
 * @throws DatabaseError
 */
export async function loadKeyRing(given: KeyRingOptions): Promise<KeyRing> {
  const { database, now } = given;
  const opened = await unsealAll(given, given.keyEncryption, []);
  const { stored, keyEncryption } = opened;
  const options = { ...given, keyEncryption };
  const steps = await missingKeys(stored, { ...options, now });
  if (steps.length === 0) return createKeyRing(stored, options);
  const outcome = await database.write(steps);
  // "unique": another node made them first, and its keys are as good.
  if (!outcome.committed && outcome.reason !== "unique") {
    throw new DatabaseError("database_unavailable", `keys were not saved: ${outcome.reason}`);
  }
  const loaded = await unsealAll(options, keyEncryption, []);
  return createKeyRing(loaded.stored, { ...options, keyEncryption: loaded.keyEncryption });
}

/** Reads all keys; when one does not open, the key-encryption keys are read anew, once. */
async function unsealAll(
  { database, reopenKeyEncryption }: Pick<KeyRingOptions, "database" | "reopenKeyEncryption">,
  keyEncryption: KeyEncryption,
  known: readonly StoredKey[],
): Promise<{ readonly stored: readonly StoredKey[]; readonly keyEncryption: KeyEncryption }> {
  try {
    return { stored: await loadStoredKeys(database, keyEncryption, known), keyEncryption };
  } catch (error) {
    if (!(error instanceof KeyEncryptionError) || reopenKeyEncryption === undefined) throw error;
    const reopened = await reopenKeyEncryption();
    return {
      stored: await loadStoredKeys(database, reopened, known),
      keyEncryption: reopened,
    };
  }
}

async function missingKeys(
  stored: readonly StoredKey[],
  options: Pick<KeyRingOptions, "database" | "keyEncryption" | "signingAlgorithm" | "now">,
): Promise<readonly Step[]> {
  const { database, keyEncryption, now } = options;
  const algorithms = [options.signingAlgorithm].flat();
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

function createKeyRing(loaded: readonly StoredKey[], options: KeyRingOptions): KeyRing {
  const { clock = () => options.now, retention = DEFAULT_RETENTION, database } = options;
  const algorithms = [options.signingAlgorithm].flat();
  const [defaultAlgorithm] = algorithms;
  if (defaultAlgorithm === undefined) throw new TypeError("at least one signing algorithm");
  const leases = createLeases(database);
  let { keyEncryption } = options;
  let stored = loaded;
  let view = viewOf(stored, algorithms, retention);

  const reload = async (): Promise<void> => {
    ({ stored, keyEncryption } = await unsealAll(options, keyEncryption, stored));
    view = viewOf(stored, algorithms, retention);
  };
  const signer = (now: number): Signer => view.signer(defaultAlgorithm, now);
  const summaries = (): readonly KeySummary[] => view.list(clock());

  return Object.freeze({
    signingKey: (alg: JwsAlgorithm = defaultAlgorithm) => view.signer(alg, clock()).key(),
    isRevoked: (kid: string) =>
      keysOf(stored, "signing").some((key) => key.id === kid && key.revokedAt !== null),
    verificationKeys: () => signer(clock()).keySet,
    feedKey: () => view.feed(clock()).key(),
    feedKeys: () => view.feed(clock()).keySet,
    jwks: () => signer(clock()).jwks,
    feedJwks: () => view.feed(clock()).jwks,
    currentRefreshKey: () => required(view.refresh(clock()).current).key,
    refreshKey: (id: number) => view.refreshById.get(id),
    list: summaries,
    maintain: async () => {
      await reload();
      const steps = await missingKeys(stored, { ...options, keyEncryption, now: clock() });
      if (steps.length === 0) return;
      // Another node is at it: its keys come with the next look.
      const lease = await leases.acquire("keys", KEY_LEASE);
      if (lease === undefined) return;
      // Of a node that was paused since, nothing is written: it looked at keys of long ago.
      await database.write([leases.fenceStep(lease), ...steps]);
      await reload();
    },
    rotateSigningKeys: async ({
      immediately,
      also = [],
    }: {
      readonly immediately: boolean;
      readonly also?: readonly Step[];
    }) => {
      await reload();
      const now = clock();
      const steps = await Promise.all(
        algorithms.map((alg) => {
          const { current, next } = view.signer(alg, now).selection;
          const successor = required(next);
          const soonest = immediately ? now : Math.max(now, successor.createdAt + PUBLISH_LEAD);
          // Strictly later than the key before it, so that which one replaces which is certain.
          const activeAt = Math.max(soonest, required(current).activeAt + 1);
          return advance(successor, Math.min(activeAt, successor.activeAt), now);
        }),
      );
      await writeAll(database, [...steps.flat(), ...also]);
      await reload();
      return summaries();
    },
    revokeKeys: async (request: Parameters<KeyRing["revokeKeys"]>[0]) => {
      await reload();
      const { kid } = request;
      const now = clock();
      const live = stored.filter(
        (key): key is SigningKey => key.purpose !== "refresh" && key.revokedAt === null,
      );
      const revoked = live.filter((key) =>
        kid === undefined ? key.purpose === "signing" : key.id === kid,
      );
      if (revoked.length === 0) return [];
      const replaced = await replace(revoked, now);
      const kids = revoked.map((key) => key.id);
      const signing = revoked.filter((key) => key.purpose === "signing").map((key) => key.id);
      await writeAll(database, [...replaced, ...request.also(kids), ...request.last(signing)]);
      await reload();
      return kids;
    },
    keyEncryption: () => keyEncryption,
    reseal: async (next: KeyEncryption, also: readonly Step[] = []) => {
      const steps = await resealSteps(database, next);
      await writeAll(database, [...steps, ...also]);
      keyEncryption = next;
      await reload();
      return steps.length;
    },
    rotateRefreshKey: async (also: readonly Step[] = []) => {
      const successor = await createSuccessor(
        { database, keyEncryption },
        refreshKeysOf(stored),
        clock(),
      );
      await writeAll(database, [successor.step, ...also]);
      await reload();
      return required(
        summaries().find((key) => key.purpose === "refresh" && key.kid === successor.id),
      );
    },
    deleteUnusedRefreshKeys: async () => {
      const deletions = deleteUnused(database, refreshKeysOf(stored), clock());
      if (deletions.length === 0) return [];
      const results = await writeAll(
        database,
        deletions.map((deletion) => deletion.step),
      );
      const deleted = deletions.filter((_, index) => results[index]?.changes === 1);
      if (deleted.length > 0) await reload();
      return deleted.map((deletion) => deletion.id);
    },
  });

  /** Lets a successor sign from a time on, and makes the one that follows it. */
  async function advance(key: SigningKey, activeAt: number, now: number): Promise<readonly Step[]> {
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
  async function replace(revoked: readonly SigningKey[], now: number): Promise<readonly Step[]> {
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
        const activeAt = Math.max(now, required(current).activeAt + 1);
        if (next !== undefined && !isRevoked(next)) return advance(next, activeAt, now);
        const fresh = { ...line, activeAt, now };
        return [await make(fresh), await make(successorOf(line, activeAt, now))];
      }),
    );
    return [...out, ...followers.flat()];
  }
}

/** What follows from the stored keys, computed once for each reading of them. */
interface KeyView {
  readonly refreshById: ReadonlyMap<number, RefreshKey>;
  signer(alg: string, now: number): Signer;
  feed(now: number): Signer;
  refresh(now: number): KeySelection<StoredRefreshKey>;
  list(now: number): readonly KeySummary[];
}

function viewOf(
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

interface Signer {
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

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the key ring has no current key");
  return value;
}
