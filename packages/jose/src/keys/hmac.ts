// HMAC (RFC 2104) for tokens. Where the runtime has the one-shot `crypto.hash` it is written out as the
// two hashes that it is, because a Hmac object costs as much again as the hashing; elsewhere it is
// createHmac. Both are checked against RFC 4231 and against each other in the tests.

import { Buffer } from "node:buffer";
import * as crypto from "node:crypto";
import type { HashName } from "../algorithms.ts";

/** A keyed hash over text of one byte a character, as tokens are. */
export interface MacState {
  /** The MAC of the text, as canonical base64url. */
  compute(text: string): string;
  /** Whether a base64url text is the MAC of a text. Constant time for texts of the right length. */
  matches(text: string, mac: string): boolean;
}

/** Makes the state of a secret; one for each key. */
export function createMacState(hash: HashName, secret: Uint8Array, bytes: number): MacState {
  // Node 20.12, Bun and Deno differ in whether they have it.
  return typeof crypto.hash === "function"
    ? new HashedMac(hash, secret, bytes)
    : new NodeMac(hash, secret, bytes);
}

/** Compares two base64url texts of known length without revealing where they differ. */
class Comparison {
  readonly #expected: Buffer;
  readonly #given: Buffer;

  constructor(bytes: number) {
    const length = Math.ceil((bytes * 4) / 3);
    this.#expected = Buffer.alloc(length);
    this.#given = Buffer.alloc(length * 3);
  }

  areEqual(expected: string, given: string): boolean {
    const { length } = this.#expected;
    if (given.length !== length) return false;
    // Written as UTF-8, so that a character beyond ASCII cannot be cut down to a matching byte.
    if (this.#given.write(given, "utf8") !== length) return false;
    this.#expected.write(expected, 0, "latin1");
    return crypto.timingSafeEqual(this.#expected, this.#given.subarray(0, length));
  }
}

/** HMAC as two one-shot hashes. */
export class HashedMac implements MacState {
  readonly #hash: HashName;
  readonly #inner: Buffer;
  /** The outer pad, and behind it room for the inner hash. */
  readonly #outer: Buffer;
  readonly #block: number;
  readonly #comparison: Comparison;

  constructor(hash: HashName, secret: Uint8Array, bytes: number) {
    this.#hash = hash;
    this.#block = hash === "sha256" ? 64 : 128;
    const key =
      secret.length > this.#block ? crypto.createHash(hash).update(secret).digest() : secret;
    this.#inner = Buffer.alloc(this.#block, 0x36);
    this.#outer = Buffer.alloc(this.#block + bytes, 0x5c);
    for (const [i, byte] of key.entries()) {
      this.#inner[i] = byte ^ 0x36;
      this.#outer[i] = byte ^ 0x5c;
    }
    this.#comparison = new Comparison(bytes);
  }

  compute(text: string): string {
    const message = Buffer.allocUnsafe(this.#block + text.length);
    message.set(this.#inner, 0);
    message.write(text, this.#block, "latin1");
    // A one-byte string is the cheapest way to carry the inner hash across.
    this.#outer.write(crypto.hash(this.#hash, message, "binary"), this.#block, "latin1");
    return crypto.hash(this.#hash, this.#outer, "base64url");
  }

  matches(text: string, mac: string): boolean {
    return this.#comparison.areEqual(this.compute(text), mac);
  }
}

/** HMAC as node:crypto has it. */
export class NodeMac implements MacState {
  readonly #hash: HashName;
  readonly #key: crypto.KeyObject;
  readonly #comparison: Comparison;

  constructor(hash: HashName, secret: Uint8Array, bytes: number) {
    this.#hash = hash;
    this.#key = crypto.createSecretKey(secret);
    this.#comparison = new Comparison(bytes);
  }

  compute(text: string): string {
    return crypto.createHmac(this.#hash, this.#key).update(text, "latin1").digest("base64url");
  }

  matches(text: string, mac: string): boolean {
    return this.#comparison.areEqual(this.compute(text), mac);
  }
}
