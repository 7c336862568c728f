// The algorithms as one data table. A key is bound to one row when it is made and the row is handed
// on: no later code looks an algorithm up by a name from a token. `none` has no row.
//
// RFC 7518 section 3.1, RFC 8037 section 3.1. Key management for JWE adds rows with use "enc".

import { JoseError } from "./error.ts";

/** Signature and MAC algorithms. */
export type JwsAlgorithm =
  | "HS256"
  | "HS384"
  | "HS512"
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA";

/** Every algorithm that a key can be bound to. */
export type KeyAlgorithm = JwsAlgorithm;

/** The hash functions used, by their names in node:crypto. */
export type HashName = "sha256" | "sha384" | "sha512";

interface AnyRow {
  readonly name: KeyAlgorithm;
  readonly use: "sig" | "enc";
}

/** A keyed hash: RFC 7518 section 3.2. */
export interface HmacRow extends AnyRow {
  readonly use: "sig";
  readonly kty: "oct";
  readonly family: "hmac";
  readonly hash: HashName;
  /** Bytes of the hash, which is also the shortest key allowed. */
  readonly bytes: number;
}

/** RSASSA-PKCS1-v1_5 or RSASSA-PSS: RFC 7518 sections 3.3 and 3.5. */
export interface RsaRow extends AnyRow {
  readonly use: "sig";
  readonly kty: "RSA";
  readonly family: "pkcs1" | "pss";
  readonly hash: HashName;
  /** Bytes of the hash, which is also the salt length of PSS. */
  readonly bytes: number;
}

/** ECDSA on the one curve that the algorithm names: RFC 7518 section 3.4. */
export interface EcdsaRow extends AnyRow {
  readonly use: "sig";
  readonly kty: "EC";
  readonly family: "ecdsa";
  readonly hash: HashName;
  readonly crv: EcCurveName;
}

/** Edwards-curve signatures: RFC 8037 section 3.1. */
export interface EddsaRow extends AnyRow {
  readonly use: "sig";
  readonly kty: "OKP";
  readonly family: "eddsa";
  readonly crv: OkpCurveName;
}

/** One row of the table. */
export type AlgorithmRow = HmacRow | RsaRow | EcdsaRow | EddsaRow;

/** The curves of `kty` EC. */
export type EcCurveName = "P-256" | "P-384" | "P-521";

/** The curves of `kty` OKP. */
export type OkpCurveName = "Ed25519";

/** An elliptic curve of `kty` EC. */
export interface EcCurve {
  readonly crv: EcCurveName;
  /** Its name in node:crypto. */
  readonly nodeName: string;
  /** Bytes of a coordinate, and of each half of a signature. */
  readonly bytes: number;
  /** The order of the group, big-endian, in `bytes` bytes. */
  readonly order: Uint8Array;
}

/** A curve of `kty` OKP. */
export interface OkpCurve {
  readonly crv: OkpCurveName;
  /** Its `asymmetricKeyType` in node:crypto. */
  readonly nodeName: "ed25519";
  /** Bytes of `x` and of `d`. */
  readonly bytes: number;
  /** Bytes of a signature. */
  readonly signatureBytes: number;
}

const hmac = (name: JwsAlgorithm, hash: HashName, bytes: number): HmacRow =>
  Object.freeze({ name, use: "sig", kty: "oct", family: "hmac", hash, bytes });
const rsa = (name: JwsAlgorithm, family: "pkcs1" | "pss", hash: HashName, bytes: number): RsaRow =>
  Object.freeze({ name, use: "sig", kty: "RSA", family, hash, bytes });
const ecdsa = (name: JwsAlgorithm, hash: HashName, crv: EcCurveName): EcdsaRow =>
  Object.freeze({ name, use: "sig", kty: "EC", family: "ecdsa", hash, crv });
const eddsa = (name: JwsAlgorithm, crv: OkpCurveName): EddsaRow =>
  Object.freeze({ name, use: "sig", kty: "OKP", family: "eddsa", crv });

const TABLE: readonly AlgorithmRow[] = [
  hmac("HS256", "sha256", 32),
  hmac("HS384", "sha384", 48),
  hmac("HS512", "sha512", 64),
  rsa("RS256", "pkcs1", "sha256", 32),
  rsa("RS384", "pkcs1", "sha384", 48),
  rsa("RS512", "pkcs1", "sha512", 64),
  rsa("PS256", "pss", "sha256", 32),
  rsa("PS384", "pss", "sha384", 48),
  rsa("PS512", "pss", "sha512", 64),
  ecdsa("ES256", "sha256", "P-256"),
  ecdsa("ES384", "sha384", "P-384"),
  ecdsa("ES512", "sha512", "P-521"),
  eddsa("EdDSA", "Ed25519"),
];

// A Map and not an object: `alg: "constructor"` must find nothing (attack A4).
const ROWS: ReadonlyMap<string, AlgorithmRow> = new Map(TABLE.map((row) => [row.name, row]));

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

const EC_CURVES: ReadonlyMap<EcCurveName, EcCurve> = new Map(
  (
    [
      {
        crv: "P-256",
        nodeName: "prime256v1",
        bytes: 32,
        order: hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
      },
      {
        crv: "P-384",
        nodeName: "secp384r1",
        bytes: 48,
        order: hex(
          "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        ),
      },
      {
        crv: "P-521",
        nodeName: "secp521r1",
        bytes: 66,
        order: hex(
          `01${"f".repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
        ),
      },
    ] satisfies EcCurve[]
  ).map((curve) => [curve.crv, curve]),
);

const OKP_CURVES: ReadonlyMap<OkpCurveName, OkpCurve> = new Map([
  ["Ed25519", { crv: "Ed25519", nodeName: "ed25519", bytes: 32, signatureBytes: 64 }],
]);

/**
 * The row of an algorithm's name.
 *
 * @throws JoseError `algorithm_not_supported`
 */
export function resolveAlgorithm(name: unknown): AlgorithmRow {
  const row = typeof name === "string" ? ROWS.get(name) : undefined;
  if (row === undefined) {
    throw new JoseError("algorithm_not_supported", "the algorithm is not supported", "alg");
  }
  return row;
}

/** The names of all algorithms a key can be bound to. */
export function listAlgorithms(): readonly KeyAlgorithm[] {
  return TABLE.map((row) => row.name);
}

/** The rows that fit a JWK's `kty` and, where there is one, `crv`. */
export function algorithmsOf(kty: string, crv: string | undefined): readonly AlgorithmRow[] {
  return TABLE.filter((row) => row.kty === kty && (!("crv" in row) || row.crv === crv));
}

/** The curve of a row's `crv`. */
export function ecCurve(crv: EcCurveName): EcCurve {
  return found(EC_CURVES.get(crv));
}

/** The curve of a row's `crv`. */
export function okpCurve(crv: OkpCurveName): OkpCurve {
  return found(OKP_CURVES.get(crv));
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("no such curve");
  return value;
}
