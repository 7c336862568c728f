// The algorithms as one data table. A key is bound to one row when it is made and the row is handed
// on: no later code looks an algorithm up by a name from a token. `none` has no row, nor has RSA1_5.
//
// RFC 7518 sections 3.1, 4.1 and 5.1, RFC 8037, RFC 8812 (ES256K), RFC 9864 (Ed25519, Ed448),
// RFC 9964 (ML-DSA).

import type { CurveName } from "./curves.ts";
import { JoseError } from "./error.ts";

/** Signature and MAC algorithms. ML-DSA needs a runtime that has it: Node 24.7 or later. */
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
  | "ES256K"
  | "EdDSA"
  | "Ed25519"
  | "Ed448"
  | "ML-DSA-44"
  | "ML-DSA-65"
  | "ML-DSA-87";

/** Key management algorithms of JWE: what a key wraps, or agrees on, the content key with. */
export type JweKeyAlgorithm =
  | "A128KW"
  | "A192KW"
  | "A256KW"
  | "A128GCMKW"
  | "A192GCMKW"
  | "A256GCMKW"
  | "RSA-OAEP"
  | "RSA-OAEP-256"
  | "RSA-OAEP-384"
  | "RSA-OAEP-512"
  | "ECDH-ES"
  | "ECDH-ES+A128KW"
  | "ECDH-ES+A192KW"
  | "ECDH-ES+A256KW"
  | "PBES2-HS256+A128KW"
  | "PBES2-HS384+A192KW"
  | "PBES2-HS512+A256KW";

/** Content encryption algorithms of JWE. A key bound to one of them is used directly (`alg` is `dir`). */
export type JweContentAlgorithm =
  | "A128GCM"
  | "A192GCM"
  | "A256GCM"
  | "A128CBC-HS256"
  | "A192CBC-HS384"
  | "A256CBC-HS512";

/** Every algorithm that a key can be bound to. */
export type KeyAlgorithm = JwsAlgorithm | JweKeyAlgorithm | JweContentAlgorithm;

/** The hash functions used, by their names in node:crypto. */
export type HashName = "sha256" | "sha384" | "sha512";

/** A keyed hash. RFC 7518 section 3.2. */
export interface HmacRow {
  readonly name: JwsAlgorithm;
  readonly use: "sig";
  readonly kty: "oct";
  readonly family: "hmac";
  readonly hash: HashName;
  /** Bytes of the hash and of the shortest key allowed. */
  readonly bytes: number;
}

/** RSASSA-PKCS1-v1_5 or RSASSA-PSS. RFC 7518 sections 3.3 and 3.5. */
export interface RsaRow {
  readonly name: JwsAlgorithm;
  readonly use: "sig";
  readonly kty: "RSA";
  readonly family: "pkcs1" | "pss";
  readonly hash: HashName;
  /** Bytes of the hash and of the salt of PSS. */
  readonly bytes: number;
}

/** ECDSA on the one curve that the algorithm names. RFC 7518 section 3.4. */
export interface EcdsaRow {
  readonly name: JwsAlgorithm;
  readonly use: "sig";
  readonly kty: "EC";
  readonly family: "ecdsa";
  readonly hash: HashName;
  readonly curves: readonly CurveName[];
}

/** Edwards-curve signatures. RFC 8037 section 3.1. */
export interface EddsaRow {
  readonly name: JwsAlgorithm;
  readonly use: "sig";
  readonly kty: "OKP";
  readonly family: "eddsa";
  readonly curves: readonly CurveName[];
}

/** Module-lattice signatures. The private key is its seed. */
export interface MldsaRow {
  readonly name: "ML-DSA-44" | "ML-DSA-65" | "ML-DSA-87";
  readonly use: "sig";
  readonly kty: "AKP";
  readonly family: "mldsa";
  /** The name in node:crypto. */
  readonly nodeName: "ml-dsa-44" | "ml-dsa-65" | "ml-dsa-87";
  readonly publicBytes: number;
  readonly seedBytes: number;
  readonly signatureBytes: number;
}

/** A symmetric key that wraps content keys or encrypts content. RFC 7518 sections 4.4, 4.7 and 5. */
export interface SymmetricRow {
  readonly name: JweKeyAlgorithm | JweContentAlgorithm;
  readonly use: "enc";
  readonly kty: "oct";
  readonly family: "aeskw" | "aesgcmkw" | "content";
  /** Bytes of the key, exactly. */
  readonly bytes: number;
}

/** A password, PBKDF2 and AES Key Wrap. RFC 7518 section 4.8. */
export interface PasswordRow {
  readonly name: JweKeyAlgorithm;
  readonly use: "enc";
  readonly kty: "oct";
  readonly family: "pbes2";
  readonly hash: HashName;
  /** Bytes of the shortest password allowed. */
  readonly bytes: number;
  /** Bytes of the key derived. */
  readonly wrapBytes: number;
}

/** RSAES-OAEP. RFC 7518 section 4.3. */
export interface OaepRow {
  readonly name: JweKeyAlgorithm;
  readonly use: "enc";
  readonly kty: "RSA";
  readonly family: "oaep";
  readonly hash: HashName | "sha1";
}

