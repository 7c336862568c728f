// A content key encrypted with AES-GCM; IV and tag travel in the header. RFC 7518 section 4.7.

import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { decryptContent, encryptContent } from "../content.ts";
import { findContentRow, type GcmRow } from "../content-encryptions.ts";
import { type JweHeader, readBinary } from "../header.ts";
import type { WrappedKey } from "./manage-key.ts";

const NOTHING = Buffer.alloc(0);

/** Wraps a content key. */
export function wrapWithGcm(wrappingKey: Buffer, key: Buffer): WrappedKey {
  const row = rowOf(wrappingKey);
  const iv = randomBytes(row.ivBytes);
  const { ciphertext, tag } = encryptContent(row, wrappingKey, iv, NOTHING, key);
  return {
    encryptedKey: ciphertext,
    parameters: { iv: iv.toString("base64url"), tag: tag.toString("base64url") },
  };
}

/**
 * Unwraps a content key.
 *
 * @returns undefined when the tag does not match
 * @throws JoseError `header_invalid` when `iv` or `tag` is missing or has another length (attack D3)
 */
export function unwrapWithGcm(
  wrappingKey: Buffer,
  wrapped: Buffer,
  header: JweHeader,
): Buffer | undefined {
  const row = rowOf(wrappingKey);
  const iv = readBinary(header, "iv", row.ivBytes, row.ivBytes);
  const tag = readBinary(header, "tag", row.tagBytes, row.tagBytes);
  return decryptContent(row, wrappingKey, { iv, tag, aad: NOTHING, ciphertext: wrapped });
}

/** Wrapping is content encryption with the key's own size. */
function rowOf(wrappingKey: Buffer): GcmRow {
  const row = findContentRow(`A${wrappingKey.length * 8}GCM`);
  if (row?.family !== "gcm") throw new TypeError("not an AES key");
  return row;
}
