// Remembers parsed header segments by their exact text. All tokens of one issuer and key start with
// the same 50 to 120 characters, and parsing them strictly would cost as much as a hash.
//
// It is safe because a header says nothing about the token it came from (the signature over the same
// bytes is checked each time), what it resolves to depends only on the text and on the immutable keys
// beside it, and only authenticated headers are stored, so a stranger cannot fill or push out entries.

import { MAX_REMEMBERED_HEADERS } from "../limits.ts";
import type { JsonObject } from "../encoding/json.ts";
import type { Key } from "./key.ts";

/** A header as parsed, checked and frozen, and the key it selects. */
export interface ResolvedHeader<H extends JsonObject = JsonObject> {
  readonly header: H;
  readonly key: Key;
}

/** A bounded map from header segment to what it resolves to. */
export class HeaderMemory {
  readonly #entries = new Map<string, ResolvedHeader>();

  find(segment: string): ResolvedHeader | undefined {
    return this.#entries.get(segment);
  }

  remember(segment: string, resolved: ResolvedHeader): void {
    if (this.#entries.size >= MAX_REMEMBERED_HEADERS) this.#entries.clear();
    this.#entries.set(segment, resolved);
  }
}
