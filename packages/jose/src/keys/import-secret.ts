// A symmetric key from bytes. Never from a string: a string may be a public key, a path or a password
// (attacks A2, B3, B8), bytes in a shape that public keys have are refused too.

import type { Buffer } from "node:buffer";
import { createPublicKey, X509Certificate } from "node:crypto";
import { type KeyAlgorithm, resolveAlgorithm } from "../algorithms.ts";
import { asBuffer } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import { buildKey } from "./build.ts";
import { checkSecret } from "./check-members.ts";
import type { Key } from "./key.ts";

/** How secret bytes are imported. */
export interface ImportSecretOptions {
  /** The algorithm to bind the key to. */
  readonly alg: KeyAlgorithm;
  readonly kid?: string;
}

/**
 * Imports secret bytes for an HMAC or symmetric encryption algorithm.
 *
 * @param secret - random bytes, for HMAC at least as many as the hash has (32, 48, 64), for a cipher exactly as
 * many as it takes. Copied.
 * @throws JoseError `key_invalid` when too short, one byte repeated, or the bytes of a public key
 * @throws TypeError when it is not a Uint8Array
 * @see RFC 7518 section 3.2, RFC 8725 section 3.5
 * @example
 * ```ts
 * const key = importSecret(randomBytes(32), { alg: "HS256" });
 * ```
 */
export function importSecret(secret: Uint8Array, options: ImportSecretOptions): Key {
  if (!(secret instanceof Uint8Array))
    throw new TypeError("importSecret takes bytes (a Uint8Array)");
  const row = resolveAlgorithm(options.alg);
  if (row.kty !== "oct") {
    throw new JoseError("key_invalid", "the algorithm does not take a secret", "alg");
  }
  const bytes = asBuffer(secret);
  checkSecret(bytes, row);
  if (isPublicMaterial(bytes)) {
    throw new JoseError("key_invalid", "these are the bytes of a key file, not a secret");
  }
  return buildKey({ kind: "secret", secret: bytes }, row, options.kid);
}

/**
 * Whether bytes have a shape that published keys have. A second line of defence: the first is that a
 * key object has a type, so the bytes of a public key only get here by the caller's own hand.
 */
function isPublicMaterial(bytes: Buffer): boolean {
  const text = bytes.toString("latin1");
  if (/-{4,5} ?BEGIN /.test(text) || /(?:ssh-|ecdsa-sha2-|sk-ssh-)[a-z0-9@.-]* ?AAAA/.test(text))
    return true;
  if (/"(?:kty|keys)"\s*:/.test(text)) return true;
  // DER starts with SEQUENCE; a random secret does so once in 256 and then fails to parse.
  if (bytes[0] !== 0x30) return false;
  return (
    canParse(() => createPublicKey({ key: bytes, format: "der", type: "spki" })) ||
    canParse(() => createPublicKey({ key: bytes, format: "der", type: "pkcs1" })) ||
    canParse(() => new X509Certificate(bytes))
  );
}

function canParse(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
