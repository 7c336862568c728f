// Identifiers: 128 random bits in base64url, 22 characters. Every `id`, `sid`, `jti` and handle
// on the wire has this shape, so a parser can refuse anything else before a database sees it.

import { Buffer } from "node:buffer";
import { randomFillSync } from "node:crypto";

/** Bytes of randomness in an identifier. */
export const IDENTIFIER_BYTES = 16;

// The last character carries two bits of data; the four zero bits below them make it one of AQgw.
const IDENTIFIER = /^[A-Za-z0-9_-]{21}[AQgw]$/;

/** Identifiers whose bytes are drawn at once: each draw costs as much as making ten identifiers. */
const DRAWN = 64;

const drawn = Buffer.alloc(IDENTIFIER_BYTES * DRAWN);
let used = drawn.length;

/** Makes a new identifier: 16 random bytes as 22 characters of canonical base64url. */
export function createIdentifier(): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const start = used;
  used += IDENTIFIER_BYTES;
  const identifier = drawn.toString("base64url", start, used);
  // What has been handed out is not kept.
  drawn.fill(0, start, used);
  return identifier;
}

/** Tells whether a value is an identifier: 22 characters of canonical base64url. */
export function isIdentifier(value: unknown): value is string {
  return typeof value === "string" && value.length === 22 && IDENTIFIER.test(value);
}
