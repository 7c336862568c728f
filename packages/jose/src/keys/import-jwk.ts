// A key from a JWK. RFC 7517 section 4.

import { type KeyAlgorithm, resolveAlgorithm } from "../algorithms.ts";
import { JoseError } from "../error.ts";
import { importMembers } from "./import-members.ts";
import { type JwkMembers, readMembers } from "./jwk.ts";
import type { Key } from "./key.ts";

/** How a JWK is imported. */
export interface ImportJwkOptions {
  /** The algorithm to bind the key to. Needed when the JWK has no `alg`; must agree with it when it has. */
  readonly alg?: KeyAlgorithm;
  /** A key id, for a JWK without one or instead of its own. */
  readonly kid?: string;
}

/**
 * Imports a JWK as a key bound to one algorithm.
 *
 * @throws JoseError `key_invalid`, `key_not_supported`, `algorithm_not_supported`, `algorithm_mismatch`
 * @throws TypeError when neither the JWK nor the options name an algorithm
 * @see RFC 7517 section 4, RFC 8725 section 3.1
 * @example
 * ```ts
 * const key = importJwk(JSON.parse(text), { alg: "ES256" });
 * ```
 */
export function importJwk(jwk: unknown, options: ImportJwkOptions = {}): Key {
  const members = readMembers(jwk);
  const alg = agreedAlgorithm(members, options.alg);
  return importMembers(members, alg, options.kid);
}

function agreedAlgorithm(members: JwkMembers, wanted: KeyAlgorithm | undefined): KeyAlgorithm {
  const own = members["alg"];
  if (own === undefined) {
    if (wanted === undefined) {
      throw new TypeError(
        "the JWK has no alg: pass the algorithm to bind the key to as options.alg",
      );
    }
    return resolveAlgorithm(wanted).name;
  }
  // "dir" names no algorithm: the caller does, by the `enc` that the key is for.
  if (own === "dir" && wanted !== undefined) {
    const row = resolveAlgorithm(wanted);
    if (row.family === "content") return row.name;
  }
  const row = resolveAlgorithm(own);
  if (wanted !== undefined && resolveAlgorithm(wanted) !== row) {
    throw new JoseError("algorithm_mismatch", "the JWK's alg differs from options.alg", "alg");
  }
  return row.name;
}
