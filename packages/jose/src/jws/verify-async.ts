// `verifyCompact` with the signature checked on the thread pool, so that two cores verify nearly twice
// as much. HMAC stays on the caller's thread: handing it over would cost more than computing it.

import { Buffer } from "node:buffer";
import type { Keys } from "../keys/key-set.ts";
import { openCompactAsync } from "./open.ts";
import { checkVerifyOptions, type VerifiedCompact, type VerifyCompactOptions } from "./options.ts";

/**
 * Verifies a compact JWS on the thread pool.
 *
 * @throws JoseError, as a rejection; the codes of `verifyCompact`
 * @see RFC 7515 section 5.2
 */
export async function verifyCompactAsync(
  token: string,
  keys: Keys,
  options: VerifyCompactOptions = {},
): Promise<VerifiedCompact> {
  const { maxTokenLength, understood } = checkVerifyOptions(options);
  const { header, key, payload } = await openCompactAsync(token, keys, maxTokenLength, understood);
  return { header, payload: new Uint8Array(Buffer.from(payload, "base64url")), key };
}
