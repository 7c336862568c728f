// A key set made of the caller's own keys.

import type { Key } from "./key.ts";
import { KeySet } from "./key-set.ts";

/**
 * Makes a set of keys.
 *
 * @throws JoseError `key_set_invalid` for more than 100 keys, `key_ambiguous` for two keys with the same `kid` and `alg`
 */
export function createKeySet(keys: Iterable<Key>): KeySet {
  const set = new KeySet(keys);
  for (const key of set.keys) {
    // Two keys of one name and algorithm could never be told apart: better now than at a login.
    if (key.kid !== undefined) set.select({ alg: key.alg, kid: key.kid });
  }
  return set;
}
