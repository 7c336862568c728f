// Reads `Authorization: Bearer`; RFC 6750 section 2.1 and RFC 9110 section 11.1.

/** What an Authorization header holds. */
export type BearerCredentials =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "malformed"; readonly why: string };

const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Reads the bearer token from an Authorization header's value.
 *
 * The scheme is compared without case; exactly one space follows. Another scheme is "none": it
 * is not ours to judge. Two headers reach us joined by a comma, which no b64token has, so they
 * are malformed (a request must not carry two credentials, RFC 6750 section 2).
 */
export function parseBearer(header: string | null | undefined): BearerCredentials {
  if (header === null || header === undefined || header === "") return { kind: "none" };
  const space = header.indexOf(" ");
  const scheme = space === -1 ? header : header.slice(0, space);
  if (scheme.toLowerCase() !== "bearer") {
    return header.includes(",") && /(^|[\s,])bearer\s/i.test(header)
      ? { kind: "malformed", why: "more than one credential" }
      : { kind: "none" };
  }
  const token = space === -1 ? "" : header.slice(space + 1);
  if (token === "") return { kind: "malformed", why: "no token after the scheme" };
  if (!B64TOKEN.test(token)) return { kind: "malformed", why: "not a b64token" };
  return { kind: "token", token };
}
