// Signs content that travels by itself: the token has an empty payload. RFC 7515 appendix F, RFC 7797.

import type { Key } from "../keys/key.ts";
import { encodeHeader, encodeUnencodedHeader, type ExtraHeader } from "./protected-header.ts";
import { signParts } from "./signature.ts";

/** How detached content is signed. */
export interface SignDetachedOptions {
  /** Header parameters beside `alg`, `kid`, `b64` and `crit`. */
  readonly header?: ExtraHeader;
  /** Signs the bytes as they are instead of their base64url (RFC 7797). Default false. */
  readonly unencoded?: boolean;
}

/**
 * Signs content and gives a compact JWS without it: `header..signature`.
 *
 * @throws JoseError `key_invalid` when the key cannot sign
 * @see RFC 7515 appendix F, RFC 7797 section 5.1
 */
export function signDetached(
  payload: Uint8Array,
  key: Key,
  options: SignDetachedOptions = {},
): string {
  if (!(payload instanceof Uint8Array)) throw new TypeError("signDetached takes bytes");
  const isEncoded = options.unencoded !== true;
  const header = isEncoded
    ? encodeHeader(key, undefined, options.header)
    : encodeUnencodedHeader(key, options.header);
  return `${header}..${signParts(header, payload, isEncoded, key)}`;
}
