// What comes after the signature: the kind of token, the payload, the claims. Shared by the two ways
// to check a signature. RFC 7519 section 7.2.

import type { OpenedObject } from "../jws/open.ts";
import { type ClaimRules, checkClaims } from "./claims.ts";
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

/**
 * Checks an authenticated JWS as a JWT.
 *
 * @throws JoseError
 */
export function checkToken(opened: OpenedObject, options: VerifyJwtOptions): VerifiedToken {
  const { header, key, payload } = opened;
  if (options.skipTypeCheck !== true) checkType(header.typ, options.typ);
  const claims = checkClaims(payload, options);
  // The brand exists in the type system only.
  return { header, claims, key } as VerifiedToken;
}
