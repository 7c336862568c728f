// Verifies a JWT: signature, type, claims. RFC 7519 section 7.2.

import { openObject } from "../jws/open.ts";
import { checkMaxLength } from "../jws/options.ts";
import type { Keys } from "../keys/key-set.ts";
import { MAX_JWT_LENGTH } from "../limits.ts";
import { checkToken, type VerifyJwtOptions } from "./check-token.ts";
import type { VerifiedToken } from "./token.ts";

const NONE: readonly string[] = [];

/**
 * Verifies a JWT.
 *
 * @param keys - a key, or a set among which the header's `kid` and `alg` select
 * @throws JoseError; see `JoseErrorCode`
 * @throws TypeError when an option has the wrong type
 * @see RFC 7519 section 7.2, RFC 8725 section 3
 * @example
 * ```ts
 * const { claims } = verifyJwt(token, keys, {
 *   issuer: "https://auth.example.com",
 *   audience: "https://api.example.com",
 *   typ: "at+jwt",
 * });
 * ```
 */
export function verifyJwt(token: string, keys: Keys, options: VerifyJwtOptions): VerifiedToken {
  const { maxTokenLength = MAX_JWT_LENGTH } = options;
  checkMaxLength(maxTokenLength);
  return checkToken(openObject(token, keys, maxTokenLength, NONE), options);
}
