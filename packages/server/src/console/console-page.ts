// The console's one HTML page and the policy it is under. The page was made when the console was
// built; what depends on this server and this answer is put into its marked places.

import { randomBytes } from "node:crypto";

/** Where the built page has the style nonce of an answer. */
export const NONCE_MARK = "%STYLE_NONCE%";

/** Where the built page has the path that the issuer is mounted at. */
export const BASE_MARK = "%BASE%";

/** Where the built page has the language that it speaks. */
export const LANGUAGE_MARK = "%LANGUAGE%";

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

/** What is put into the page. */
export interface PageFillings {
  readonly nonce: string;
  /** Path of the issuer, "" for none. */
  readonly base: string;
  /** The tag of the language that the reader chose or asks for. */
  readonly language: string;
}

/** Fills the marked places of the built page. */
export function fillConsolePage(page: string, { nonce, base, language }: PageFillings): string {
  return page
    .replaceAll(NONCE_MARK, nonce)
    .replaceAll(BASE_MARK, base)
    .replaceAll(LANGUAGE_MARK, language);
}
