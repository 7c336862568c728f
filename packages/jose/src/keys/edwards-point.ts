// The public key of an Edwards curve as a number: OpenSSL takes any 32 or 57 bytes. Apart from the other
// members because only these have points that are valid and worthless. RFC 8032 sections 5.1.3 and 5.2.3.

import type { OkpCurve } from "../curves.ts";

const P25519 = 2n ** 255n - 19n;
const P448 = 2n ** 448n - 2n ** 224n - 1n;

/** The y of the points of order 1, 2, 4 and 8; either sign of x. */
const SMALL_ORDER_25519: readonly bigint[] = [
  0n,
  1n,
  P25519 - 1n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
];
const SMALL_ORDER_448: readonly bigint[] = [0n, 1n, P448 - 1n];

/**
 * Whether a public key of Ed25519 or Ed448 is written canonically and has no small order. Under a key of
 * small order one signature fits many messages, so whoever offers such a key can deny what it signed.
 */
export function isStrongPoint(curve: OkpCurve, x: Uint8Array): boolean {
  const is25519 = curve.crv === "Ed25519";
  const bytes = Uint8Array.from(x).reverse();
  // The top bit is the sign of x; in Ed448 it has a byte of its own, the rest of which must be zero.
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  const y = BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`);
  if (y >= (is25519 ? P25519 : P448)) return false;
  return !(is25519 ? SMALL_ORDER_25519 : SMALL_ORDER_448).includes(y);
}
