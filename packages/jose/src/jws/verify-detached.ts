// Verifies a compact JWS whose content came by another way. RFC 7515 appendix F, RFC 7797.

import { JoseError } from "../error.ts";
import type { Key } from "../keys/key.ts";
import type { Keys } from "../keys/key-set.ts";
import { isPayloadEncoded, type JwsHeader } from "./header.ts";
import { locateDots } from "./open.ts";
import { checkVerifyOptions, type VerifyCompactOptions } from "./options.ts";
import { parseProtected, signingInput, verifyParts } from "./signature.ts";

/** A detached JWS whose signature over the given content has been verified. */
export interface VerifiedDetached {
  readonly header: JwsHeader;
  readonly key: Key;
}

/**
 * Verifies a detached compact JWS against its content, encoded or not as its header says.
 *
 * @throws JoseError `token_malformed` when the token carries a payload itself, and the codes of `verifyCompact`
 * @see RFC 7515 appendix F, RFC 7797 section 3
 */
export function verifyDetached(
  token: string,
  payload: Uint8Array,
  keys: Keys,
  options: VerifyCompactOptions = {},
): VerifiedDetached {
  if (!(payload instanceof Uint8Array)) throw new TypeError("verifyDetached takes bytes");
  const { maxTokenLength, understood } = checkVerifyOptions(options);
  const { first, second } = locateDots(token, maxTokenLength);
  // Two payloads, one in the token and one beside it, would be a choice for an attacker (G6).
  if (second !== first + 1) {
    throw new JoseError("token_malformed", "a detached JWS carries no payload");
  }
  const segment = token.slice(0, first);
  const header = parseProtected(segment, understood);
  const input = signingInput(segment, payload, isPayloadEncoded(header));
  return { header, key: verifyParts(header, undefined, input, token.slice(second + 1), keys) };
}
