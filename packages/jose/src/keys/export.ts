// Keys as JSON. The public form holds public members only, by construction: it is built from the list
// of public members and not by leaving private ones out (attack B6).

import { type Key, materialOf } from "./key.ts";
import type { PrivateJwk, PublicJwk } from "./jwk.ts";

/**
 * The public JWK of a private or public key: `kty`, the public members, `kid`, `alg` and `use`.
 *
 * @throws TypeError for a secret
 * @see RFC 7517 section 4
 */
export function exportPublicJwk(key: Key): PublicJwk {
  const { publicJwk } = materialOf(key);
  if (publicJwk === undefined) throw new TypeError("a secret has no public JWK");
  return { ...publicJwk };
}

/**
 * The whole JWK of a private or secret key, for sealing it at rest. Never log or publish it.
 *
 * @throws TypeError for a public key
 */
export function exportPrivateJwk(key: Key): PrivateJwk {
  const { handle, row } = materialOf(key);
  if (key.type === "public") throw new TypeError("a public key has no private JWK");
  return {
    ...handle.export({ format: "jwk" }),
    ...(key.kid === undefined ? {} : { kid: key.kid }),
    alg: row.name,
    use: row.use,
  } as unknown as PrivateJwk;
}
