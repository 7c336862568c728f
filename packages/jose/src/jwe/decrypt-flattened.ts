// Decrypts a JWE in the flattened JSON serialisation. RFC 7516 sections 5.2 and 7.2.2.

import type { Keys } from "../keys/key-set.ts";
import { joinHeader } from "./header.ts";
import { type FlattenedJwe, parseFlattened } from "./json-form.ts";
import {
  type DecryptedJson,
  decryptedJson,
  type DecryptJsonOptions,
  resolveJsonOptions,
} from "./json-options.ts";
import { openMessage } from "./open.ts";

/**
 * Decrypts a flattened JWE.
 *
 * @param jwe - the JSON text, which is read strictly, or the object
 * @param keys - a private or secret key, or a set among which the header's `kid` and `alg` select
 * @throws JoseError as `decryptCompact`
 * @throws TypeError for a public key or an option of the wrong type
 * @see RFC 7516 section 7.2.2
 */
export function decryptFlattened(
  jwe: FlattenedJwe | string,
  keys: Keys,
  options: DecryptJsonOptions = {},
): DecryptedJson {
  const rules = resolveJsonOptions(options);
  const parsed = parseFlattened(jwe, rules.maxTokenLength);
  const { message, protectedHeader, shared, recipients } = parsed;
  const [recipient] = recipients;
  if (recipient === undefined) throw new TypeError("a flattened JWE has one recipient");
  const header = joinHeader({ protectedHeader, shared, recipient: recipient.header }, rules);
  const { encryptedKey } = recipient;
  return decryptedJson(parsed, openMessage(message, { header, encryptedKey }, keys, rules));
}
