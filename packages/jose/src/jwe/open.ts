// From a parsed message to its plaintext: the one path of every decryption, whatever the serialisation.
// What is public (the header) is refused by name; from the encrypted key on there is one error.
// RFC 7516 sections 5.2 and 11.5.

import { Buffer } from "node:buffer";
import { JoseError } from "../error.ts";
import type { Key } from "../keys/key.ts";
import type { Keys } from "../keys/key-set.ts";
import { inflate } from "./compression.ts";
import { decryptContent } from "./content.ts";
import { type ContentRow, findContentRow } from "./content-encryptions.ts";
import type { DecryptRules } from "./decrypt-options.ts";
import type { JweHeader } from "./header.ts";
import { recoverContentKey } from "./key-management/manage-key.ts";
import { readCount } from "./key-management/password.ts";
import { findKey, isKeyManagement, selectKey } from "./select-key.ts";

/** The parts that are the same for all recipients. */
export interface JweMessage {
  /** The protected header as received; empty when there is none. */
  readonly protectedSegment: string;
  /** `aad` as received. */
  readonly aadSegment: string | undefined;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** One recipient's header, with the shared parts joined in, and encrypted key. */
export interface JweRecipient {
  readonly header: JweHeader;
  readonly encryptedKey: Buffer;
}

/** Decrypted content, and who it was for. */
export interface OpenedJwe {
  readonly header: JweHeader;
  readonly key: Key;
  readonly plaintext: Buffer;
}

/**
 * Decrypts a message with one recipient.
 *
 * @throws JoseError
 */
export function openMessage(
  message: JweMessage,
  recipient: JweRecipient,
  keys: Keys,
  rules: DecryptRules,
): OpenedJwe {
  const { header } = recipient;
  if (!isKeyManagement(header.alg)) {
    // RSA1_5 is among them, and stays there (attack D8).
    throw new JoseError("algorithm_not_supported", "the algorithm is not supported", "alg");
  }
  const content = checkContent(header, rules);
  const key = selectKey(header, keys);
  const plaintext = decrypt(key, message, recipient, content, rules);
  if (plaintext === undefined) throw decryptionFailed();
  return { header, key, plaintext };
}

/**
 * Decrypts a message with several recipients: for the first that a key of ours fits and opens. A recipient
 * with an algorithm that we lack is somebody else.
 *
 * @throws JoseError
 */
export function openForAny(
  message: JweMessage,
  recipients: readonly JweRecipient[],
  keys: Keys,
  rules: DecryptRules,
): OpenedJwe {
  const ours = recipients
    .filter(({ header }) => isKeyManagement(header.alg))
    .map((recipient) => ({ recipient, key: findKey(recipient.header, keys) }));
  checkTotalCount(
    ours.filter(({ key }) => key !== undefined).map(({ recipient }) => recipient.header),
    rules,
  );
  let isForUs = false;
  for (const { recipient, key } of ours) {
    if (key === undefined) continue;
    isForUs = true;
    const content = checkContent(recipient.header, rules);
    const plaintext = decrypt(key, message, recipient, content, rules);
    if (plaintext !== undefined) return { header: recipient.header, key, plaintext };
  }
  if (!isForUs) throw new JoseError("key_not_found", "no key fits any recipient", "kid");
  throw decryptionFailed();
}

/** Ten recipients with the largest count each would be ten times the work that one may ask for. */
function checkTotalCount(headers: readonly JweHeader[], rules: DecryptRules): void {
  const counts = headers
    .filter(({ alg }) => alg.startsWith("PBES2"))
    .map((header) => readCount(header, rules.maxPasswordCount));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > rules.maxPasswordCount) {
    throw new JoseError("header_invalid", "p2c is out of bounds", "p2c");
  }
}

function checkContent(header: JweHeader, rules: DecryptRules): ContentRow {
  const row = findContentRow(header.enc);
  if (row === undefined || !rules.allowedEnc.includes(row.name)) {
    throw new JoseError("algorithm_not_supported", "the content encryption is not allowed", "enc");
  }
  if (header.zip !== undefined && (header.zip !== "DEF" || !rules.allowCompression)) {
    throw new JoseError("algorithm_not_supported", "compression is not allowed", "zip");
  }
  return row;
}

function decrypt(
  key: Key,
  message: JweMessage,
  recipient: JweRecipient,
  content: ContentRow,
  rules: DecryptRules,
): Buffer | undefined {
  const { header, encryptedKey } = recipient;
  const { protectedSegment, aadSegment } = message;
  const contentKey = recoverContentKey(key, content, header, encryptedKey, rules.maxPasswordCount);
  // As received, never encoded again (attack D13). Both have been found to be base64url.
  const aad = Buffer.from(
    aadSegment === undefined ? protectedSegment : `${protectedSegment}.${aadSegment}`,
    "latin1",
  );
  const plaintext = decryptContent(content, contentKey, { ...message, aad });
  if (plaintext === undefined || header.zip === undefined) return plaintext;
  return inflate(plaintext, rules.maxInflatedBytes);
}

function decryptionFailed(): JoseError {
  return new JoseError("decryption_failed", "the token could not be decrypted");
}
