// The shapes of a JWT before and after verification. Two types that do not mix: what decodes is not
// what verifies (attack C11).

import type { JsonValue } from "../encoding/json.ts";
import type { JwsHeader } from "../jws/header.ts";
import type { Key } from "../keys/key.ts";

/** The claims of a JWT. Registered claims have been checked to have these types. RFC 7519 section 4. */
export interface JwtClaims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  /** Seconds since 1970. */
  readonly exp?: number;
  /** Seconds since 1970. */
  readonly nbf?: number;
  /** Seconds since 1970. */
  readonly iat?: number;
  readonly jti?: string;
  readonly [name: string]: JsonValue | undefined;
}

declare const verified: unique symbol;
declare const unverified: unique symbol;

/** A JWT whose signature and claims have been verified. Only `verifyJwt` makes one. */
export interface VerifiedToken {
  readonly [verified]: true;
  readonly header: JwsHeader;
  readonly claims: JwtClaims;
  /** The key that verified it. */
  readonly key: Key;
}

/** A JWT that anybody may have written. */
export interface UnverifiedToken {
  readonly [unverified]: true;
  readonly header: JwsHeader;
  readonly claims: JwtClaims;
}
