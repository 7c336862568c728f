// The shapes of a JWK and the check of its members. RFC 7517, RFC 7518 section 6, RFC 8037 section 2.
// Everything is checked before node:crypto sees it, which forgives more than the RFCs allow.

import {
  type AlgorithmRow,
  type EcCurveName,
  ecCurve,
  type KeyAlgorithm,
  type OkpCurveName,
  okpCurve,
} from "../algorithms.ts";
import { decodeSegment } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import {
  MAX_KEY_ID_LENGTH,
  MAX_RSA_BITS,
  MAX_RSA_EXPONENT_BYTES,
  MAX_SECRET_BYTES,
  MIN_RSA_BITS,
} from "../limits.ts";

interface CommonMembers {
  readonly kid?: string;
  readonly alg: KeyAlgorithm;
  readonly use: "sig" | "enc";
}

/** A public RSA key. */
export interface RsaPublicJwk extends CommonMembers {
  readonly kty: "RSA";
  readonly n: string;
  readonly e: string;
}

/** A public key on a NIST curve. */
export interface EcPublicJwk extends CommonMembers {
  readonly kty: "EC";
  readonly crv: EcCurveName;
  readonly x: string;
  readonly y: string;
}

/** A public Edwards-curve key. */
export interface OkpPublicJwk extends CommonMembers {
  readonly kty: "OKP";
  readonly crv: OkpCurveName;
  readonly x: string;
}

/** A public key as JSON: nothing in it is secret. */
export type PublicJwk = RsaPublicJwk | EcPublicJwk | OkpPublicJwk;

/** A private or secret key as JSON. Whoever reads it can sign. */
export type PrivateJwk =
  | (RsaPublicJwk & {
      readonly d: string;
      readonly p: string;
      readonly q: string;
      readonly dp: string;
      readonly dq: string;
      readonly qi: string;
    })
  | (EcPublicJwk & { readonly d: string })
  | (OkpPublicJwk & { readonly d: string })
  | (CommonMembers & { readonly kty: "oct"; readonly k: string });

/** A JWK's members, known to be a plain object and nothing more. */
export type JwkMembers = { readonly [name: string]: unknown };

/** Members that only a private or secret key has. */
export const PRIVATE_MEMBERS: readonly string[] = [
  "d",
  "p",
  "q",
  "dp",
  "dq",
  "qi",
  "oth",
  "k",
  "priv",
];

/** Checked key members, named as node:crypto's JWK import wants them. */
export type CheckedJwk =
  | { readonly kind: "secret"; readonly secret: Buffer }
  | { readonly kind: "public" | "private"; readonly jwk: { readonly [name: string]: string } };

/**
 * A copy of a JWK's own members.
 *
 * @throws JoseError `key_invalid` when it is not a plain object
 */
export function readMembers(jwk: unknown): JwkMembers {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) {
    throw new JoseError("key_invalid", "a JWK is a JSON object");
  }
  // A copy without a prototype: a getter runs once, and nothing is inherited.
  return Object.assign(Object.create(null), jwk) as JwkMembers;
}

/** Whether a JWK has a member that must never be published. */
export function hasPrivateMember(members: JwkMembers): boolean {
  return PRIVATE_MEMBERS.some((name) => members[name] !== undefined);
}

/**
 * Checks the members that carry the key against the row it is bound to.
 *
 * @throws JoseError `key_invalid` or `key_not_supported`
 */
export function checkKeyMembers(members: JwkMembers, row: AlgorithmRow): CheckedJwk {
  if (members["kty"] !== row.kty) {
    throw new JoseError("key_invalid", "the key's kty does not fit its algorithm", "kty");
  }
  if (row.kty === "oct")
    return { kind: "secret", secret: checkSecret(readBytes(members, "k"), row.bytes) };
  if (members["k"] !== undefined) throw invalid("k", "k belongs to a symmetric key");
  const kind = members["d"] === undefined ? "public" : "private";
  switch (row.kty) {
    case "RSA":
      return { kind, jwk: checkRsa(members, kind) };
    case "EC":
      return { kind, jwk: checkEc(members, kind, row.crv) };
    default:
      return { kind, jwk: checkOkp(members, kind, row.crv) };
  }
}

/**
 * Checks a secret's length and that it is not one byte repeated (memory never filled in).
 *
 * @throws JoseError `key_invalid`
 * @see RFC 7518 section 3.2: "A key of the same size as the hash output or larger MUST be used"
 */
export function checkSecret(secret: Buffer, minimumBytes: number): Buffer {
  if (secret.length < minimumBytes) {
    throw invalid("k", "the secret is shorter than the algorithm's hash (RFC 7518 section 3.2)");
  }
  if (secret.length > MAX_SECRET_BYTES) throw invalid("k", "the secret is too long");
  if (secret.every((byte) => byte === secret[0]))
    throw invalid("k", "the secret is one byte repeated");
  return secret;
}

