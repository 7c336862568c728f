// What only some runtimes have: ML-DSA needs OpenSSL 3.5 (Node 24.7), Ed448 and secp256k1 are missing
// where the cryptography is BoringSSL (Bun). Asked only where it matters, by trying.

import { generateKeyPairSync } from "node:crypto";
import type { AlgorithmRow } from "../algorithms.ts";
import { JoseError } from "../error.ts";

/** Whether the runtime can use an algorithm. */
export function isAvailable(row: AlgorithmRow): boolean {
  try {
    if (row.family === "mldsa") generateKeyPairSync(row.nodeName);
    if (row.name === "ES256K") generateKeyPairSync("ec", { namedCurve: "secp256k1" });
    if (row.name === "Ed448") generateKeyPairSync("ed448");
    return true;
  } catch {
    return false;
  }
}

/** The error for an algorithm that this package has and the runtime has not. */
export function notAvailable(): JoseError {
  return new JoseError(
    "algorithm_not_supported",
    "this runtime does not have the algorithm",
    "alg",
  );
}
