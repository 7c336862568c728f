// A JWK Set as another party publishes it. RFC 7517 section 5: keys that cannot be used are ignored and
// the set stays usable. A symmetric or private key in it is no detail, though: whoever publishes one
// has lost it, so the whole set is refused (attack H3).

import { algorithmRows, type KeyAlgorithm } from "../algorithms.ts";
import { JoseError } from "../error.ts";
import { MAX_KEYS_IN_SET } from "../limits.ts";
import { importMembers } from "./import-members.ts";
import { hasPrivateMember, type JwkMembers, readMembers } from "./jwk.ts";
import type { Key } from "./key.ts";
import { KeySet } from "./key-set.ts";

/** How a JWK Set is imported. */
export interface ImportJwkSetOptions {
  /**
   * The algorithms allowed. A key with another `alg` is ignored; a key without `alg` is bound to the one
   * listed algorithm that fits its type and curve, and ignored when none or several fit.
   * Default: every algorithm, and keys without `alg` are ignored.
   */
  readonly algorithms?: readonly KeyAlgorithm[];
}

/**
 * Imports a JWK Set of public keys.
 *
 * @throws JoseError `key_set_invalid` when it is no JWK Set, has more than 100 keys, or holds a
 * symmetric or private key
 * @see RFC 7517 section 5
 */
export function importJwkSet(json: unknown, options: ImportJwkSetOptions = {}): KeySet {
  const { algorithms } = options;
  if (typeof json !== "object" || json === null || !Object.hasOwn(json, "keys")) {
    throw new JoseError("key_set_invalid", "a JWK Set is an object with a member keys");
  }
  const list = (json as { readonly keys: unknown }).keys;
  if (!Array.isArray(list)) throw new JoseError("key_set_invalid", "keys is an array", "keys");
  if (list.length > MAX_KEYS_IN_SET) {
    throw new JoseError("key_set_invalid", `a JWK Set has at most ${MAX_KEYS_IN_SET} keys`, "keys");
  }
  return new KeySet(
    list.map((jwk) => importUsable(jwk, algorithms)).filter((key) => key !== undefined),
  );
}

function importUsable(
  jwk: unknown,
  algorithms: readonly KeyAlgorithm[] | undefined,
): Key | undefined {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) return undefined;
  const members = readMembers(jwk);
  if (members["kty"] === "oct" || hasPrivateMember(members)) {
    throw new JoseError("key_set_invalid", "the JWK Set holds a symmetric or private key", "keys");
  }
  const alg = algorithmOf(members, algorithms);
  if (alg === undefined) return undefined;
  try {
    return importMembers(members, alg);
  } catch (error) {
    if (error instanceof JoseError) return undefined;
    throw error;
  }
}

function algorithmOf(
  members: JwkMembers,
  algorithms: readonly KeyAlgorithm[] | undefined,
): KeyAlgorithm | undefined {
  const { alg, kty, crv } = members;
  const fitting = algorithmRows().filter(
    (row) =>
      (algorithms === undefined || algorithms.includes(row.name)) &&
      ("curves" in row ? (row.curves as readonly unknown[]).includes(crv) : row.kty === kty),
  );
  if (alg !== undefined) return fitting.find((row) => row.name === alg)?.name;
  if (algorithms === undefined || fitting.length !== 1) return undefined;
  return fitting[0]?.name;
}
