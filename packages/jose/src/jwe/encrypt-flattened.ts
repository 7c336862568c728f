// Encrypts bytes as a JWE in the flattened JSON serialisation. RFC 7516 sections 5.1 and 7.2.2.

import { encodeBase64url } from "../encoding/base64url.ts";
import type { JsonObject } from "../encoding/json.ts";
import type { Key } from "../keys/key.ts";
import { checkExtraHeader, type EncryptOptions } from "./encrypt-options.ts";
import type { FlattenedJwe } from "./json-form.ts";
import { type SealedContent, sealMessage } from "./seal.ts";

/** How content is encrypted as JSON. */
export interface EncryptJsonOptions extends EncryptOptions {
  /** Bytes that are authenticated with the content and sent in the open. */
  readonly aad?: Uint8Array;
  /** Header parameters that nothing protects. */
  readonly unprotected?: JsonObject;
}

/**
 * Encrypts bytes as a flattened JWE, with all of the header protected that the keys and options set.
 *
 * @param key - the recipient's public key, or a shared secret
 * @throws JoseError `key_invalid`, `algorithm_not_supported`
 * @throws TypeError for a private key or an option of the wrong type
 * @see RFC 7516 section 7.2.2
 */
export function encryptFlattened(
  plaintext: Uint8Array,
  key: Key,
  options: EncryptJsonOptions = {},
): FlattenedJwe {
  const { unprotected } = options;
  checkUnprotected(unprotected, options.header);
  const aad = encodeAad(options.aad);
  const sealed = sealMessage(plaintext, key, options, aad);
  const { encryptedKey } = sealed;
  return {
    ...(encryptedKey.length === 0 ? {} : { encrypted_key: encryptedKey.toString("base64url") }),
    ...sharedMembers(sealed, aad, unprotected),
  };
}

/** The members that both serialisations share. */
export function sharedMembers(
  sealed: SealedContent,
  aad: string | undefined,
  unprotected: JsonObject | undefined,
): Omit<FlattenedJwe, "header" | "encrypted_key"> {
  return {
    protected: sealed.protectedSegment,
    ...(unprotected === undefined ? {} : { unprotected }),
    ...(aad === undefined ? {} : { aad }),
    iv: sealed.iv.toString("base64url"),
    ciphertext: sealed.ciphertext.toString("base64url"),
    tag: sealed.tag.toString("base64url"),
  };
}

/** `aad` as it is sent; nothing for no bytes. */
export function encodeAad(aad: Uint8Array | undefined): string | undefined {
  return aad === undefined || aad.length === 0 ? undefined : encodeBase64url(aad);
}

/**
 * Checks that an unprotected header repeats nothing.
 *
 * @throws TypeError
 */
export function checkUnprotected(
  unprotected: JsonObject | undefined,
  ...others: readonly (JsonObject | undefined)[]
): void {
  for (const name of Object.keys(checkExtraHeader(unprotected))) {
    if (
      name === "kid" ||
      others.some((other) => other !== undefined && Object.hasOwn(other, name))
    ) {
      throw new TypeError(`the header parameter ${name} stands in two places`);
    }
  }
}