/** Checks a `kid`. */
export function checkKeyId(kid: unknown): string | undefined {
  if (kid === undefined) return undefined;
  if (typeof kid !== "string" || kid.length === 0 || kid.length > MAX_KEY_ID_LENGTH) {
    throw invalid("kid", `kid is a string of 1 to ${MAX_KEY_ID_LENGTH} characters`);
  }
  if (!kid.isWellFormed()) throw invalid("kid", "kid holds a lone surrogate");
  return kid;
}

function checkRsa(members: JwkMembers, kind: "public" | "private"): { [name: string]: string } {
  // Ignoring `oth` would compute with two of three primes (RFC 7518 section 6.3.2.7).
  if (members["oth"] !== undefined) {
    throw new JoseError(
      "key_not_supported",
      "RSA keys with more than two primes are not supported",
      "oth",
    );
  }
  const n = readInteger(members, "n");
  const e = readInteger(members, "e");
  checkRsaSize(n, e);
  const jwk: { [name: string]: string } = {
    kty: "RSA",
    n: text(members, "n"),
    e: text(members, "e"),
  };
  if (kind === "public") {
    for (const name of ["p", "q", "dp", "dq", "qi"]) {
      if (members[name] !== undefined) throw invalid(name, "a private member without d");
    }
    return jwk;
  }
  for (const name of ["d", "p", "q", "dp", "dq", "qi"]) {
    readInteger(members, name);
    jwk[name] = text(members, name);
  }
  const product = toBigInt(readInteger(members, "p")) * toBigInt(readInteger(members, "q"));
  if (product !== toBigInt(n)) throw invalid("n", "n is not the product of p and q");
  return jwk;
}

function checkRsaSize(n: Buffer, e: Buffer): void {
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
  if (bits < MIN_RSA_BITS)
    throw invalid("n", `the RSA modulus has fewer than ${MIN_RSA_BITS} bits`);
  if (bits > MAX_RSA_BITS) throw invalid("n", `the RSA modulus has more than ${MAX_RSA_BITS} bits`);
  if (((n.at(-1) ?? 0) & 1) === 0) throw invalid("n", "the RSA modulus is even");
  if (e.length > MAX_RSA_EXPONENT_BYTES) throw invalid("e", "the RSA exponent is too large");
  if (((e.at(-1) ?? 0) & 1) === 0 || (e.length === 1 && (e[0] ?? 0) < 3)) {
    throw invalid("e", "the RSA exponent must be odd and at least 3");
  }
}

function checkEc(
  members: JwkMembers,
  kind: "public" | "private",
  crv: EcCurveName,
): { [name: string]: string } {
  const { bytes } = ecCurve(crv);
  if (members["crv"] !== crv) throw invalid("crv", "the key's curve does not fit its algorithm");
  const jwk: { [name: string]: string } = { kty: "EC", crv };
  for (const name of kind === "private" ? ["x", "y", "d"] : ["x", "y"]) {
    if (readBytes(members, name).length !== bytes) {
      throw invalid(
        name,
        `${name} must have the full length of the curve (RFC 7518 section 6.2.1.2)`,
      );
    }
    jwk[name] = text(members, name);
  }
  return jwk;
}

function checkOkp(
  members: JwkMembers,
  kind: "public" | "private",
  crv: OkpCurveName,
): { [name: string]: string } {
  const { bytes } = okpCurve(crv);
  if (members["crv"] !== crv) throw invalid("crv", "the key's curve does not fit its algorithm");
  const jwk: { [name: string]: string } = { kty: "OKP", crv };
  for (const name of kind === "private" ? ["x", "d"] : ["x"]) {
    if (readBytes(members, name).length !== bytes)
      throw invalid(name, `${name} has the wrong length`);
    jwk[name] = text(members, name);
  }
  return jwk;
}

function text(members: JwkMembers, name: string): string {
  const value = members[name];
  if (typeof value !== "string") throw invalid(name, `${name} must be a string`);
  return value;
}

function readBytes(members: JwkMembers, name: string): Buffer {
  const value = text(members, name);
  // The longest legal member is a modulus; this bound keeps a hostile one from being decoded at all.
  if (value.length > MAX_SECRET_BYTES * 2) throw invalid(name, `${name} is too long`);
  try {
    return decodeSegment(value);
  } catch {
    throw invalid(name, `${name} is not canonical base64url`);
  }
}

/** Base64urlUInt: at least one octet, no leading zero octet. RFC 7518 section 2. */
function readInteger(members: JwkMembers, name: string): Buffer {
  const bytes = readBytes(members, name);
  if (bytes.length === 0 || bytes[0] === 0) {
    throw invalid(name, `${name} must be a positive integer without leading zeros`);
  }
  return bytes;
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

function invalid(member: string, message: string): JoseError {
  return new JoseError("key_invalid", message, member);
}
