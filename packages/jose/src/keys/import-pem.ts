// A key from PEM text: SPKI, PKCS#8, PKCS#1, SEC 1 or an X.509 certificate. It becomes a JWK first and
// takes the same checks as one.

import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { type KeyAlgorithm, resolveAlgorithm } from "../algorithms.ts";
import { JoseError } from "../error.ts";
import { MAX_PEM_LENGTH } from "../limits.ts";
import { buildKey } from "./build.ts";
import { checkKeyMembers } from "./check-members.ts";
import { readMembers } from "./jwk.ts";
import type { Key } from "./key.ts";

/** How a PEM text is imported. */
export interface ImportPemOptions {
  /** The algorithm to bind the key to. */
  readonly alg: KeyAlgorithm;
  readonly kid?: string;
}

const ONE_BLOCK =
  /^-----BEGIN ([A-Z0-9 ]{1,32})-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END ([A-Z0-9 ]{1,32})-----$/;

const LOADERS: ReadonlyMap<string, (pem: string) => KeyObject> = new Map<
  string,
  (pem: string) => KeyObject
>([
  ["PUBLIC KEY", (pem) => createPublicKey(pem)],
  ["RSA PUBLIC KEY", (pem) => createPublicKey(pem)],
  ["CERTIFICATE", (pem) => new X509Certificate(pem).publicKey],
  ["PRIVATE KEY", (pem) => createPrivateKey(pem)],
  ["RSA PRIVATE KEY", (pem) => createPrivateKey(pem)],
  ["EC PRIVATE KEY", (pem) => createPrivateKey(pem)],
]);

/**
 * Imports one PEM block: `PUBLIC KEY`, `RSA PUBLIC KEY`, `CERTIFICATE`, `PRIVATE KEY`,
 * `RSA PRIVATE KEY` or `EC PRIVATE KEY`. A certificate gives its key only: neither its dates nor its
 * issuer are checked.
 *
 * @throws JoseError `key_invalid`, `key_not_supported`, `algorithm_not_supported`
 * @see RFC 7468
 */
export function importPem(pem: string, options: ImportPemOptions): Key {
  const row = resolveAlgorithm(options.alg);
  const handle = loadPem(pem);
  let jwk: unknown;
  try {
    jwk = handle.export({ format: "jwk" });
  } catch {
    // rsa-pss keys, DSA keys and unnamed curves end here.
    throw new JoseError("key_not_supported", "the PEM holds a key of an unsupported type");
  }
  return buildKey(checkKeyMembers(readMembers(jwk), row), row, options.kid);
}

function loadPem(pem: string): KeyObject {
  if (typeof pem !== "string") throw new TypeError("importPem takes PEM text");
  if (pem.length > MAX_PEM_LENGTH) throw new JoseError("key_invalid", "the PEM text is too long");
  const text = pem.trim();
  const block = ONE_BLOCK.exec(text);
  const load = block !== null && block[1] === block[3] ? LOADERS.get(block[1] ?? "") : undefined;
  if (load === undefined)
    throw new JoseError("key_invalid", "not one PEM block of a supported kind");
  try {
    return load(text);
  } catch {
    throw new JoseError("key_invalid", "the PEM block does not hold a key");
  }
}
