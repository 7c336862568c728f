// Encrypts and decrypts content with a content encryption key. Bytes in, bytes out; the lengths of IV and
// tag come from the table and never from the message. RFC 7518 sections 5.2 and 5.3.

import { Buffer } from "node:buffer";
import {
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  createHmac,
  timingSafeEqual,
} from "node:crypto";
import { JoseError } from "../error.ts";
import type { CbcRow, ContentRow, GcmRow } from "./content-encryptions.ts";

/** Encrypted content and its authentication tag. */
export interface Encrypted {
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** Everything that decryption needs beside the key. */
export interface EncryptedContent extends Encrypted {
  readonly iv: Buffer;
  readonly aad: Buffer;
}

/**
 * Encrypts bytes. The caller gives a fresh IV of `row.ivBytes`.
 *
 * @throws JoseError `algorithm_not_supported` when the runtime lacks the cipher
 */
export function encryptContent(
  row: ContentRow,
  key: Buffer,
  iv: Buffer,
  aad: Buffer,
  plaintext: Uint8Array,
): Encrypted {
  if (row.family === "gcm") {
    const cipher = available(() =>
      createCipheriv(row.cipher, key, iv, { authTagLength: row.tagBytes }),
    );
    return sealGcm(cipher, aad, plaintext);
  }
  const { macKey, cipherKey } = split(row, key);
  const cipher = available(() => createCipheriv(row.cipher, cipherKey, iv));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { ciphertext, tag: macOf(row, macKey, { iv, aad, ciphertext }) };
}

function sealGcm(cipher: CipherGCM, aad: Buffer, plaintext: Uint8Array): Encrypted {
  cipher.setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { ciphertext, tag: cipher.getAuthTag() };
}

/**
 * Decrypts bytes.
 *
 * @returns undefined for every reason why it could not be: the caller has one error for all of them
 * @throws JoseError `algorithm_not_supported` when the runtime lacks the cipher
 */
export function decryptContent(
  row: ContentRow,
  key: Buffer,
  content: EncryptedContent,
): Buffer | undefined {
  if (content.iv.length !== row.ivBytes || content.tag.length !== row.tagBytes) return undefined;
  return row.family === "gcm" ? openGcm(row, key, content) : openCbc(row, key, content);
}

function openGcm(row: GcmRow, key: Buffer, content: EncryptedContent): Buffer | undefined {
  // Without authTagLength node:crypto takes tags down to 4 bytes (attack D3, CVE-2025-54887).
  const decipher = available(() =>
    createDecipheriv(row.cipher, key, content.iv, { authTagLength: row.tagBytes }),
  );
  try {
    decipher.setAAD(content.aad);
    decipher.setAuthTag(content.tag);
    return Buffer.concat([decipher.update(content.ciphertext), decipher.final()]);
  } catch {
    return undefined;
  }
}

function openCbc(row: CbcRow, key: Buffer, content: EncryptedContent): Buffer | undefined {
  const { macKey, cipherKey } = split(row, key);
  // The MAC first: a padding error that shows before it is the attack of Vaudenay (attack D4).
  if (!timingSafeEqual(macOf(row, macKey, content), content.tag)) return undefined;
  const decipher = available(() => createDecipheriv(row.cipher, cipherKey, content.iv));
  try {
    return Buffer.concat([decipher.update(content.ciphertext), decipher.final()]);
  } catch {
    return undefined;
  }
}

function split(row: CbcRow, key: Buffer): { macKey: Buffer; cipherKey: Buffer } {
  const half = row.keyBytes / 2;
  return { macKey: key.subarray(0, half), cipherKey: key.subarray(half) };
}

/** RFC 7518 section 5.2.2.1: over AAD, IV, ciphertext and the length of the AAD in bits, cut in half. */
function macOf(
  row: CbcRow,
  macKey: Buffer,
  content: Pick<EncryptedContent, "aad" | "iv" | "ciphertext">,
): Buffer {
  const length = Buffer.alloc(8);
  // 64 bits: a 32-bit product was CVE-2016-9123.
  length.writeBigUInt64BE(BigInt(content.aad.length) * 8n);
  return createHmac(row.hash, macKey)
    .update(content.aad)
    .update(content.iv)
    .update(content.ciphertext)
    .update(length)
    .digest()
    .subarray(0, row.tagBytes);
}

/** Keys and IVs have their exact lengths here, so only a runtime without the cipher can fail. */
function available<T>(create: () => T): T {
  try {
    return create();
  } catch {
    // Deno has no AES-192-GCM.
    throw new JoseError("algorithm_not_supported", "this runtime lacks the cipher", "enc");
  }
}
