// Encrypts bytes as a JWE in the general JSON serialisation: once, for several recipients. RFC 7516
// sections 5.1 and 7.2.1.

import { randomBytes } from "node:crypto";
import type { JsonObject } from "../encoding/json.ts";
import type { Key } from "../keys/key.ts";
import { MAX_RECIPIENTS } from "../limits.ts";
import type { ContentRow } from "./content-encryptions.ts";
import {
  checkUnprotected,
  encodeAad,
  type EncryptJsonOptions,
  sharedMembers,
} from "./encrypt-flattened.ts";
import { checkExtraHeader, contentFor, senderInputs } from "./encrypt-options.ts";
import type { GeneralJwe } from "./json-form.ts";
import {
  establishContentKey,
  isDirect,
  type SenderInputs,
  wrapContentKey,
} from "./key-management/manage-key.ts";
import { checkContentBytes, kidOf, sealContent } from "./seal.ts";
import { checkEncrypter, headerAlgorithm } from "./select-key.ts";

/**
 * Encrypts bytes as a general JWE. `enc` is protected; what is a recipient's own (`alg`, `kid` and the
 * parameters of its algorithm) cannot be, because the protected header is the same for all.
 *
 * @param recipients - public keys or shared secrets, 1 to 10; a key that encrypts directly stands alone
 * @throws JoseError `key_invalid`, `algorithm_not_supported`
 * @throws TypeError for a private key or an option of the wrong type
 * @see RFC 7516 section 7.2.1
 */
export function encryptGeneral(
  plaintext: Uint8Array,
  recipients: readonly Key[],
  options: EncryptJsonOptions = {},
): GeneralJwe {
  checkContentBytes(plaintext);
  checkRecipients(recipients);
  const content = contentFor(recipients, options.enc);
  const inputs = senderInputs(recipients, options);
  const extra = checkExtraHeader(options.header);
  if (extra["kid"] !== undefined) throw new TypeError("kid is a recipient's own");
  checkUnprotected(options.unprotected, extra);
  const { contentKey, entries } = manage(recipients, content, inputs);
  const aad = encodeAad(options.aad);
  const sealed = sealContent(content, contentKey, plaintext, {
    header: { enc: content.name, ...extra },
    zip: options.zip,
    aadSegment: aad,
  });
  return { recipients: entries, ...sharedMembers(sealed, aad, options.unprotected) };
}

function checkRecipients(recipients: readonly Key[]): void {
  if (!Array.isArray(recipients) || recipients.length === 0) {
    throw new TypeError("recipients is a list of keys");
  }
  if (recipients.length > MAX_RECIPIENTS) {
    throw new TypeError(`a JWE has at most ${MAX_RECIPIENTS} recipients`);
  }
  for (const key of recipients) checkEncrypter(key);
  if (recipients.length > 1 && recipients.some(isDirect)) {
    throw new TypeError("a key that encrypts directly allows one recipient only");
  }
}

interface Managed {
  readonly contentKey: Buffer;
  readonly entries: GeneralJwe["recipients"];
}

function manage(recipients: readonly Key[], content: ContentRow, inputs: SenderInputs): Managed {
  const [first] = recipients;
  if (first !== undefined && isDirect(first)) {
    const { contentKey, parameters } = establishContentKey(first, content, inputs);
    return { contentKey, entries: [{ header: ownHeader(first, parameters) }] };
  }
  const contentKey = randomBytes(content.keyBytes);
  const entries = recipients.map((key) => {
    const { encryptedKey, parameters } = wrapContentKey(key, contentKey, inputs);
    return {
      header: ownHeader(key, parameters),
      encrypted_key: encryptedKey.toString("base64url"),
    };
  });
  return { contentKey, entries };
}

function ownHeader(key: Key, parameters: JsonObject): JsonObject {
  return { alg: headerAlgorithm(key), ...kidOf(key, {}), ...parameters };
}
