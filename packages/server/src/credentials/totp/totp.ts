// Time-based one-time passwords: RFC 6238 over RFC 4226, with what every authenticator app
// understands: SHA-1, 6 digits, 30 seconds. Pure; the seed and the time are arguments.

import { createHmac, timingSafeEqual } from "node:crypto";

/** Bytes of a seed: as long as the hash (RFC 4226 section 4, R6). */
export const TOTP_SEED_BYTES = 20;

/** Digits of a code. */
export const TOTP_DIGITS = 6;

/** Milliseconds of a time step. */
export const TOTP_STEP = 30_000;

/** Steps that an app's clock may be ahead or behind; RFC 6238 section 5.2 recommends one at most. */
export const TOTP_DRIFT = 1;

/** The time step of a time in milliseconds. */
export function totpStep(now: number): number {
  return Math.floor(now / TOTP_STEP);
}

/**
 * Computes the code of a time step.
 *
 * @see RFC 4226 section 5.3, RFC 6238 section 4.2
 * @example
 * ```ts
 * computeTotp(seed, totpStep(Date.now())); // "492039"
 * ```
 */
export function computeTotp(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", seed).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const truncated = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(truncated % 10 ** TOTP_DIGITS).padStart(TOTP_DIGITS, "0");
}

/** What a code is: of a step that is new, of one that was accepted before, or wrong. */
export type TotpMatch =
  | { readonly kind: "new"; readonly step: number }
  | { readonly kind: "reused" }
  | { readonly kind: "wrong" };

/**
 * Compares a code with those of the steps around now.
 *
 * @see RFC 6238 section 5.2: "The verifier MUST NOT accept the second attempt of the OTP after the
 * successful validation has been issued for the first OTP"
 */
export function matchTotp(
  seed: Uint8Array,
  code: string,
  times: { readonly now: number; readonly lastStep: number },
): TotpMatch {
  const current = totpStep(times.now);
  const steps = Array.from({ length: 2 * TOTP_DRIFT + 1 }, (_, at) => current - TOTP_DRIFT + at);
  // Every step is compared, whichever fits: the time taken says nothing about the drift.
  const fitting = steps.filter((step) => isSameCode(computeTotp(seed, step), code));
  const step = fitting.find((fit) => fit > times.lastStep);
  if (step !== undefined) return { kind: "new", step };
  return { kind: fitting.length > 0 ? "reused" : "wrong" };
}

function isSameCode(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
