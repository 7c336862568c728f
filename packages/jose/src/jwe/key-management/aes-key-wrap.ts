// AES Key Wrap: a key encrypted with a key, 64 bits at a time, with a check value inside. Written over
// the AES block because only Node offers it as a cipher; Bun and Deno do not. RFC 3394, RFC 7518 section
// 4.4; checked against the vectors of RFC 3394 section 4.

import { Buffer } from "node:buffer";
import { type Cipheriv, createCipheriv, createDecipheriv, timingSafeEqual } from "node:crypto";

const HALF_BLOCK = 8;
const ROUNDS = 6;
/** RFC 3394 section 2.2.3.1. */
const CHECK = Buffer.alloc(HALF_BLOCK, 0xa6);

/** Wraps a key whose length is a multiple of 8 bytes; the result is 8 bytes longer. */
export function wrapWithAes(wrappingKey: Buffer, key: Buffer): Buffer {
  const aes = blockMode(createCipheriv(nameOf(wrappingKey), wrappingKey, null));
  const count = key.length / HALF_BLOCK;
  const wrapped = Buffer.concat([CHECK, key]);
  const block = Buffer.alloc(HALF_BLOCK * 2);
  wrapped.copy(block, 0, 0, HALF_BLOCK);
  for (let step = 1; step <= ROUNDS * count; step++) {
    const at = (((step - 1) % count) + 1) * HALF_BLOCK;
    wrapped.copy(block, HALF_BLOCK, at, at + HALF_BLOCK);
    const output = aes.update(block);
    output.copy(wrapped, at, HALF_BLOCK);
    output.copy(block, 0, 0, HALF_BLOCK);
    addStep(block, step);
  }
  block.copy(wrapped, 0, 0, HALF_BLOCK);
  return wrapped;
}

/**
 * Unwraps a key.
 *
 * @returns undefined when the check value is wrong or the length is not `keyBytes` and 8
 */
export function unwrapWithAes(
  wrappingKey: Buffer,
  wrapped: Buffer,
  keyBytes: number,
): Buffer | undefined {
  // An exact length, so that nothing in a message decides how many blocks are worked on.
  if (wrapped.length !== keyBytes + HALF_BLOCK) return undefined;
  const aes = blockMode(createDecipheriv(nameOf(wrappingKey), wrappingKey, null));
  const count = keyBytes / HALF_BLOCK;
  const key = Buffer.from(wrapped);
  const block = Buffer.alloc(HALF_BLOCK * 2);
  key.copy(block, 0, 0, HALF_BLOCK);
  for (let step = ROUNDS * count; step >= 1; step--) {
    const at = (((step - 1) % count) + 1) * HALF_BLOCK;
    addStep(block, step);
    key.copy(block, HALF_BLOCK, at, at + HALF_BLOCK);
    const output = aes.update(block);
    output.copy(key, at, HALF_BLOCK);
    output.copy(block, 0, 0, HALF_BLOCK);
  }
  return timingSafeEqual(block.subarray(0, HALF_BLOCK), CHECK)
    ? key.subarray(HALF_BLOCK)
    : undefined;
}

function blockMode<C extends Pick<Cipheriv, "setAutoPadding">>(cipher: C): C {
  cipher.setAutoPadding(false);
  return cipher;
}

function nameOf(wrappingKey: Buffer): string {
  return `aes-${wrappingKey.length * 8}-ecb`;
}

/** Exclusive or of the step's number into the first half; it never exceeds 6 * 8, so one byte. */
function addStep(block: Buffer, step: number): void {
  block[HALF_BLOCK - 1] = (block[HALF_BLOCK - 1] ?? 0) ^ step;
}
