// Headers that every answer carries, errors included. A page or document that sets its own value
// keeps it.

/** Seconds that browsers insist on https: a year. */
export const HSTS_AGE = 31_536_000;

/** Adds the security headers to an answer. */
export function addSecurityHeaders(headers: Headers, options: { readonly isHttps: boolean }): void {
  headers.set("X-Content-Type-Options", "nosniff");
  if (!headers.has("Referrer-Policy")) headers.set("Referrer-Policy", "no-referrer");
  headers.set("X-Frame-Options", "DENY");
  headers.set("Cross-Origin-Resource-Policy", "same-site");
  if (!headers.has("Content-Security-Policy")) {
    headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  // Most answers are about one person, and those that are not say how long they keep.
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
  if (options.isHttps) headers.set("Strict-Transport-Security", `max-age=${HSTS_AGE}`);
}
