// A content key encrypted with RSAES-OAEP. There is no RSAES-PKCS1-v1_5 here and never will be: its
// padding cannot be checked without an oracle (attack D8). RFC 7518 section 4.3.

import { Buffer } from "node:buffer";
import { constants, type KeyObject, privateDecrypt, publicEncrypt } from "node:crypto";
import type { OaepRow } from "../../algorithms.ts";

/** Wraps a content key with a public key. */
export function wrapWithRsa(row: OaepRow, publicKey: KeyObject, key: Buffer): Buffer {
  return publicEncrypt(paddingOf(row, publicKey), key);
}

/**
 * Unwraps a content key with a private key.
 *
 * @returns undefined for every reason why it could not be
 */
export function unwrapWithRsa(
  row: OaepRow,
  privateKey: KeyObject,
  wrapped: Buffer,
): Buffer | undefined {
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  // RFC 8017 section 7.1.2 step 1: exactly as long as the modulus, also where OpenSSL would pad it.
  if (wrapped.length !== Math.ceil(bits / 8)) return undefined;
  try {
    return Buffer.from(privateDecrypt(paddingOf(row, privateKey), wrapped));
  } catch {
    return undefined;
  }
}

interface Padding {
  readonly key: KeyObject;
  readonly padding: number;
  readonly oaepHash: string;
}

function paddingOf(row: OaepRow, key: KeyObject): Padding {
  return { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: row.hash };
}
