// Decrypts a JWT that is encrypted and not signed. RFC 7519 section 7.2.
//
// Encryption with a public key authenticates nobody: CVE-2026-29000 was a server that took such a token
// for its own. So a private key is refused here unless the caller says that it expects strangers.

import { parseJsonObject } from "../encoding/json.ts";
import { JoseError } from "../error.ts";
import { decryptCompact } from "../jwe/decrypt-compact.ts";
import type { DecryptOptions } from "../jwe/decrypt-options.ts";
import type { JweHeader } from "../jwe/header.ts";
import { isKey, type Key } from "../keys/key.ts";
import type { Keys } from "../keys/key-set.ts";
import { MAX_JWT_LENGTH } from "../limits.ts";
import { checkClaims, type ClaimRules } from "./claims.ts";
import { checkReplicated } from "./replicated-claims.ts";
import type { JwtClaims } from "./token.ts";
import { checkType } from "./type.ts";

/** How an encrypted JWT is read. */
export interface DecryptJwtOptions extends ClaimRules, DecryptOptions {
  /** The kind of token. Default: only tokens without `typ` or with `JWT`. */
  readonly typ?: string;
  /** Accepts a token of any kind. Only where the kind is checked by other means. */
  readonly skipTypeCheck?: true;
  /** Longest token accepted, in characters. Default 16,384. */
  readonly maxTokenLength?: number;
  /**
   * Accepts tokens that **anybody** can have written, issuer claim and all: what a private key decrypts has
   * been encrypted with a public one. Only for claims that are no more than somebody's message to us.
   */
  readonly allowAnonymousSender?: true;
}

declare const decrypted: unique symbol;

/** An encrypted JWT that has been read. It is not a `VerifiedToken`: no issuer has signed it. */
export interface DecryptedToken {
  readonly [decrypted]: true;
  readonly header: JweHeader;
  readonly claims: JwtClaims;
  /** The key that decrypted it. */
  readonly key: Key;
  /** Who can have written it: a holder of the shared secret, or anyone at all. */
  readonly sender: "key_holder" | "anyone";
}

/**
 * Decrypts a JWT that is encrypted and not signed, and checks its claims as `verifyJwt` does.
 *
 * @param keys - a shared secret, or a set of them; private keys only with `allowAnonymousSender`
 * @throws JoseError; see `decryptCompact` and `verifyJwt`; `type_mismatch` for a nested token, which
 * `decryptAndVerifyJwt` takes
 * @throws TypeError for a private key without `allowAnonymousSender`, a public key, or an option of the wrong type
 * @see RFC 7519 section 7.2, RFC 8725 section 3.3
 * @example
 * ```ts
 * const { claims } = decryptJwt(token, key, { subject: "u_1" });
 * ```
 */
export function decryptJwt(token: string, keys: Keys, options: DecryptJwtOptions): DecryptedToken {
  const { maxTokenLength = MAX_JWT_LENGTH } = options;
  if (options.allowAnonymousSender !== true) refusePrivateKeys(keys);
  const { header, plaintext, key } = decryptCompact(token, keys, { ...options, maxTokenLength });
  // RFC 7519 section 5.2: inside is another token, and its signature is not checked here.
  if (header.cty?.toLowerCase().includes("jwt") === true) {
    throw new JoseError("type_mismatch", "a nested token: use decryptAndVerifyJwt", "cty");
  }
  if (options.skipTypeCheck !== true) checkType(header.typ, options.typ);
  const claims = checkClaims(parseJsonObject(plaintext), options);
  checkReplicated(header, claims as Parameters<typeof checkReplicated>[1]);
  const sender = key.type === "secret" ? "key_holder" : "anyone";
  // The brand exists in the type system only.
  return { header, claims, key, sender } as DecryptedToken;
}

function refusePrivateKeys(keys: Keys): void {
  const list = isKey(keys) ? [keys] : keys.keys;
  if (list.some((key) => key.type === "private")) {
    throw new TypeError(
      "what a private key decrypts anybody can have written: use decryptAndVerifyJwt, or say allowAnonymousSender",
    );
  }
}
