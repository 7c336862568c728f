// Names of the refresh cookies. A browser session owns two slots, one per parity of the token's
// generation, so answers that arrive out of order cannot put an old token back.

import { createHash } from "node:crypto";

/** The slot of a refresh token: the parity of its generation. */
export type CookieSlot = 0 | 1;

/**
 * Names the cookie of a slot.
 *
 * `__Host-` makes the browser insist on Secure, Path=/ and no Domain (rfc6265bis 4.1.3.2). A
 * plain-http loopback issuer cannot set Secure, so it uses a name that no other issuer reads.
 */
export function refreshCookieName(issuer: string, slot: CookieSlot): string {
  const hash = createHash("sha256").update(issuer).digest("base64url").slice(0, 12);
  return issuer.startsWith("https:") ? `__Host-lk-${hash}-${slot}` : `lk-dev-${hash}-${slot}`;
}

/** The slot that a generation is written to. */
export function cookieSlot(generation: number): CookieSlot {
  return generation % 2 === 0 ? 0 : 1;
}