/** ECDH-ES. RFC 7518 section 4.6, RFC 8037 section 3.2. The key's own `kty` follows from its curve. */
export interface EcdhRow {
  readonly name: JweKeyAlgorithm;
  readonly use: "enc";
  readonly kty: "EC" | "OKP";
  readonly family: "ecdh";
  readonly curves: readonly CurveName[];
}

/** A row for signatures. */
export type SignatureRow = HmacRow | RsaRow | EcdsaRow | EddsaRow | MldsaRow;

/** One row of the table. */
export type AlgorithmRow = SignatureRow | SymmetricRow | PasswordRow | OaepRow | EcdhRow;

const hmac = (name: JwsAlgorithm, hash: HashName, bytes: number): HmacRow =>
  Object.freeze({ name, use: "sig", kty: "oct", family: "hmac", hash, bytes });
const rsa = (name: JwsAlgorithm, family: "pkcs1" | "pss", hash: HashName, bytes: number): RsaRow =>
  Object.freeze({ name, use: "sig", kty: "RSA", family, hash, bytes });
const ecdsa = (name: JwsAlgorithm, hash: HashName, curve: CurveName): EcdsaRow =>
  Object.freeze({ name, use: "sig", kty: "EC", family: "ecdsa", hash, curves: [curve] });
const eddsa = (name: JwsAlgorithm, curves: readonly CurveName[]): EddsaRow =>
  Object.freeze({ name, use: "sig", kty: "OKP", family: "eddsa", curves });
const mldsa = (level: "44" | "65" | "87", publicBytes: number, signatureBytes: number): MldsaRow =>
  Object.freeze({
    name: `ML-DSA-${level}`,
    use: "sig",
    kty: "AKP",
    family: "mldsa",
    nodeName: `ml-dsa-${level}`,
    publicBytes,
    seedBytes: 32,
    signatureBytes,
  });
const symmetric = (
  name: SymmetricRow["name"],
  family: SymmetricRow["family"],
  bytes: number,
): SymmetricRow => Object.freeze({ name, use: "enc", kty: "oct", family, bytes });
const password = (name: JweKeyAlgorithm, hash: HashName, wrapBytes: number): PasswordRow =>
  Object.freeze({ name, use: "enc", kty: "oct", family: "pbes2", hash, bytes: 8, wrapBytes });
const oaep = (name: JweKeyAlgorithm, hash: OaepRow["hash"]): OaepRow =>
  Object.freeze({ name, use: "enc", kty: "RSA", family: "oaep", hash });
const AGREEMENT: readonly CurveName[] = ["P-256", "P-384", "P-521", "X25519", "X448"];
const ecdh = (name: JweKeyAlgorithm): EcdhRow =>
  Object.freeze({ name, use: "enc", kty: "EC", family: "ecdh", curves: AGREEMENT });

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
  ecdsa("ES256K", "sha256", "secp256k1"),
  // RFC 8037: the key's curve decides. RFC 9864 gives each curve a name of its own. A key made for one
  // name does not verify the other: the header must say what the key says.
  eddsa("EdDSA", ["Ed25519", "Ed448"]),
  eddsa("Ed25519", ["Ed25519"]),
  eddsa("Ed448", ["Ed448"]),
  mldsa("44", 1312, 2420),
  mldsa("65", 1952, 3309),
  mldsa("87", 2592, 4627),
  symmetric("A128KW", "aeskw", 16),
  symmetric("A192KW", "aeskw", 24),
  symmetric("A256KW", "aeskw", 32),
  symmetric("A128GCMKW", "aesgcmkw", 16),
  symmetric("A192GCMKW", "aesgcmkw", 24),
  symmetric("A256GCMKW", "aesgcmkw", 32),
  symmetric("A128GCM", "content", 16),
  symmetric("A192GCM", "content", 24),
  symmetric("A256GCM", "content", 32),
  symmetric("A128CBC-HS256", "content", 32),
  symmetric("A192CBC-HS384", "content", 48),
  symmetric("A256CBC-HS512", "content", 64),
  oaep("RSA-OAEP", "sha1"),
  oaep("RSA-OAEP-256", "sha256"),
  oaep("RSA-OAEP-384", "sha384"),
  oaep("RSA-OAEP-512", "sha512"),
  ecdh("ECDH-ES"),
  ecdh("ECDH-ES+A128KW"),
  ecdh("ECDH-ES+A192KW"),
  ecdh("ECDH-ES+A256KW"),
  password("PBES2-HS256+A128KW", "sha256", 16),
  password("PBES2-HS384+A192KW", "sha384", 24),
  password("PBES2-HS512+A256KW", "sha512", 32),
];

// A Map and not an object: `alg: "constructor"` must find nothing (attack A4).
const ROWS: ReadonlyMap<string, AlgorithmRow> = new Map(TABLE.map((row) => [row.name, row]));

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

/** The rows, for what has to look at all of them. */
export function algorithmRows(): readonly AlgorithmRow[] {
  return TABLE;
}
