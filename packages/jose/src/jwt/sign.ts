// Signs claims as a JWT. RFC 7519 section 7.1.

import { encodeSegment } from "../encoding/segment.ts";
import { encodeHeader, type ExtraHeader } from "../jws/protected-header.ts";
import { signSegments } from "../jws/seal.ts";
import type { Key } from "../keys/key.ts";
import { checkMediaType } from "./type.ts";
import { type ClaimOptions, writeClaims } from "./write-claims.ts";

/** How a JWT is signed. */
export interface SignJwtOptions extends ClaimOptions {
  /** The kind of token, such as `at+jwt`. Default `JWT`. */
  readonly typ?: string;
  /** Header parameters beside `alg`, `kid` and `typ`. */
  readonly header?: ExtraHeader;
}

/**
 * Signs claims as a JWT.
 *
 * @param claims - plain JSON data; a claim given here and by an option must be equal in both
 * @throws TypeError when claims or options are not what a verifier could read back
 * @throws JoseError `claim_invalid` for a registered claim of the wrong type, `key_invalid` when the key cannot sign
 * @see RFC 7519 section 7.1
 * @example
 * ```ts
 * const token = signJwt({ roles: ["doctor"] }, key, {
 *   issuer: "https://auth.example.com",
 *   subject: "u_1",
 *   audience: "https://api.example.com",
 *   expiresIn: "15m",
 *   typ: "at+jwt",
 * });
 * ```
 */
export function signJwt(claims: object, key: Key, options: SignJwtOptions = {}): string {
  const { typ = "JWT" } = options;
  if (typ !== "JWT") checkMediaType(typ);
  const payload = encodeSegment(writeClaims(claims, options));
  return signSegments(encodeHeader(key, typ, options.header), payload, key);
}
