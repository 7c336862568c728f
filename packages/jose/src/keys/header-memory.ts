// Remembers parsed header segments by their exact text. All tokens of one issuer and key start with
// the same 50 to 120 characters, and parsing them strictly would cost as much as a hash.
//
// It is safe because a header says nothing about the token it came from (the signature over the same
// bytes is checked each time), what it resolves to depends only on the text and on the immutable keys
// beside it, and only authenticated headers are stored, so a stranger cannot fill or push out entries.

import type { JsonObject } from "../encoding/json.ts";
import { MAX_REMEMBERED_HEADER_LENGTH, MAX_REMEMBERED_HEADERS } from "../limits.ts";

/** A header as parsed, checked and frozen, and the key it selects. */
export interface ResolvedHeader<K, H extends JsonObject = JsonObject> {
  readonly header: H;
  readonly key: K;
}

/** A bounded map from header segment to what it resolves to. */
export class HeaderMemory<V> {
  readonly #entries = new Map<string, V>();
  // Comparing with the last one costs a tenth of hashing a fresh string.
  #lastSegment = "";
  #lastValue: V | undefined;

  find(segment: string): V | undefined {
    if (segment === this.#lastSegment) return this.#lastValue;
    // Hashing a long segment of garbage would cost more than refusing it.
    if (segment.length > MAX_REMEMBERED_HEADER_LENGTH) return undefined;
    const value = this.#entries.get(segment);
    if (value !== undefined) {
      this.#lastSegment = segment;
      this.#lastValue = value;
    }
    return value;
  }

  remember(segment: string, value: V): void {
    if (segment.length > MAX_REMEMBERED_HEADER_LENGTH) return;
    if (this.#entries.size >= MAX_REMEMBERED_HEADERS) this.#entries.clear();
    this.#entries.set(segment, value);
  }
}
