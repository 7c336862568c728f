// JWK thumbprints. RFC 7638, URIs by RFC 9278.

import type { HashName } from "../algorithms.ts";
import { type PublicJwk, readMembers } from "./jwk.ts";
import { isKey, type Key, materialOf } from "./key.ts";
import { thumbprintOfMembers } from "./thumbprint-digest.ts";

const URI_NAMES = { sha256: "sha-256", sha384: "sha-384", sha512: "sha-512" } as const;

/**
 * The thumbprint of a private or public key, in base64url.
 *
 * @throws JoseError `key_invalid` for a JWK without the members its `kty` requires, or with one that is
 * not canonical base64url (its thumbprint would not be unique)
 * @throws TypeError for a secret: a hash of it would be worth guessing
 * @see RFC 7638 section 3
 */
export function thumbprint(key: Key | PublicJwk, hash: HashName = "sha256"): string {
  if (!Object.hasOwn(URI_NAMES, hash)) throw new TypeError("the hash is sha256, sha384 or sha512");
  if (!isKey(key)) return thumbprintOfMembers(readMembers(key), hash);
  const { publicJwk } = materialOf(key);
  if (publicJwk === undefined) throw new TypeError("a secret has no thumbprint");
  return thumbprintOfMembers(readMembers(publicJwk), hash);
}

/**
 * The thumbprint as a URI.
 *
 * @see RFC 9278 section 3
 */
export function thumbprintUri(key: Key | PublicJwk, hash: HashName = "sha256"): string {
  const print = thumbprint(key, hash);
  return `urn:ietf:params:oauth:jwk-thumbprint:${URI_NAMES[hash]}:${print}`;
}
