// Where a visitor goes after signing in: a path of the issuer's own origin, or a page of an origin on
// the allow-list. Everything else is as if nothing had been asked for (K3: open redirects).

/** Characters of a return address. */
export const MAX_RETURN_LENGTH = 2048;

// Only what a URL can hold as it is: no backslash, which browsers read as a slash; no tab or line
// break, which they drop; no space and nothing beyond ASCII.
const PLAIN = /^[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+$/;

// In a path, an encoded slash, backslash or control character is for somebody further on who
// decodes it.
const HIDDEN = /%(?:[01][0-9a-f]|2f|5c|7f)/i;
const HIDDEN_CONTROL = /%(?:[01][0-9a-f]|7f)/i;

/**
 * Checks a return address.
 *
 * @param origins - the allow-list, with the issuer's own origin
 * @returns the address as it can stand in a Location header: a path for the issuer's own origin, a
 * URL for another; undefined when it is refused
 * @example
 * ```ts
 * parseReturnTo("/account", { issuer: "https://id.example", origins: new Set() }); // "/account"
 * parseReturnTo("//evil.example", { issuer: "https://id.example", origins: new Set() }); // undefined
 * ```
 */
export function parseReturnTo(
  text: string | undefined,
  { issuer, origins }: { readonly issuer: string; readonly origins: ReadonlySet<string> },
): string | undefined {
  if (text === undefined || text.length > MAX_RETURN_LENGTH || !PLAIN.test(text)) return undefined;
  const own = new URL(issuer).origin;
  // Names its origin in full, with the slash after it: `https://id.example.evil` does not.
  const isNamed = [own, ...origins].some(
    (origin) => text === origin || text.startsWith(`${origin}/`),
  );
  const isPath = text.startsWith("/") && !text.startsWith("//");
  if ((!isNamed && !isPath) || !URL.canParse(text, own)) return undefined;
  const url = new URL(text, own);
  if (url.origin !== own && !origins.has(url.origin)) return undefined;
  const rest = url.search + url.hash;
  // `/x/..//evil` becomes `//evil` once it is resolved.
  if (url.pathname.includes("//") || HIDDEN.test(url.pathname)) return undefined;
  if (HIDDEN_CONTROL.test(rest)) return undefined;
  const path = url.pathname + rest;
  return url.origin === own ? path : url.origin + path;
}
