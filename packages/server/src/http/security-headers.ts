// Headers that every answer carries, errors included. A page or document that sets its own value
// keeps it.

/** Seconds that browsers insist on https: a year. */
export const HSTS_AGE = 31_536_000;

/** What an answer may decide for itself. */
const DEFAULTS: Readonly<Record<string, string>> = {
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  // Most answers are about one person, and those that are not say how long they keep.
  "Cache-Control": "no-store",
};

const FIXED: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Cross-Origin-Resource-Policy": "same-site",
};

const NAMED_ANCESTORS = /frame-ancestors (?!'none')/;

const HSTS = { "Strict-Transport-Security": `max-age=${HSTS_AGE}` };

/** The security headers of an answer that sets none of them itself. */
export function securityHeaders(options: {
  readonly isHttps: boolean;
}): Readonly<Record<string, string>> {
  return { ...DEFAULTS, ...FIXED, ...(options.isHttps ? HSTS : {}) };
}

/** Adds the security headers to an answer. */
export function addSecurityHeaders(headers: Headers, options: { readonly isHttps: boolean }): void {
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (!headers.has(name)) headers.set(name, value);
  }
  for (const [name, value] of Object.entries({ ...FIXED, ...(options.isHttps ? HSTS : {}) })) {
    headers.set(name, value);
  }
  // It knows no list: next to a policy that names who may frame the answer, it would only contradict.
  if (NAMED_ANCESTORS.test(headers.get("Content-Security-Policy") ?? "")) {
    headers.delete("X-Frame-Options");
  }
}
