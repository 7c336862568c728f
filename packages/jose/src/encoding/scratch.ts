// Working memory for one step that ends before any other code runs. A token of 700 characters costs
// half a microsecond in fresh memory for each buffer it passes through, a tenth of what it costs to
// check a signature.
//
// What keeps it safe: a function that takes the memory gives back strings or numbers, or views that
// only node:crypto sees within the same synchronous call. It never outlives a call into the caller's
// code or an await; what does is kept as the token's own text.

import { Buffer } from "node:buffer";

const BYTES = 16_384;
const memory: Buffer = Buffer.allocUnsafeSlow(BYTES);

const held: Buffer = Buffer.allocUnsafeSlow(BYTES);

/** Memory of at least so many bytes. Whoever asks next gets the same bytes. */
export function borrowMemory(bytes: number): Buffer {
  return bytes <= BYTES ? memory : Buffer.allocUnsafeSlow(bytes);
}

/**
 * Other memory, for the one value that is decoded before a signature is checked and read after it, in the
 * same synchronous step.
 */
export function holdMemory(bytes: number): Buffer {
  return bytes <= BYTES ? held : Buffer.allocUnsafeSlow(bytes);
}
