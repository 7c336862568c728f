// Secrets that are long enough and nobody's: patterns, counters, and the texts that websites and manuals
// print as examples. Apart from the other checks because this one can never be complete: it catches what
// people paste, and nothing tells a random secret from a leaked one (RFC 8725 section 3.5, attack B3).

import type { Buffer } from "node:buffer";

/** Example secrets in print that are as long as a hash; the many shorter ones fail by their length. */
const PRINTED: ReadonlySet<string> = new Set([
  "a-string-secret-at-least-256-bits-long",
  "a-valid-string-secret-that-is-at-least-384-bits-long",
  "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
  "your-256-bit-secret-your-256-bit-secret",
  "abcdefghijklmnopqrstuvwxyz123456",
  "abcdefghijklmnopqrstuvwxyz012345",
  "0123456789abcdef0123456789ABCDEF",
]);

/** Whether a secret is one that a list of guesses would hold. */
export function isGuessable(secret: Buffer): boolean {
  return isPattern(secret) || isCounter(secret) || PRINTED.has(secret.toString("latin1"));
}

/** One piece over and over, up to half of the secret: "secretsecretsecret...", or memory never filled in. */
function isPattern(secret: Buffer): boolean {
  for (let period = 1; period <= secret.length / 2; period++) {
    if (secret.subarray(period).equals(secret.subarray(0, -period))) return true;
  }
  return false;
}

/** Bytes at one distance from each other: 00 01 02 ... */
function isCounter(secret: Buffer): boolean {
  const step = ((secret[1] ?? 0) - (secret[0] ?? 0)) & 0xff;
  return secret.every((byte, i) => i === 0 || ((byte - (secret[i - 1] ?? 0)) & 0xff) === step);
}
