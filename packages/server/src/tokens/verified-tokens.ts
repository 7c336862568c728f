// Access tokens whose signature was verified, so that the next request with one costs no verification: a
// quarter of what GET /auth/me took. Found by a slice of the signature, then compared as a whole: a
// key made of less than the whole token let one user be taken for another elsewhere (CVE-2026-35039,
// attack H6). Only verified tokens are stored, so a stranger can neither fill it nor push one out.
// A guard has its own (`packages/guard/src/token-cache.ts`), which this floor cannot import.

import type { Keys } from "@latchkey/jose";
import type { VerifiedBearer } from "./authenticate.ts";

/** Bytes that the entries may take, about. */
export const VERIFIED_TOKEN_BYTES: number = 16 * 1024 * 1024;

/** Longest token that is remembered, in characters. */
export const MAX_REMEMBERED_TOKEN_LENGTH = 4096;

// A signature's end is as random as the rest of it, and every algorithm's has 40 characters.
const SLICE = 24;

// As measured for the guard's entries: claims and principal take about two bytes for each character of
// the token, and this much besides.
const BYTES_PER_CHARACTER = 3;
const BYTES_PER_ENTRY = 2048;

interface Entry {
  readonly token: string;
  readonly bearer: VerifiedBearer;
  /** Another set may lack the key: what was verified with this one counts only under it. */
  readonly keys: Keys;
  /** Milliseconds: `nbf` and `iat` were judged by this clock. */
  readonly verifiedAt: number;
  /** Seconds: `exp`. */
  readonly expiresAt: number;
}

/** A bounded memory of verified tokens; the oldest leaves first. */
export class VerifiedTokens {
  readonly #entries = new Map<string, Entry>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number = VERIFIED_TOKEN_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Tokens that are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * What was verified for this very token with these very keys, unless it has expired since. Whether
   * it was taken back is for the ledger to say, each time.
   *
   * @param now - milliseconds
   */
  find(token: string, keys: Keys, now: number): VerifiedBearer | undefined {
    const entry = this.#entries.get(token.slice(-SLICE));
    if (entry?.token !== token) return undefined;
    // A clock that was set back may stand before the token's beginning.
    const isCurrent =
      entry.keys === keys && entry.verifiedAt <= now && Math.floor(now / 1000) < entry.expiresAt;
    if (!isCurrent) this.#remove(entry);
    return isCurrent ? entry.bearer : undefined;
  }

  /** Remembers a token that was verified; `now` is in milliseconds. */
  add(token: string, bearer: VerifiedBearer, keys: Keys, now: number): void {
    const { exp } = bearer.principal.claims;
    if (typeof exp !== "number" || token.length > MAX_REMEMBERED_TOKEN_LENGTH) return;
    const slice = token.slice(-SLICE);
    const replaced = this.#entries.get(slice);
    if (replaced !== undefined) this.#remove(replaced);
    this.#entries.set(slice, { token, bearer, keys, verifiedAt: now, expiresAt: exp });
    this.#bytes += bytesOf(token);
    for (const oldest of this.#entries.values()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#remove(oldest);
    }
  }

  #remove({ token }: Entry): void {
    if (this.#entries.delete(token.slice(-SLICE))) this.#bytes -= bytesOf(token);
  }
}

function bytesOf(token: string): number {
  return token.length * BYTES_PER_CHARACTER + BYTES_PER_ENTRY;
}
