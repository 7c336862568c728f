// ECDSA signatures between the two forms: r and s side by side at full length on the wire (RFC 7518
// section 3.4), DER inside OpenSSL. node:crypto can do it (`dsaEncoding`), at half the speed.

import { Buffer } from "node:buffer";
import type { EcCurve } from "../curves.ts";

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** DER from OpenSSL to r and s at full length, at the start of the memory given. */
export function splitSignature(
  der: Buffer,
  curve: EcCurve,
  signature: Buffer = Buffer.allocUnsafe(curve.bytes * 2),
): Buffer {
  const { bytes } = curve;
  // The length of the SEQUENCE is one byte, or 0x81 and one byte for P-521.
  const r = der[1] === 0x81 ? 3 : 2;
  const s = r + 2 + (der[r + 1] ?? 0);
  readInteger(der, r, signature, 0, bytes);
  readInteger(der, s, signature, bytes, bytes * 2);
  return signature;
}

/** Copies the INTEGER at an offset to between `start` and `end`, zeros in front. */
function readInteger(
  der: Buffer,
  offset: number,
  signature: Buffer,
  start: number,
  end: number,
): void {
  const first = offset + 2;
  let from = first + (der[offset + 1] ?? 0);
  // Byte by byte: for so few, a call into native code costs more. A zero that only keeps the INTEGER
  // positive has no room and falls away.
  for (let to = end - 1; to >= start; to--) {
    from--;
    signature[to] = from >= first ? (der[from] ?? 0) : 0;
  }
}

/** r and s to DER; undefined unless the length is exact and both are between 1 and n - 1. */
export function joinSignature(signature: Buffer, curve: EcCurve): Buffer | undefined {
  const { bytes, order } = curve;
  if (signature.length !== bytes * 2) return undefined;
  // Zeros and n are the "psychic" signatures of CVE-2022-21449; OpenSSL refuses them too.
  if (!isInRange(signature, 0, order) || !isInRange(signature, bytes, order)) return undefined;
  const rStart = firstDigit(signature, 0);
  const sStart = firstDigit(signature, bytes);
  const rPad = (signature[rStart] ?? 0) >> 7;
  const sPad = (signature[sStart] ?? 0) >> 7;
  const rLength = bytes - rStart + rPad;
  const sLength = bytes * 2 - sStart + sPad;
  const content = rLength + sLength + 4;
  const long = content > 127 ? 1 : 0;
  const der = Buffer.allocUnsafe(content + 2 + long);
  let offset = 0;
  der[offset++] = SEQUENCE;
  if (long === 1) der[offset++] = 0x81;
  der[offset++] = content;
  offset = writeInteger(der, offset, signature, rStart, bytes, rPad);
  writeInteger(der, offset, signature, sStart, bytes * 2, sPad);
  return der;
}

function writeInteger(
  der: Buffer,
  at: number,
  from: Buffer,
  start: number,
  end: number,
  pad: number,
): number {
  let offset = at;
  der[offset++] = INTEGER;
  der[offset++] = end - start + pad;
  if (pad === 1) der[offset++] = 0;
  from.copy(der, offset, start, end);
  return offset + end - start;
}

function firstDigit(signature: Buffer, from: number): number {
  let start = from;
  while (signature[start] === 0) start++;
  return start;
}

/** Whether the integer at an offset is at least 1 and below the order of the curve. */
function isInRange(signature: Buffer, offset: number, order: Uint8Array): boolean {
  const { length } = order;
  for (let i = 0; i < length; i++) {
    const digit = signature[offset + i] ?? 0;
    const limit = order[i] ?? 0;
    if (digit > limit) return false;
    if (digit < limit) return !isZero(signature, offset, length);
  }
  return false;
}

function isZero(signature: Buffer, offset: number, length: number): boolean {
  for (let i = offset; i < offset + length; i++) if (signature[i] !== 0) return false;
  return true;
}
