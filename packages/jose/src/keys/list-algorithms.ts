// Which algorithms this runtime has.

import { algorithmRows, type JwsAlgorithm } from "../algorithms.ts";
import { isAvailable } from "./available.ts";

/**
 * The signature algorithms that this runtime can use. Everywhere the RSA and HMAC families, ES256 to
 * ES512 and Ed25519; ES256K, Ed448 and ML-DSA where they exist.
 */
export function listSignatureAlgorithms(): readonly JwsAlgorithm[] {
  return algorithmRows()
    .filter((row) => row.use === "sig")
    .filter(isAvailable)
    .map((row) => row.name);
}
