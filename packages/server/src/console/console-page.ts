// The console's one HTML page and the policy it is under. The page was made when the console was
// built; what depends on this server and this answer is put into its marked places.

import { randomBytes } from "node:crypto";

/** Where the built page has the style nonce of an answer. */
export const NONCE_MARK = "%STYLE_NONCE%";

/** Where the built page has the path that the issuer is mounted at. */
export const BASE_MARK = "%BASE%";

/** Makes a nonce: 128 random bits, as CSP level 3 section 7.1 asks. */
export function createNonce(): string {
  return randomBytes(16).toString("base64url");
}

/**
 * The Content-Security-Policy of the page. Scripts are files of ours and nothing else; style
 * elements of the component library carry the nonce of this one answer. Images may be inline: the
 * QR code of an authenticator app is one.
 */
export function consolePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Fills the marked places of the built page. @param base - path of the issuer, "" for none */
export function fillConsolePage(page: string, options: { nonce: string; base: string }): string {
  return page.replaceAll(NONCE_MARK, options.nonce).replaceAll(BASE_MARK, options.base);
}
