// Which algorithms this runtime has.

import { algorithmRows, type JwsAlgorithm } from "../algorithms.ts";
import { isMldsaAvailable } from "./build.ts";

/** The signature algorithms that this runtime can use: all of them, ML-DSA where it exists. */
export function listSignatureAlgorithms(): readonly JwsAlgorithm[] {
  const hasMldsa = isMldsaAvailable();
  return algorithmRows()
    .filter((row) => row.use === "sig")
    .filter((row) => hasMldsa || row.family !== "mldsa")
    .map((row) => row.name);
}
