// The signature primitives, by the row a key is bound to. Everything above this file is format. ECDSA
// goes through DER because OpenSSL signs twice as fast that way.
//
// Text means a token's own characters, which are ASCII: callers have checked each segment. It is copied
// once, into borrowed memory, or by node:crypto where Verify objects are faster (RSA and ECDSA).

import type { Buffer } from "node:buffer";
import { createHmac, createSign, createVerify, sign, timingSafeEqual, verify } from "node:crypto";
import type { EcdsaRow, HashName, RsaRow, SignatureRow } from "../algorithms.ts";
import type { EcCurve, OkpCurve } from "../curves.ts";
import { borrowMemory } from "../encoding/scratch.ts";
import { decodeSegment, decodeSegmentInto } from "../encoding/segment.ts";
import { joinSignature, splitSignature } from "./ecdsa-signature.ts";
import type { RsaPublicJwk } from "./jwk.ts";
import type { KeyMaterial } from "./key.ts";

const DOT = 0x2e;

/** Signs or MACs two segments with a dot between them; the signature is base64url. */
export function signText(key: KeyMaterial, header: string, payload: string): string {
  if (key.mac !== undefined) return key.mac.compute(`${header}.${payload}`);
  const row = key.row as PairRow;
  // Written part by part: joining the text first would make another copy of it.
  const memory = borrowMemory(header.length + payload.length + 1);
  let length = memory.write(header, 0, "latin1");
  memory[length++] = DOT;
  length += memory.write(payload, length, "latin1");
  const input = memory.subarray(0, length);
  const native =
    "hash" in row
      ? createSign(row.hash).update(input).sign(key.signInput)
      : sign(null, input, key.signInput);
  if (row.family !== "ecdsa") return native.toString("base64url");
  const curve = key.curve as EcCurve;
  const bytes = curve.bytes * 2;
  return splitSignature(native, curve, borrowMemory(bytes)).toString("base64url", 0, bytes);
}

/**
 * Verifies the base64url signature of a text.
 *
 * @throws JoseError `base64url_invalid`
 */
export function verifyText(key: KeyMaterial, text: string, signature: string): boolean {
  // The MAC is compared in its canonical spelling, so any other spelling fails too.
  if (key.mac !== undefined) return key.mac.matches(text, signature);
  const row = key.row as PairRow;
  if (!("hash" in row)) {
    // The text is borrowed, so the signature cannot be.
    const native = toNative(key, row, decodeSegment(signature));
    if (native === undefined) return false;
    const memory = borrowMemory(text.length);
    const input = memory.subarray(0, memory.write(text, 0, "latin1"));
    return verify(null, input, key.verifyInput, native);
  }
  const memory = borrowMemory(signature.length);
  const bytes = memory.subarray(0, decodeSegmentInto(memory, 0, signature));
  const native = toNative(key, row, bytes);
  if (native === undefined) return false;
  return createVerify(row.hash).update(text, "latin1").verify(key.verifyInput, native);
}

/** Signs or MACs bytes with a private or secret key. */
export function signBytes(key: KeyMaterial, input: Buffer): Buffer {
  const row = key.row as SignatureRow;
  switch (row.family) {
    case "hmac":
      return createHmac(row.hash, key.handle).update(input).digest();
    case "ecdsa":
      return splitSignature(sign(row.hash, input, key.handle), key.curve as EcCurve);
    default:
      return sign(hashOf(row), input, key.signInput);
  }
}

/** Verifies a signature or MAC. False for anything but a match; never throws for a bad signature. */
export function verifyBytes(key: KeyMaterial, input: Buffer, signature: Buffer): boolean {
  const row = key.row as SignatureRow;
  if (row.family === "hmac") {
    if (signature.length !== row.bytes) return false;
    return timingSafeEqual(createHmac(row.hash, key.handle).update(input).digest(), signature);
  }
  const native = toNative(key, row, signature);
  return native !== undefined && verify(hashOf(row), input, key.verifyInput, native);
}

/**
 * `verifyBytes` on the thread pool, for pairs: callers compare a MAC themselves. The bytes must be nobody
 * else's: another thread reads them while this one goes on.
 */
export function verifyBytesAsync(
  key: KeyMaterial,
  input: Buffer,
  signature: Buffer,
): Promise<boolean> {
  const row = key.row as PairRow;
  const native = toNative(key, row, signature);
  if (native === undefined) return Promise.resolve(false);
  return new Promise((resolve, reject) => {
    verify(hashOf(row), input, key.verifyInput, native, (error, isValid) =>
      error === null ? resolve(isValid) : reject(error),
    );
  });
}

type PairRow = Exclude<SignatureRow, { family: "hmac" }>;

/** The signature as OpenSSL takes it; undefined when its length or range is wrong. */
function toNative(key: KeyMaterial, row: PairRow, signature: Buffer): Buffer | undefined {
  switch (row.family) {
    case "ecdsa":
      return joinSignature(signature, key.curve as EcCurve);
    case "eddsa":
      return signature.length === (key.curve as OkpCurve).signatureBytes ? signature : undefined;
    case "mldsa":
      return signature.length === row.signatureBytes ? signature : undefined;
    default:
      // RFC 8017 sections 8.1.2 and 8.2.2: exactly as long as the modulus. OpenSSL lets a PSS signature
      // without its leading zeros pass, which would be a second spelling of the token.
      return signature.length === modulusBytes(key) ? signature : undefined;
  }
}

/** Bytes of an RSA modulus, which is kept as base64url without leading zeros. */
function modulusBytes(key: KeyMaterial): number {
  return Math.floor(((key.publicJwk as RsaPublicJwk).n.length * 3) / 4);
}

/** The hash that the caller of OpenSSL names; EdDSA and ML-DSA bring their own. */
function hashOf(row: PairRow): HashName | null {
  return "hash" in row ? (row satisfies EcdsaRow | RsaRow).hash : null;
}
