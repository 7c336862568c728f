// Where a refresh token travels. A browser's is in its two cookies and never in a body; a native
// client's is in the body and never in a cookie. Fixed at sign-in. Design section 3.

import { refreshCookieName } from "@latchkey/protocol";
import { parseCookies } from "../http/cookies.ts";
import { Refusal } from "../http/refusal.ts";

/** The refresh tokens in a request's cookie slots: none, one, or two that differ. */
export function refreshCookies(request: Request, issuer: string): readonly string[] {
  const cookies = parseCookies(request.headers.get("Cookie"));
  const tokens = ([0, 1] as const).flatMap((slot) => {
    const token = cookies.get(refreshCookieName(issuer, slot));
    return token === undefined || token === "" ? [] : [token];
  });
  return [...new Set(tokens)];
}

/**
 * Refuses the body transport to a browser: a page that can read its refresh token can lose it to
 * any script. `Sec-Fetch-Mode` says nothing, since Node's own fetch sends it.
 *
 * @throws Refusal `transport_refused`
 */
export function requireBodyTransport({ headers }: Request): void {
  const isBrowser = ["Cookie", "Origin", "Sec-Fetch-Site"].some((name) => headers.has(name));
  if (isBrowser) throw new Refusal("transport_refused");
}
