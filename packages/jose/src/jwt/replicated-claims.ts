// Claims that an encrypted JWT repeats in its header, so that it can be routed without being decrypted.
// RFC 7519 section 5.3.

import type { JsonObject } from "../encoding/json.ts";
import { JoseError } from "../error.ts";
import type { JweHeader } from "../jwe/header.ts";

const REGISTERED = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] as const;

/**
 * Checks that claims in the header are the claims inside: a router that believed the header must not have
 * been told something else.
 *
 * @throws JoseError `claim_invalid`
 */
export function checkReplicated(header: JweHeader, claims: JsonObject): void {
  for (const name of REGISTERED) {
    if (!Object.hasOwn(header, name)) continue;
    // Strings, numbers and lists of strings: their JSON is equal exactly when they are.
    if (JSON.stringify(header[name]) !== JSON.stringify(claims[name])) {
      throw new JoseError("claim_invalid", "the header repeats a claim differently", name);
    }
  }
}
