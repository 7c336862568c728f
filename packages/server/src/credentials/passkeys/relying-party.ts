// Who a passkey is made for: the host of the issuer, and the pages that may use it.
// WebAuthn level 3, sections 4 ("relying party identifier") and 13.4.9.

import { isIP } from "node:net";
import { Refusal } from "../../http/refusal.ts";

/** A relying party, as authenticators and browsers know it. */
export interface RelyingParty {
  /** A host name. */
  readonly id: string;
  /** Shown by the authenticator. */
  readonly name: string;
  /** Exactly as browsers name them. */
  readonly origins: readonly string[];
}

/**
 * The relying party of an issuer.
 *
 * @throws Refusal `passkeys_unavailable` when the issuer is named by an address: browsers accept host
 * names only
 */
export function relyingPartyOf(issuer: string, origins: ReadonlySet<string>): RelyingParty {
  const { hostname } = new URL(issuer);
  // A URL writes an IPv6 address in brackets.
  if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) throw new Refusal("passkeys_unavailable");
  return { id: hostname, name: hostname, origins: [...origins] };
}
