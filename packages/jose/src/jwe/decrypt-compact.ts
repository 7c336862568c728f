// Decrypts a compact JWE with any content. RFC 7516 section 5.2.

import type { Key } from "../keys/key.ts";
import type { Keys } from "../keys/key-set.ts";
import { type DecryptOptions, resolveDecryptOptions } from "./decrypt-options.ts";
import { joinHeader, type JweHeader, parseProtectedHeader } from "./header.ts";
import { openMessage } from "./open.ts";
import { parseCompact } from "./parse-compact.ts";

/** A compact JWE that has been decrypted. */
export interface DecryptedCompact {
  readonly header: JweHeader;
  readonly plaintext: Uint8Array;
  readonly key: Key;
}

/**
 * Decrypts a compact JWE. With a private key this says nothing about who wrote the content: anybody can
 * encrypt for a public key. For a signed JWT inside use `decryptAndVerifyJwt`.
 *
 * @param keys - a private or secret key, or a set among which the header's `kid` and `alg` select
 * @throws JoseError `decryption_failed` for whatever goes wrong with key or content; `token_malformed`,
 * `token_too_long`, `base64url_invalid`, `json_invalid`, `header_invalid`, `critical_header_not_supported`,
 * `algorithm_not_supported`, `algorithm_mismatch`, `key_not_found`, `key_ambiguous`, `key_invalid` for what
 * everybody can see
 * @throws TypeError for a public key or an option of the wrong type
 * @see RFC 7516 section 5.2
 * @example
 * ```ts
 * const { plaintext } = decryptCompact(token, key, { allowedEnc: ["A256GCM"] });
 * ```
 */
export function decryptCompact(
  token: string,
  keys: Keys,
  options: DecryptOptions = {},
): DecryptedCompact {
  const rules = resolveDecryptOptions(options);
  const { message, encryptedKey } = parseCompact(token, rules.maxTokenLength);
  const header = joinHeader(
    { protectedHeader: parseProtectedHeader(message.protectedSegment) },
    rules,
  );
  const { key, plaintext } = openMessage(message, { header, encryptedKey }, keys, rules);
  return { header, plaintext: new Uint8Array(plaintext), key };
}
