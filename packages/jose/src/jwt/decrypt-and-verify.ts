// Reads a nested JWT: decrypts, then verifies what is inside as any other JWT. One level deep and no
// more; an encrypted token with anything but a signed one inside is refused (attack D1, CVE-2026-29000).
// RFC 7519 sections 5.2 and 7.2, RFC 8725 section 3.3.

import { Buffer } from "node:buffer";
import type { JsonObject } from "../encoding/json.ts";
import { JoseError } from "../error.ts";
import { decryptCompact } from "../jwe/decrypt-compact.ts";
import type { DecryptOptions } from "../jwe/decrypt-options.ts";
import type { Keys } from "../keys/key-set.ts";
import { MAX_JWT_LENGTH } from "../limits.ts";
import type { VerifyJwtOptions } from "./check-token.ts";
import { checkReplicated } from "./replicated-claims.ts";
import type { VerifiedToken } from "./token.ts";
import { verifyJwt } from "./verify.ts";

/** How a nested JWT is read: the rules for the signed token inside, and those for decryption. */
export interface DecryptAndVerifyJwtOptions extends VerifyJwtOptions, DecryptOptions {
  /** Longest token accepted, outside and inside, in characters. Default 16,384. */
  readonly maxTokenLength?: number;
}

/**
 * Decrypts a nested JWT and verifies the signed token inside.
 *
 * @param decryptionKeys - our private key or shared secret, or a set of them
 * @param verificationKeys - the issuer's public key, or a set of them
 * @throws JoseError; see `decryptCompact` and `verifyJwt`; `type_mismatch` when the header does not say that a
 * JWT is inside
 * @throws TypeError when a key or an option has the wrong type
 * @see RFC 7519 section 7.2, RFC 8725 section 3.3
 * @example
 * ```ts
 * const { claims } = decryptAndVerifyJwt(token, encryptionKey, issuerKeys, {
 *   issuer: "https://auth.example.com",
 *   audience: "https://api.example.com",
 * });
 * ```
 */
export function decryptAndVerifyJwt(
  token: string,
  decryptionKeys: Keys,
  verificationKeys: Keys,
  options: DecryptAndVerifyJwtOptions,
): VerifiedToken {
  const { maxTokenLength = MAX_JWT_LENGTH } = options;
  const outer = decryptCompact(token, decryptionKeys, { ...options, maxTokenLength });
  if (!isJwt(outer.header.cty)) throw notNested("the content is not said to be a JWT");
  // Every byte that is not base64url or a dot is refused below, so latin1 loses nothing.
  const inner = Buffer.from(outer.plaintext).toString("latin1");
  const verified = verifyJwt(inner, verificationKeys, { ...options, maxTokenLength });
  if (verified.header.cty !== undefined) throw notNested("the token inside holds another one");
  // Checked claims are the JSON they were parsed from.
  checkReplicated(outer.header, verified.claims as JsonObject);
  return verified;
}

/** RFC 7519 section 5.2. Media types do not know capitals, and may leave `application/` out. */
function isJwt(cty: string | undefined): boolean {
  return cty !== undefined && /^(?:application\/)?jwt$/i.test(cty);
}

function notNested(message: string): JoseError {
  return new JoseError("type_mismatch", message, "cty");
}
