// New keys. Asynchronous, so that finding primes does not stop the event loop (attack J7).

import type { Buffer } from "node:buffer";
import { generateKeyPair, type KeyObject, randomBytes } from "node:crypto";
import { type AlgorithmRow, type KeyAlgorithm, resolveAlgorithm } from "../algorithms.ts";
import { type CurveName, curveOf } from "../curves.ts";
import { MAX_RSA_BITS, MIN_RSA_BITS } from "../limits.ts";
import { isAvailable, notAvailable } from "./available.ts";
import { buildKey } from "./build.ts";
import { checkKeyMembers } from "./check-members.ts";
import { readMembers } from "./jwk.ts";
import type { Key } from "./key.ts";
import { thumbprintOfMembers } from "./thumbprint-digest.ts";

/** How a key is generated. */
export interface GenerateKeyOptions {
  /** The key's id. Default: the RFC 7638 thumbprint; none for secrets. */
  readonly kid?: string;
  /** RSA modulus length, in bits. Default 2048. */
  readonly modulusLength?: number;
  /** The curve, for the algorithms that allow several. Default: `Ed25519` for EdDSA, `P-256` for ECDH-ES. */
  readonly crv?: CurveName;
}

/**
 * Generates a private or secret key.
 *
 * @throws JoseError `algorithm_not_supported`
 * @throws TypeError for a modulus length out of 2048 to 16384
 * @example
 * ```ts
 * const key = await generateKey("ES256");
 * ```
 */
export async function generateKey(
  alg: KeyAlgorithm,
  options: GenerateKeyOptions = {},
): Promise<Key> {
  const row = resolveAlgorithm(alg);
  if (row.kty === "oct") {
    // Nobody types a generated password, so it need not be short.
    const secret = await randomSecret(row.family === "pbes2" ? 32 : row.bytes);
    return buildKey({ kind: "secret", secret }, row, options.kid);
  }
  const members = readMembers((await generatePair(row, options)).export({ format: "jwk" }));
  const kid = options.kid ?? thumbprintOfMembers(members, "sha256");
  return buildKey(checkKeyMembers(members, row), row, kid);
}

function randomSecret(bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    randomBytes(bytes, (error, secret) => (error === null ? resolve(secret) : reject(error)));
  });
}

type PairRow = Exclude<AlgorithmRow, { kty: "oct" }>;

function generatePair(row: PairRow, options: GenerateKeyOptions): Promise<KeyObject> {
  const modulusLength = options.modulusLength ?? MIN_RSA_BITS;
  if (
    !Number.isInteger(modulusLength) ||
    modulusLength < MIN_RSA_BITS ||
    modulusLength > MAX_RSA_BITS
  ) {
    throw new TypeError(`modulusLength is a whole number from ${MIN_RSA_BITS} to ${MAX_RSA_BITS}`);
  }
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _publicKey: KeyObject, privateKey: KeyObject): void =>
      error === null
        ? resolve(privateKey)
        : // Bun reports a curve that it lacks here and not when called.
          reject(notAvailable());
    try {
      startPair(row, modulusLength, options.crv, done);
    } catch (error) {
      reject(error instanceof TypeError && isAvailable(row) ? error : notAvailable());
    }
  });
}

type Done = (error: Error | null, publicKey: KeyObject, privateKey: KeyObject) => void;

function startPair(
  row: PairRow,
  modulusLength: number,
  wanted: CurveName | undefined,
  done: Done,
): void {
  if (row.kty === "RSA") {
    generateKeyPair("rsa", { modulusLength, publicExponent: 0x10001 }, done);
    return;
  }
  if (row.kty === "AKP") {
    generateKeyPair(row.nodeName, {}, done);
    return;
  }
  const [crv = "P-256"] = row.curves;
  const curve = curveOf(wanted ?? crv);
  if (!row.curves.includes(curve.crv)) throw new TypeError("crv does not fit the algorithm");
  if (curve.kty === "EC") generateKeyPair("ec", { namedCurve: curve.nodeName }, done);
  // The overloads name each type; this is one of them.
  else generateKeyPair(curve.nodeName as "ed25519", {}, done);
}
