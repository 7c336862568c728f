// Tells the API behind the proxy who a request speaks for. Every header is in every answer, empty
// where there is nothing to say, so that what the proxy copies always replaces what a client sent.

import type { Principal } from "@latchkey/guard";

/** Characters of one header, at most: proxies hold the answer's head in 4 KiB. */
export const MAX_IDENTITY_HEADER = 2048;

/** What the names of identity headers begin with. */
const PREFIX = "x-latchkey-";

/** The headers of a principal; null when one of them is too long to be handed on. */
export function identityHeaders(principal: Principal | null): Record<string, string> | null {
  const headers = {
    "X-Latchkey-Subject": list([principal?.subject]),
    "X-Latchkey-Session": list([principal?.sessionId]),
    "X-Latchkey-Client": list([principal?.clientId]),
    "X-Latchkey-Roles": list(principal?.roles ?? []),
    "X-Latchkey-Permissions": list(principal?.permissions ?? []),
    "X-Latchkey-Scopes": list(principal?.scopes ?? []),
  };
  const isShort = Object.values(headers).every(({ length }) => length <= MAX_IDENTITY_HEADER);
  return isShort ? headers : null;
}

/**
 * Whether a client sends a header that a server could take for one of these: CGI and its children
 * read `X_Latchkey_Subject` as the same name, and proxies do not replace it (attack M5).
 */
export function hasDisguisedIdentity(names: readonly string[]): boolean {
  return names.some((name) => {
    const lower = name.toLowerCase();
    return !lower.startsWith(PREFIX) && lower.replaceAll(/[^a-z0-9]/g, "-").startsWith(PREFIX);
  });
}

// Percent-encoded but for what reads well, so no name can hold a comma, a space or a line end.
function list(values: readonly (string | null | undefined)[]): string {
  return values
    .filter((value) => value !== null && value !== undefined)
    .map((value) =>
      encodeURIComponent(value.toWellFormed())
        .replaceAll("%3A", ":")
        .replaceAll("%40", "@")
        .replaceAll("%2F", "/"),
    )
    .join(",");
}
