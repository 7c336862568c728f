// Verifies a JWT: signature, type, claims. RFC 7519 section 7.2.

import { parseJsonObject } from "../encoding/json.ts";
import { JoseError } from "../error.ts";
import { checkMaxLength, openCompact } from "../jws/open.ts";
import type { Keys } from "../keys/key-set.ts";
import { MAX_JWT_LENGTH } from "../limits.ts";
import { checkClaims, type ClaimRules } from "./claims.ts";
import type { VerifiedToken } from "./token.ts";
import { checkType } from "./type.ts";

/** How a JWT is verified. */
export interface VerifyJwtOptions extends ClaimRules {
  /** The kind of token, such as `at+jwt`. Default: only tokens without `typ` or with `JWT`. */
  readonly typ?: string;
  /** Accepts a token of any kind. Only where the kind is checked by other means. */
  readonly skipTypeCheck?: true;
  /** Longest token accepted, in characters. Default 16,384. */
  readonly maxTokenLength?: number;
}

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
  const { header, key, payload } = openCompact(token, keys, maxTokenLength, NONE);
  // RFC 7797 section 7: b64 MUST NOT be used with a JWT. `crit` has refused it; this is the rule.
  if (header["b64"] !== undefined) throw new JoseError("header_invalid", "b64 in a JWT", "b64");
  if (options.skipTypeCheck !== true) checkType(header.typ, options.typ);
  const claims = checkClaims(parseJsonObject(payload), options);
  // The brand exists in the type system only.
  return { header, claims, key } as VerifiedToken;
}
