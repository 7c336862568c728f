// Verifies a compact JWS with any payload. RFC 7515 section 5.2.

import { Buffer } from "node:buffer";
import type { Keys } from "../keys/key-set.ts";
import { openCompact } from "./open.ts";
import { checkVerifyOptions, type VerifiedCompact, type VerifyCompactOptions } from "./options.ts";

/**
 * Verifies a compact JWS and gives its payload's bytes. For a JWT use `verifyJwt`, which checks claims.
 *
 * @throws JoseError `token_malformed`, `token_too_long`, `base64url_invalid`, `json_invalid`,
 * `header_invalid`, `critical_header_not_supported`, `algorithm_mismatch`, `key_not_found`,
 * `key_ambiguous`, `key_invalid`, `signature_invalid`
 * @see RFC 7515 section 5.2
 */
export function verifyCompact(
  token: string,
  keys: Keys,
  options: VerifyCompactOptions = {},
): VerifiedCompact {
  const { maxTokenLength, understood } = checkVerifyOptions(options);
  const { header, key, payload } = openCompact(token, keys, maxTokenLength, understood);
  return { header, payload: new Uint8Array(Buffer.from(payload, "base64url")), key };
}
