// Decrypts a JWE in the general JSON serialisation. RFC 7516 sections 5.2 and 7.2.1.

import { JoseError } from "../error.ts";
import type { Keys } from "../keys/key-set.ts";
import { joinHeader, type JweHeader } from "./header.ts";
import { type GeneralJwe, parseGeneral } from "./json-form.ts";
import {
  type DecryptedJson,
  decryptedJson,
  type DecryptJsonOptions,
  resolveJsonOptions,
} from "./json-options.ts";
import { openForAny, openMessage } from "./open.ts";

/**
 * Decrypts a general JWE as the first recipient that a key of ours fits and opens.
 *
 * @param jwe - the JSON text, which is read strictly, or the object
 * @param keys - a private or secret key, or a set among which each recipient's `kid` and `alg` select
 * @throws JoseError as `decryptCompact`
 * @throws TypeError for a public key or an option of the wrong type
 * @see RFC 7516 section 7.2.1
 */
export function decryptGeneral(
  jwe: GeneralJwe | string,
  keys: Keys,
  options: DecryptJsonOptions = {},
): DecryptedJson {
  const rules = resolveJsonOptions(options);
  const parsed = parseGeneral(jwe, rules.maxTokenLength);
  const { message, protectedHeader, shared } = parsed;
  const recipients = parsed.recipients.map(({ header, encryptedKey }) => ({
    header: joinHeader({ protectedHeader, shared, recipient: header }, rules),
    encryptedKey,
  }));
  const [first] = recipients;
  if (first !== undefined && recipients.length === 1) {
    return decryptedJson(parsed, openMessage(message, first, keys, rules));
  }
  for (const { header } of recipients) checkShareable(header);
  return decryptedJson(parsed, openForAny(message, recipients, keys, rules));
}

/** RFC 7516 section 7.2.1: a key that gives the content key itself cannot have company. */
function checkShareable(header: JweHeader): void {
  if (header.alg === "dir" || header.alg === "ECDH-ES") {
    throw new JoseError("header_invalid", "alg allows one recipient only", "alg");
  }
}
