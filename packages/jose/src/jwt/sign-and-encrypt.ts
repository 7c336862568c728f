// A nested JWT: signed, then encrypted. In this order, so that the signature is neither seen nor taken off
// by a stranger. RFC 7519 sections 5.2 and 11.2.

import { Buffer } from "node:buffer";
import type { JsonObject } from "../encoding/json.ts";
import { encryptCompact } from "../jwe/encrypt-compact.ts";
import type { EncryptOptions } from "../jwe/encrypt-options.ts";
import type { Key } from "../keys/key.ts";
import { signJwt, type SignJwtOptions } from "./sign.ts";

/** How a JWT is signed and encrypted. `header` and `typ` go to the signed token. */
export interface SignAndEncryptJwtOptions extends SignJwtOptions, Omit<EncryptOptions, "header"> {
  /** Parameters for the header of the encryption, which everybody can read. */
  readonly encryptionHeader?: JsonObject;
}

/**
 * Signs claims as a JWT and encrypts the result. Set an `audience`: a recipient could encrypt the signed
 * token again, for somebody else.
 *
 * @param signingKey - the sender's private key
 * @param encryptionKey - the recipient's public key, or a shared secret
 * @throws TypeError when claims or options are not what a verifier could read back
 * @throws JoseError `claim_invalid`, `key_invalid`, `algorithm_not_supported`
 * @see RFC 7519 section 11.2
 * @example
 * ```ts
 * const token = signAndEncryptJwt({ roles: ["doctor"] }, signingKey, publicKey(encryptionKey), {
 *   issuer: "https://auth.example.com",
 *   audience: "https://api.example.com",
 *   expiresIn: "15m",
 * });
 * ```
 */
export function signAndEncryptJwt(
  claims: object,
  signingKey: Key,
  encryptionKey: Key,
  options: SignAndEncryptJwtOptions = {},
): string {
  const { encryptionHeader, ...rest } = options;
  if (encryptionHeader?.["cty"] !== undefined && encryptionHeader["cty"] !== "JWT") {
    throw new TypeError("the header parameter cty of a nested token is JWT");
  }
  const signed = signJwt(claims, signingKey, rest);
  // RFC 7519 section 5.2: "JWT" in capitals, "for compatibility with legacy implementations".
  const header = { ...encryptionHeader, cty: "JWT" };
  return encryptCompact(Buffer.from(signed, "latin1"), encryptionKey, { ...rest, header });
}
