// Identifiers: 128 random bits in base64url, 22 characters. Every `id`, `sid`, `jti` and handle
// on the wire has this shape, so a parser can refuse anything else before a database sees it.

import { randomBytes } from "node:crypto";

/** Bytes of randomness in an identifier. */
export const IDENTIFIER_BYTES = 16;

// The last character carries two bits of data; the four zero bits below them make it one of AQgw.
const IDENTIFIER = /^[A-Za-z0-9_-]{21}[AQgw]$/;

/** Makes a new identifier: 16 random bytes as 22 characters of canonical base64url. */
export function createIdentifier(): string {
  return randomBytes(IDENTIFIER_BYTES).toString("base64url");
}

/** Tells whether a value is an identifier: 22 characters of canonical base64url. */
export function isIdentifier(value: unknown): value is string {
  return typeof value === "string" && value.length === 22 && IDENTIFIER.test(value);
}
