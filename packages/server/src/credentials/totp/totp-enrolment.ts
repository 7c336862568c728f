// What a person needs to put a seed into an authenticator app: the secret to type, the URI, and the
// URI as a QR code. The answer is the only place where a seed leaves the server.

import { renderSVG } from "uqr";
import { encodeBase32 } from "./base32.ts";
import { TOTP_DIGITS, TOTP_STEP } from "./totp.ts";

/** A seed as it is shown, once. */
export interface TotpEnrolment {
  /** Base32. */
  readonly secret: string;
  readonly uri: string;
  /** SVG. */
  readonly qr: string;
}

/** Renders a seed for the user's app. */
export function renderEnrolment(
  seed: Uint8Array,
  names: { readonly issuer: string; readonly account: string },
): TotpEnrolment {
  const secret = encodeBase32(seed);
  const uri = totpUri(secret, names);
  return { secret, uri, qr: renderSVG(uri, { ecc: "M", border: 4 }) };
}

// The key URI format. The algorithm is left out: SHA-1 is what every app takes for granted.
function totpUri(
  secret: string,
  names: { readonly issuer: string; readonly account: string },
): string {
  const host = encodeURIComponent(new URL(names.issuer).host);
  const label = `${host}:${encodeURIComponent(names.account)}`;
  const period = TOTP_STEP / 1000;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${host}&digits=${TOTP_DIGITS}&period=${period}`;
}
