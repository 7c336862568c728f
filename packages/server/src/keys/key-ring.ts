// The keys in use: which one signs tokens, which one signs the feed, which refresh keys are known.
// Loaded once, unsealed, and held; the only place that writes them. What follows from them at a time is
// key-view.ts, which keys come next rotate-signing-keys.ts. Design section 5.

import type { JwsAlgorithm, Key, KeySet } from "@latchkey/jose";
import { type Database, DatabaseError, type Step } from "../storage/database.ts";
import { createLeases } from "../storage/leases.ts";
import { writeAll } from "../storage/write.ts";
import { type KeyEncryption, KeyEncryptionError } from "./key-encryption.ts";
import {
  createKeyView,
  type KeySummary,
  keysOf,
  type PublicJwkSet,
  refreshKeysOf,
  requireKey,
  type Signer,
} from "./key-view.ts";
import type { RefreshKey } from "./refresh-key.ts";
import { createSuccessor, deleteUnused } from "./rotate-refresh-key.ts";
import {
  advanceKeys,
  createMissingKeys,
  replaceKeys,
  type Succession,
} from "./rotate-signing-keys.ts";
import { loadStoredKeys, resealSteps, type SigningKey, type StoredKey } from "./stored-keys.ts";

/**
 * Milliseconds that a retired key stays published unless told otherwise: a day, the longest life
 * of an access token, and five minutes for clocks that differ.
 */
export const DEFAULT_RETENTION: number = (24 * 60 + 5) * 60 * 1000;

/** Milliseconds that a node has for making keys before another one may. */
const KEY_LEASE = 30_000;

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
  const algorithms = [given.signingAlgorithm].flat();
  const steps = await createMissingKeys(stored, { database, keyEncryption, algorithms, now });
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

function createKeyRing(loaded: readonly StoredKey[], options: KeyRingOptions): KeyRing {
  const { clock = () => options.now, retention = DEFAULT_RETENTION, database } = options;
  const algorithms = [options.signingAlgorithm].flat();
  const [defaultAlgorithm] = algorithms;
  if (defaultAlgorithm === undefined) throw new TypeError("at least one signing algorithm");
  const leases = createLeases(database);
  let { keyEncryption } = options;
  let stored = loaded;
  let view = createKeyView(stored, algorithms, retention);

  const reload = async (): Promise<void> => {
    const opened = await unsealAll(options, keyEncryption, stored);
    ({ keyEncryption } = opened);
    // Most readings find what is known: the sets stay the same, and with them what others remember of
    // tokens that they verified.
    if (isSame(opened.stored, stored)) return;
    ({ stored } = opened);
    view = createKeyView(stored, algorithms, retention);
  };
  const succession = (now: number): Succession => ({ database, keyEncryption, algorithms, now });
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
    currentRefreshKey: () => requireKey(view.refresh(clock()).current).key,
    refreshKey: (id: number) => view.refreshById.get(id),
    list: summaries,
    maintain: async () => {
      await reload();
      const steps = await createMissingKeys(stored, succession(clock()));
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
      const selections = algorithms.map((alg) => view.signer(alg, now).selection);
      const steps = await advanceKeys(selections, succession(now), immediately);
      await writeAll(database, [...steps, ...also]);
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
      const replaced = await replaceKeys(stored, revoked, succession(now));
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
      return requireKey(
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
}

function isSame(read: readonly StoredKey[], known: readonly StoredKey[]): boolean {
  return read.length === known.length && read.every((key) => known.includes(key));
}
