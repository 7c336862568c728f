// Reads a JWT without verifying it. For display and for finding out which keys to ask for.

import { checkSegment } from "../encoding/segment.ts";
import { parseJsonSegment } from "../encoding/json.ts";
import { parseHeader } from "../jws/header.ts";
import { locateDots } from "../jws/open.ts";
import { MAX_JWT_LENGTH } from "../limits.ts";
import { checkTypes } from "./claims.ts";
import type { JwtClaims, UnverifiedToken } from "./token.ts";

/**
 * Reads a JWT without checking who wrote it. Nothing in the result may be trusted.
 *
 * @throws JoseError `token_malformed`, `token_too_long`, `base64url_invalid`, `json_invalid`,
 * `header_invalid`, `claim_invalid`
 */
export function decodeJwtUnverified(token: string): UnverifiedToken {
  const { first, second } = locateDots(token, MAX_JWT_LENGTH);
  const header = parseHeader(token.slice(0, first));
  const claims = parseJsonSegment(token.slice(first + 1, second));
  checkSegment(token.slice(second + 1));
  checkTypes(claims);
  // The brand exists in the type system only.
  return { header, claims: claims as JwtClaims } as UnverifiedToken;
}
