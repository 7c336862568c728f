// The coding of a token's segments, for bytes that stay inside this package. base64url as RFC 7515
// section 2 has it: no padding, no white space, no other characters, and the unused bits of the last
// character zero. Node's own decoder accepts all of those, which would give one token many spellings
// (and let a spelling slip past a deny list).

import { Buffer } from "node:buffer";
import { JoseError } from "../error.ts";
import { borrowMemory } from "./scratch.ts";

/**
 * Decodes canonical base64url. Small results share Node's buffer pool: copy before handing them out.
 *
 * @throws JoseError `base64url_invalid`
 */
export function decodeSegment(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  checkSpelling(bytes, 0, bytes.length, text);
  return bytes;
}

/**
 * Decodes canonical base64url into memory at an offset, where there is a byte of room for each character.
 *
 * @returns the number of bytes written
 * @throws JoseError `base64url_invalid`
 */
export function decodeSegmentInto(memory: Buffer, offset: number, text: string): number {
  const length = memory.write(text, offset, "base64url");
  checkSpelling(memory, offset, offset + length, text);
  return length;
}

/**
 * Checks that a text is canonical base64url, and so ASCII.
 *
 * @throws JoseError `base64url_invalid`
 */
export function checkSegment(text: string): void {
  decodeSegmentInto(borrowMemory(text.length), 0, text);
}

/** Encodes a text as base64url of its UTF-8. */
export function encodeSegment(text: string): string {
  // UTF-8 needs at most three bytes for each unit of a string.
  const memory = borrowMemory(text.length * 3);
  return memory.toString("base64url", 0, memory.write(text, 0, "utf8"));
}

// Writing the bytes again and comparing is the whole canonical check, and it is native code: faster
// than any look at the characters, and nothing can be forgotten.
function checkSpelling(bytes: Buffer, start: number, end: number, text: string): void {
  if (bytes.toString("base64url", start, end) !== text) {
    throw new JoseError("base64url_invalid", "not canonical base64url (RFC 7515 section 2)");
  }
}

/** The same bytes as a Buffer, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
