// `zip`: DEFLATE before encryption. Off unless asked for, because a few bytes can swell to any size
// (attack D7, CVE-2024-28176) and because the length of compressed text tells something about it. RFC 7516
// section 4.1.3, RFC 1951.

import type { Buffer } from "node:buffer";
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Compresses content. */
export function deflate(plaintext: Uint8Array): Buffer {
  return deflateRawSync(plaintext);
}

/**
 * Decompresses content that has been authenticated.
 *
 * @returns undefined when it is no DEFLATE stream or more than `maxBytes` would come out; work stops there
 */
export function inflate(compressed: Buffer, maxBytes: number): Buffer | undefined {
  try {
    return inflateRawSync(compressed, { maxOutputLength: maxBytes });
  } catch {
    return undefined;
  }
}
