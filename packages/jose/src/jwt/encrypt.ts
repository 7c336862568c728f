// Encrypts claims as a JWT. RFC 7519 section 7.1.

import { Buffer } from "node:buffer";
import { encryptCompact } from "../jwe/encrypt-compact.ts";
import type { EncryptOptions } from "../jwe/encrypt-options.ts";
import type { Key } from "../keys/key.ts";
import { checkMediaType } from "./type.ts";
import { type ClaimOptions, writeClaims } from "./write-claims.ts";

/** How a JWT is encrypted. Times, audience and the other claims are set as for `signJwt`. */
export interface EncryptJwtOptions extends ClaimOptions, EncryptOptions {
  /** The kind of token. Default `JWT`. */
  readonly typ?: string;
}

/**
 * Encrypts claims as a JWT that is not signed. With a shared secret, whoever holds it can write such a
 * token, and nobody else. With a public key **anybody** can: for claims that somebody relies on use
 * `signAndEncryptJwt`.
 *
 * @param claims - plain JSON data; a claim given here and by an option must be equal in both
 * @param key - a shared secret, or the recipient's public key
 * @throws TypeError when claims or options are not what a reader could read back
 * @throws JoseError `claim_invalid`, `key_invalid`, `algorithm_not_supported`
 * @see RFC 7519 section 7.1
 * @example
 * ```ts
 * const key = await generateKey("A256GCM");
 * const token = encryptJwt({ cart: [17] }, key, { subject: "u_1", expiresIn: "1h" });
 * ```
 */
export function encryptJwt(claims: object, key: Key, options: EncryptJwtOptions = {}): string {
  const { typ = "JWT", header } = options;
  checkMediaType(typ);
  const payload = writeClaims(claims, options);
  if (header?.["typ"] !== undefined && header["typ"] !== typ) {
    throw new TypeError("the header parameter typ is set by the option typ");
  }
  return encryptCompact(Buffer.from(payload, "utf8"), key, {
    ...options,
    header: { typ, ...header },
  });
}
