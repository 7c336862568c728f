// Attempt keys: what lets the server know a repeated renewal from a thief's. One is pending per token
// store, shared by all tabs; an answer with a new refresh token settles it. They are as secret as
// the refresh token. Pure. Design section 3.

/** Settled keys that travel along, at most: what the server takes. */
export const SETTLED_KEYS = 4;

/** The attempt keys of one token store. */
export interface AttemptKeys {
  /** Sent with every renewal until it is settled. */
  readonly pending: string | null;
  /** Newest first. */
  readonly settled: readonly string[];
}

/** The keys of a store that never renewed. */
export const NO_KEYS: AttemptKeys = { pending: null, settled: [] };

/** The keys with one that is pending: the one that is there, or a new one. */
export function withPendingKey(keys: AttemptKeys, createKey: () => string): AttemptKeys {
  return keys.pending === null ? { ...keys, pending: createKey() } : keys;
}

/**
 * The keys after an answer with a new refresh token, to a request that was sent under `key`.
 *
 * Another tab may have settled the key already and begun the next one, which stays pending.
 */
export function withSettledKey(keys: AttemptKeys, key: string): AttemptKeys {
  const settled = keys.settled.includes(key)
    ? keys.settled
    : [key, ...keys.settled].slice(0, SETTLED_KEYS);
  return { pending: keys.pending === key ? null : keys.pending, settled };
}

const URL_SAFE: Readonly<Record<string, string>> = { "+": "-", "/": "_" };

/** Creates a key: 32 random bytes in base64url. */
export function createAttemptKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (sign) => URL_SAFE[sign] ?? "");
}
