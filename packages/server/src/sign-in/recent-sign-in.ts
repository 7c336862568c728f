// Changes that a stolen access token must not make: they ask for a factor proved a moment ago. RFC
// 9470; P12.

import { formatChallenge, type Principal } from "@latchkey/protocol";
import { Refusal } from "../http/refusal.ts";

/** Seconds since the last proof, at most, for a sensitive change. */
export const RECENT_SIGN_IN_AGE = 600;

/**
 * Refuses a principal whose last proof is too old.
 *
 * @param now - milliseconds
 * @throws Refusal `step_up_required`, with the challenge of RFC 9470 section 3
 * @example
 * ```ts
 * const principal = await authenticate(c.req.raw, c.get("now"));
 * requireRecentSignIn(principal, c.get("now"));
 * ```
 */
export function requireRecentSignIn(principal: Principal, now: number): void {
  if (isRecentSignIn(principal, now)) return;
  const challenge = formatChallenge({
    error: "insufficient_user_authentication",
    description: "A factor must be proved again",
    maxAge: RECENT_SIGN_IN_AGE,
  });
  throw new Refusal("step_up_required", { headers: { "WWW-Authenticate": challenge } });
}

/** Tells whether a principal's last proof is recent. @param now - milliseconds */
export function isRecentSignIn(principal: Principal, now: number): boolean {
  // A token that does not say when, such as a service's, cannot prove that it was recent.
  const authTime = principal.claims["auth_time"];
  return typeof authTime === "number" && now / 1000 - authTime <= RECENT_SIGN_IN_AGE;
}
