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
export function requireBodyTransport(request: Request, issuer: string): void {
  const { headers } = request;
  const isBrowser = headers.has("Origin") || headers.has("Sec-Fetch-Site");
  if (isBrowser || hasRefreshCookie(request, issuer)) throw new Refusal("transport_refused");
}

// A name that came twice has no usable value, and is a cookie of ours all the same.
function hasRefreshCookie(request: Request, issuer: string): boolean {
  const header = request.headers.get("Cookie") ?? "";
  return ([0, 1] as const).some((slot) => header.includes(`${refreshCookieName(issuer, slot)}=`));
}
