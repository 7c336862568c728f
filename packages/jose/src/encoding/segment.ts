// The decoding of a token's segments, for bytes that stay inside this package. base64url as RFC 7515
// section 2 has it: no padding, no white space, no other characters, and the unused bits of the last
// character zero. Node's own decoder accepts all of those, which would give one token many spellings
// (and let a spelling slip past a deny list).

import { Buffer } from "node:buffer";
import { JoseError } from "../error.ts";

/**
 * Decodes canonical base64url. Small results share Node's buffer pool: copy before handing them out.
 *
 * @throws JoseError `base64url_invalid`
 */
export function decodeSegment(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  // Writing the bytes again and comparing is the whole canonical check, and it is native code:
  // faster than any look at the characters, and nothing can be forgotten.
  if (bytes.toString("base64url") !== text) {
    throw new JoseError("base64url_invalid", "not canonical base64url (RFC 7515 section 2)");
  }
  return bytes;
}

/** The same bytes as a Buffer, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
