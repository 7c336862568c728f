// The public half of a key.

import { type Key, materialOf } from "./key.ts";

/**
 * The public side of a key: same algorithm, same id. A public key is its own.
 *
 * @throws TypeError for a secret, which has no public side
 */
export function publicKey(key: Key): Key {
  const material = materialOf(key);
  if (key.type === "public") return key;
  if (material.publicKey === undefined) throw new TypeError("a secret has no public key");
  return material.publicKey;
}
