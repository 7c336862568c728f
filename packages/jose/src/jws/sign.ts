// Signs bytes as a compact JWS. RFC 7515 section 5.1.

import { encodeBase64url } from "../encoding/base64url.ts";
import type { Key } from "../keys/key.ts";
import { encodeHeader, type ExtraHeader } from "./protected-header.ts";
import { signSegments } from "./seal.ts";

/** How a compact JWS is signed. */
export interface SignCompactOptions {
  /** Header parameters beside `alg` and `kid`. */
  readonly header?: ExtraHeader;
}

/**
 * Signs bytes as a compact JWS.
 *
 * @throws JoseError `key_invalid` when the key cannot sign
 * @see RFC 7515 section 5.1
 */
export function signCompact(
  payload: Uint8Array,
  key: Key,
  options: SignCompactOptions = {},
): string {
  if (!(payload instanceof Uint8Array)) throw new TypeError("signCompact takes bytes");
  return signSegments(encodeHeader(key, undefined, options.header), encodeBase64url(payload), key);
}
