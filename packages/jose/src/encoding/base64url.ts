// base64url for callers: strings to memory of their own and back. RFC 7515 section 2.

import { JoseError } from "../error.ts";
import { asBuffer, decodeSegment } from "./segment.ts";

/** Encodes bytes as base64url without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  if (!(bytes instanceof Uint8Array)) throw new TypeError("encodeBase64url takes bytes");
  return asBuffer(bytes).toString("base64url");
}

/**
 * Decodes canonical base64url.
 *
 * @throws JoseError `base64url_invalid` for anything that `encodeBase64url` would not have written
 * @see RFC 7515 section 2
 */
export function decodeBase64url(text: string): Uint8Array {
  if (typeof text !== "string") {
    throw new JoseError("base64url_invalid", "base64url must be a string");
  }
  return new Uint8Array(decodeSegment(text));
}
