// From content to encrypted parts: what the serialisations share when encrypting. RFC 7516 section 5.1.

import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { JsonObject } from "../encoding/json.ts";
import type { Key } from "../keys/key.ts";
import { deflate } from "./compression.ts";
import { encryptContent } from "./content.ts";
import type { ContentRow } from "./content-encryptions.ts";
import {
  checkExtraHeader,
  checkZip,
  contentFor,
  type EncryptOptions,
  senderInputs,
} from "./encrypt-options.ts";
import { establishContentKey, isDirect, wrapContentKey } from "./key-management/manage-key.ts";
import { checkEncrypter, headerAlgorithm } from "./select-key.ts";

/** The parts of a message for one recipient. */
export interface SealedMessage extends SealedContent {
  readonly encryptedKey: Buffer;
}

/** The parts that are the same for all recipients. */
export interface SealedContent {
  readonly protectedSegment: string;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/**
 * Encrypts for one recipient, with the whole header protected.
 *
 * @throws JoseError `key_invalid`, `algorithm_not_supported`
 * @throws TypeError
 */
export function sealMessage(
  plaintext: Uint8Array,
  key: Key,
  options: EncryptOptions,
  aadSegment?: string,
): SealedMessage {
  checkContentBytes(plaintext);
  checkEncrypter(key);
  const content = contentFor([key], options.enc);
  const inputs = senderInputs([key], options);
  const extra = checkExtraHeader(options.header);
  const { contentKey, encryptedKey, parameters } = isDirect(key)
    ? establishContentKey(key, content, inputs)
    : withFreshKey(content, (fresh) => wrapContentKey(key, fresh, inputs));
  const header = {
    alg: headerAlgorithm(key),
    enc: content.name,
    ...kidOf(key, extra),
    ...parameters,
    ...extra,
  };
  const sealed = sealContent(content, contentKey, plaintext, {
    header,
    zip: options.zip,
    aadSegment,
  });
  return { ...sealed, encryptedKey };
}

/** What is authenticated beside the content. */
export interface Authenticated {
  readonly header: JsonObject;
  readonly zip: "DEF" | undefined;
  readonly aadSegment: string | undefined;
}

/** Encrypts content with a content key and a fresh IV. */
export function sealContent(
  row: ContentRow,
  contentKey: Buffer,
  plaintext: Uint8Array,
  authenticated: Authenticated,
): SealedContent {
  const { header, zip, aadSegment } = authenticated;
  checkZip(zip, plaintext);
  const full = zip === undefined ? header : { ...header, zip };
  const protectedSegment = Buffer.from(JSON.stringify(full), "utf8").toString("base64url");
  const aad = aadSegment === undefined ? protectedSegment : `${protectedSegment}.${aadSegment}`;
  const iv = randomBytes(row.ivBytes);
  const { ciphertext, tag } = encryptContent(
    row,
    contentKey,
    iv,
    Buffer.from(aad, "latin1"),
    zip === undefined ? plaintext : deflate(plaintext),
  );
  return { protectedSegment, iv, ciphertext, tag };
}

/** `kid` of a key, unless the caller gives the same or the key has none. */
export function kidOf(key: Key, extra: JsonObject): JsonObject {
  if (key.kid === undefined) return {};
  // Equal is no contradiction; anything else would let the header speak against the key.
  if (extra["kid"] !== undefined && extra["kid"] !== key.kid) {
    throw new TypeError("the header parameter kid is set by the key");
  }
  return { kid: key.kid };
}

/** Checks that content is bytes. */
export function checkContentBytes(plaintext: Uint8Array): void {
  if (!(plaintext instanceof Uint8Array)) throw new TypeError("content is bytes (a Uint8Array)");
}

function withFreshKey<T>(
  content: ContentRow,
  wrap: (contentKey: Buffer) => T,
): T & { readonly contentKey: Buffer } {
  const contentKey = randomBytes(content.keyBytes);
  return { ...wrap(contentKey), contentKey };
}
