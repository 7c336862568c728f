// Encrypts bytes as a compact JWE. RFC 7516 section 5.1.

import type { Key } from "../keys/key.ts";
import type { EncryptOptions } from "./encrypt-options.ts";
import { sealMessage } from "./seal.ts";

/**
 * Encrypts bytes as a compact JWE. Encryption for a public key says nothing about who wrote the content.
 * IVs are random, so one AES-GCM key (direct, or A*GCMKW) should make no more than 2^32 messages (NIST SP
 * 800-38D section 8.3).
 *
 * @param key - the recipient's public key, or a shared secret
 * @throws JoseError `key_invalid` when the key cannot encrypt, `algorithm_not_supported` when the runtime
 * lacks the cipher
 * @throws TypeError for a private key or an option of the wrong type
 * @see RFC 7516 section 5.1
 * @example
 * ```ts
 * const key = await generateKey("ECDH-ES+A256KW", { crv: "X25519" });
 * const token = encryptCompact(new TextEncoder().encode("hello"), publicKey(key));
 * ```
 */
export function encryptCompact(
  plaintext: Uint8Array,
  key: Key,
  options: EncryptOptions = {},
): string {
  const { protectedSegment, encryptedKey, iv, ciphertext, tag } = sealMessage(
    plaintext,
    key,
    options,
  );
  return [
    protectedSegment,
    ...[encryptedKey, iv, ciphertext, tag].map((bytes) => bytes.toString("base64url")),
  ].join(".");
}
