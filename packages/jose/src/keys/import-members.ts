// From a JWK's members and the algorithm agreed on to a key. Where importJwk and importJwkSet meet.
// RFC 7517 section 4.

import { type KeyAlgorithm, resolveAlgorithm } from "../algorithms.ts";
import { JoseError } from "../error.ts";
import { buildKey, type Permissions } from "./build.ts";
import { checkKeyMembers } from "./check-members.ts";
import { checkKeyId, type JwkMembers } from "./jwk.ts";
import type { Key } from "./key.ts";

/**
 * Makes a key of members already read and an algorithm already agreed.
 *
 * @throws JoseError `key_invalid`, `key_not_supported`
 */
export function importMembers(members: JwkMembers, alg: KeyAlgorithm, kid?: string): Key {
  const row = resolveAlgorithm(alg);
  const checked = checkKeyMembers(members, row);
  const permissions = checkUse(members, row.use, checked.kind);
  return buildKey(checked, row, kid ?? checkKeyId(members["kid"]), permissions);
}

const OPERATIONS = {
  sig: { public: ["verify"], private: ["sign"], secret: ["sign", "verify"] },
  enc: {
    public: ["encrypt", "wrapKey", "deriveKey", "deriveBits"],
    private: ["decrypt", "unwrapKey", "deriveKey", "deriveBits"],
    secret: ["encrypt", "decrypt", "wrapKey", "unwrapKey"],
  },
} as const;

const KNOWN: ReadonlySet<string> = new Set([
  "sign",
  "verify",
  "encrypt",
  "decrypt",
  "wrapKey",
  "unwrapKey",
  "deriveKey",
  "deriveBits",
]);

/** Checks `use` and `key_ops` against what the key is for. RFC 7517 sections 4.2 and 4.3. */
function checkUse(
  members: JwkMembers,
  use: "sig" | "enc",
  kind: "public" | "private" | "secret",
): Permissions {
  const own = members["use"];
  if (own !== undefined && own !== use) {
    throw new JoseError("key_invalid", "the key's use does not fit its algorithm", "use");
  }
  const operations = members["key_ops"];
  if (operations === undefined) return { canSign: true, canVerify: true };
  if (!Array.isArray(operations) || new Set(operations).size !== operations.length) {
    throw new JoseError("key_invalid", "key_ops is a list without duplicates", "key_ops");
  }
  const allowed: readonly string[] = OPERATIONS[use][kind];
  const fits = operations.filter((name) => allowed.includes(name));
  if (fits.length === 0) {
    throw new JoseError("key_invalid", "key_ops does not allow what the key is for", "key_ops");
  }
  // "use" and "key_ops" together must agree: no encryption operation beside use "sig".
  const others = [...OPERATIONS[use].secret, ...OPERATIONS[use].private, ...OPERATIONS[use].public];
  const isForeign = (name: unknown): boolean =>
    typeof name !== "string" || (KNOWN.has(name) && !(others as readonly string[]).includes(name));
  if (operations.some(isForeign)) {
    throw new JoseError(
      "key_invalid",
      "key_ops does not agree with the key's algorithm",
      "key_ops",
    );
  }
  if (kind !== "secret") return { canSign: true, canVerify: true };
  if (use === "enc") {
    // For a key that encrypts, making a message counts as signing and reading one as verifying.
    return {
      canSign: fits.some((name) => name === "encrypt" || name === "wrapKey"),
      canVerify: fits.some((name) => name === "decrypt" || name === "unwrapKey"),
    };
  }
  return { canSign: fits.includes("sign"), canVerify: fits.includes("verify") };
}
