// Tokens that were verified, so that the next request with one costs no signature check. Found by
// a slice of the signature, then compared as a whole: a key made of less than the whole token let
// one user be taken for another elsewhere (CVE-2026-35039, attack H6). Only verified tokens are
// stored, so a stranger can neither fill the cache nor push an entry out.

import type { Principal } from "@latchkey/protocol";
import { MAX_CACHED_TOKEN_LENGTH } from "./limits.ts";
import type { PublishedHandles } from "./retired-set.ts";

/** A verified token. Whoever finds it still checks `expiresAt`, the keys and the retired set. */
export interface CachedToken {
  readonly token: string;
  readonly principal: Principal;
  /** The token's `exp`, in seconds. */
  readonly expiresAt: number;
  /** The version of the keys that verified it. */
  readonly keysVersion: number;
  readonly handles: readonly string[];
  published: PublishedHandles;
  /** The version of the retired set that the handles were last looked up in. */
  retiredVersion: number;
}

// A signature's end is as random as the rest of it, and every algorithm's has 40 characters.
const SLICE = 24;

/** A bounded map of verified tokens; the oldest entry leaves first. */
export class TokenCache {
  readonly #entries = new Map<string, CachedToken>();
  readonly #maxEntries: number;

  /** @param maxEntries - 0 stores nothing */
  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(token: string): CachedToken | undefined {
    const entry = this.#entries.get(token.slice(-SLICE));
    return entry !== undefined && entry.token === token ? entry : undefined;
  }

  add(entry: CachedToken): void {
    if (this.#maxEntries === 0 || entry.token.length > MAX_CACHED_TOKEN_LENGTH) return;
    const slice = entry.token.slice(-SLICE);
    this.#entries.delete(slice);
    if (this.#entries.size >= this.#maxEntries) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    this.#entries.set(slice, entry);
  }

  remove(entry: CachedToken): void {
    const slice = entry.token.slice(-SLICE);
    if (this.#entries.get(slice) === entry) this.#entries.delete(slice);
  }
}
