// The hash of a JWK's required members. RFC 7638 section 3.

import { createHash } from "node:crypto";
import type { HashName } from "../algorithms.ts";
import { decodeSegment } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import type { JwkMembers } from "./jwk.ts";

// RFC 7638 section 3.2, RFC 8037 section 2: the required members, in lexicographic order.
const MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["RSA", ["e", "kty", "n"]],
  ["EC", ["crv", "kty", "x", "y"]],
  ["OKP", ["crv", "kty", "x"]],
  ["AKP", ["alg", "kty", "pub"]],
]);

/** `thumbprint` for members already read. */
export function thumbprintOfMembers(members: JwkMembers, hash: HashName): string {
  const names = MEMBERS.get(members["kty"]);
  if (names === undefined)
    throw new JoseError("key_not_supported", "no thumbprint for this kty", "kty");
  const parts = names.map((name) => {
    const value = members[name];
    if (typeof value !== "string")
      throw new JoseError("key_invalid", "a required member is missing", name);
    if (name !== "kty" && name !== "crv" && name !== "alg") decodeSegment(value);
    return `"${name}":${JSON.stringify(value)}`;
  });
  return createHash(hash)
    .update(`{${parts.join(",")}}`)
    .digest("base64url");
}
