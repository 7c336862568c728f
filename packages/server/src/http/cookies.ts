// Cookies, read and written strictly; rfc6265bis. Names are compared with their case, a name that
// appears twice is unusable, and no value can end a cookie or a header early.

/** Seconds that a browser keeps a cookie at most (rfc6265bis section 5.5: 400 days). */
export const MAX_COOKIE_AGE = 400 * 86_400;

/** Octets of a name and value together; browsers drop more (rfc6265bis section 5.6). */
export const MAX_COOKIE_BYTES = 4096;

/** Bytes of a Cookie header that are read; a longer one counts as none. */
export const MAX_COOKIE_HEADER_BYTES = 16_384;

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/** What a cookie says besides its name and value. `Path=/` and no `Domain`, always. */
export interface CookieOptions {
  /** Seconds; 0 clears the cookie, null leaves it until the browser closes. */
  readonly maxAge: number | null;
  readonly secure: boolean;
  readonly sameSite?: "Strict" | "Lax";
}

/**
 * Writes a Set-Cookie value: HttpOnly, `Path=/`, `SameSite=Strict` by default.
 *
 * @throws TypeError for a name or value that could inject an attribute or header, a `__Host-`
 * or `__Secure-` cookie without Secure, or a cookie that browsers would drop in silence
 * @see rfc6265bis sections 4.1.1 and 4.1.3
 */
export function serializeCookie(name: string, value: string, options: CookieOptions): string {
  if (!NAME.test(name)) throw new TypeError("a cookie name is a token");
  if (!VALUE.test(value)) throw new TypeError("a cookie value has no spaces, quotes or separators");
  if (name.length + value.length > MAX_COOKIE_BYTES) throw new TypeError("a cookie is too large");
  if (/^__(host|secure)-/i.test(name) && !options.secure) {
    throw new TypeError("a prefixed cookie needs Secure");
  }
  const { maxAge } = options;
  if (maxAge !== null && (!Number.isInteger(maxAge) || maxAge < 0)) {
    throw new TypeError("a cookie's age is a whole number of seconds");
  }
  const age = maxAge === null ? "" : `; Max-Age=${Math.min(maxAge, MAX_COOKIE_AGE)}`;
  const sameSite = options.sameSite ?? "Strict";
  const secure = options.secure ? "; Secure" : "";
  return `${name}=${value}${age}; Path=/; HttpOnly${secure}; SameSite=${sameSite}`;
}

/**
 * Reads a Cookie header. A name that came more than once is left out: a sibling host or an older
 * path planted one of them, and nobody can tell which (rfc6265bis section 8.6).
 */
export function parseCookies(header: string | null | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  if (typeof header !== "string" || header.length > MAX_COOKIE_HEADER_BYTES) return cookies;
  const twice = new Set<string>();
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=");
    // Without "=" it is a nameless cookie, whose value must never be read as a name (section 5.7).
    if (equals === -1) continue;
    const name = pair.slice(0, equals).replace(/^[ \t]+|[ \t]+$/g, "");
    const value = pair.slice(equals + 1).replace(/^[ \t]+|[ \t]+$/g, "");
    if (!NAME.test(name) || !VALUE.test(value)) continue;
    if (cookies.has(name)) twice.add(name);
    cookies.set(name, value);
  }
  for (const name of twice) cookies.delete(name);
  return cookies;
}
