// Verifies a compact JWS with any payload. RFC 7515 section 5.2.

import { MAX_JWS_LENGTH } from "../limits.ts";
import type { Key } from "../keys/key.ts";
import type { Keys } from "../keys/key-set.ts";
import type { JwsHeader } from "./header.ts";
import { checkMaxLength, openCompact } from "./open.ts";

/** How a compact JWS is verified. */
export interface VerifyCompactOptions {
  /** Longest token accepted, in characters. Default 1,048,576. */
  readonly maxTokenLength?: number;
  /** Extensions in `crit` that the caller understands and will act on. Default none. */
  readonly understood?: readonly string[];
}

/** A compact JWS whose signature has been verified. */
export interface VerifiedCompact {
  readonly header: JwsHeader;
  readonly payload: Uint8Array;
  readonly key: Key;
}

const NONE: readonly string[] = [];

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
  const { maxTokenLength = MAX_JWS_LENGTH, understood = NONE } = options;
  checkMaxLength(maxTokenLength);
  if (!Array.isArray(understood) || understood.includes("b64")) {
    throw new TypeError("understood is a list of header names, and b64 has its own function");
  }
  const { header, key, payload } = openCompact(token, keys, maxTokenLength, understood);
  return { header, payload: new Uint8Array(payload), key };
}
