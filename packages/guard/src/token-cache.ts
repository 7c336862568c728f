// Tokens that were verified, so that the next request with one costs no signature check. Found by
// a slice of the signature, then compared as a whole: a key made of less than the whole token let
// one user be taken for another elsewhere (CVE-2026-35039, attack H6). Only verified tokens are
// stored, so a stranger can neither fill the cache nor push an entry out.

import { MAX_CACHED_TOKEN_LENGTH } from "./limits.ts";
import type { PublishedHandles } from "./retired-set.ts";
import type { Valid } from "./verifier.ts";

/** A verified token. Whoever finds it still checks `expiresAt`, the keys and the retired set. */
export interface CachedToken {
  readonly token: string;
  /** The token's `exp`, in seconds. */
  readonly expiresAt: number;
  /** The version of the keys that verified it. */
  readonly keysVersion: number;
  readonly handles: readonly string[];
  /** What a guard answers for it, made once. */
  readonly verification: Valid;
  published: PublishedHandles;
  /** The version of the retired set that the handles were last looked up in. */
  retiredVersion: number;
}

// A signature's end is as random as the rest of it, and every algorithm's has 40 characters.
const SLICE = 24;

// Measured for tokens of the usual claims: the parsed claims, the principal and the entry take about
// two bytes for each character of the token, and this much besides.
const BYTES_PER_CHARACTER = 3;
const BYTES_PER_ENTRY = 2048;

/** A bounded map of verified tokens; the oldest entry leaves first. */
export class TokenCache {
  readonly #entries = new Map<string, CachedToken>();
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param maxEntries - 0 stores nothing; so does 0 for `maxBytes` */
  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /** Bytes that the entries take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(token: string): CachedToken | undefined {
    const entry = this.#entries.get(token.slice(-SLICE));
    return entry !== undefined && entry.token === token ? entry : undefined;
  }

  add(entry: CachedToken): void {
    const bytes = bytesOf(entry);
    if (this.#maxEntries === 0 || bytes > this.#maxBytes) return;
    if (entry.token.length > MAX_CACHED_TOKEN_LENGTH) return;
    const slice = entry.token.slice(-SLICE);
    const replaced = this.#entries.get(slice);
    if (replaced !== undefined) this.remove(replaced);
    while (this.#entries.size >= this.#maxEntries || this.#bytes + bytes > this.#maxBytes) {
      const oldest = this.#entries.values().next();
      if (oldest.done === true) break;
      this.remove(oldest.value);
    }
    this.#entries.set(slice, entry);
    this.#bytes += bytes;
  }

  remove(entry: CachedToken): void {
    const slice = entry.token.slice(-SLICE);
    if (this.#entries.get(slice) !== entry) return;
    this.#entries.delete(slice);
    this.#bytes -= bytesOf(entry);
  }
}

function bytesOf(entry: CachedToken): number {
  return entry.token.length * BYTES_PER_CHARACTER + BYTES_PER_ENTRY;
}
