// The check of the members that carry a key, by kind of key. Everything is checked before node:crypto
// sees it, which forgives more than the RFCs allow. RFC 7518 section 6, RFC 8037 section 2, RFC 9964.

import type { AlgorithmRow, MldsaRow } from "../algorithms.ts";
import { type Curve, findCurve } from "../curves.ts";
import { decodeSegment } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import { MAX_JWK_MEMBER_LENGTH, MAX_SECRET_BYTES } from "../limits.ts";
import { checkRsaPrivate, checkRsaPublic, RSA_PRIVATE_MEMBERS } from "./check-rsa.ts";
import { isStrongPoint } from "./edwards-point.ts";
import { isGuessable } from "./guessable.ts";
import type { JwkMembers } from "./jwk.ts";

/** Checked members: a secret's bytes, or the members of a pair as node:crypto's JWK import wants them. */
export type CheckedKey =
  | { readonly kind: "secret"; readonly secret: Buffer }
  | {
      readonly kind: "public" | "private";
      readonly open: { readonly [name: string]: string };
      readonly hidden: { readonly [name: string]: string };
      readonly curve: Curve | undefined;
    };

/**
 * Checks the members that carry the key against the row it is bound to.
 *
 * @throws JoseError `key_invalid` or `key_not_supported`
 */
export function checkKeyMembers(members: JwkMembers, row: AlgorithmRow): CheckedKey {
  const { kty } = members;
  if (row.kty === "oct") {
    if (kty !== "oct") throw wrongType();
    return { kind: "secret", secret: checkSecret(readBytes(members, "k"), row) };
  }
  if (members["k"] !== undefined) throw invalid("k", "k belongs to a symmetric key");
  if ("curves" in row) return checkOnCurve(members, row.curves);
  if (kty !== row.kty) throw wrongType();
  return row.kty === "RSA" ? checkRsa(members) : checkAkp(members, row);
}

/**
 * Checks a secret: long enough for a MAC, exact for a cipher, and not one byte repeated (memory that was
 * never filled in).
 *
 * @throws JoseError `key_invalid`
 * @see RFC 7518 section 3.2: "A key of the same size as the hash output or larger MUST be used"
 */
export function checkSecret(secret: Buffer, row: AlgorithmRow & { readonly kty: "oct" }): Buffer {
  if (row.family === "hmac" && secret.length < row.bytes) {
    throw invalid("k", "the secret is shorter than the algorithm's hash (RFC 7518 section 3.2)");
  }
  if (row.family === "pbes2" && secret.length < row.bytes) {
    throw invalid("k", "the password is too short");
  }
  if (row.family !== "hmac" && row.family !== "pbes2" && secret.length !== row.bytes) {
    throw invalid("k", "the key does not have the length of its algorithm");
  }
  if (secret.length > MAX_SECRET_BYTES) throw invalid("k", "the secret is too long");
  if (secret.every((byte) => byte === secret[0])) {
    throw invalid("k", "the secret is one byte repeated");
  }
  // Keys of ciphers and passwords have rules of their own, and published tests count from 0.
  if (row.family === "hmac" && isGuessable(secret)) {
    throw invalid("k", "the secret is a pattern or an example from print");
  }
  return secret;
}

function checkRsa(members: JwkMembers): CheckedKey {
  // Ignoring `oth` would compute with two of three primes (RFC 7518 section 6.3.2.7).
  if (members["oth"] !== undefined) {
    throw new JoseError(
      "key_not_supported",
      "RSA with more than two primes is not supported",
      "oth",
    );
  }
  const read = (name: string): Buffer => readInteger(members, name);
  checkRsaPublic(read("n"), read("e"));
  const open = { kty: "RSA", n: text(members, "n"), e: text(members, "e") };
  if (members["d"] === undefined) {
    for (const name of RSA_PRIVATE_MEMBERS) {
      if (members[name] !== undefined) throw invalid(name, "a private member without d");
    }
    return { kind: "public", open, hidden: {}, curve: undefined };
  }
  checkRsaPrivate(read);
  const hidden = Object.fromEntries(RSA_PRIVATE_MEMBERS.map((name) => [name, text(members, name)]));
  return { kind: "private", open, hidden, curve: undefined };
}

function checkOnCurve(members: JwkMembers, curves: readonly string[]): CheckedKey {
  const curve = findCurve(members["crv"]);
  if (curve === undefined || !curves.includes(curve.crv)) {
    throw invalid("crv", "the key's curve does not fit its algorithm");
  }
  if (members["kty"] !== curve.kty) throw wrongType();
  const open: { [name: string]: string } = { kty: curve.kty, crv: curve.crv };
  for (const name of curve.kty === "EC" ? ["x", "y"] : ["x"]) {
    // RFC 7518 section 6.2.1.2: the full length of a coordinate, zeros in front included.
    open[name] = readExact(members, name, curve.bytes);
  }
  if (curve.kty === "OKP" && curve.signatureBytes > 0) {
    if (!isStrongPoint(curve, readBytes(members, "x"))) {
      throw invalid("x", "the point is not canonical or has a small order");
    }
  }
  if (members["d"] === undefined) return { kind: "public", open, hidden: {}, curve };
  const hidden = { d: readExact(members, "d", curve.bytes) };
  return { kind: "private", open, hidden, curve };
}

function checkAkp(members: JwkMembers, row: AlgorithmRow): CheckedKey {
  const { name, publicBytes, seedBytes } = row as MldsaRow;
  // In this kind of key `alg` is part of the key and enters the thumbprint.
  if (members["alg"] !== name) throw invalid("alg", "an AKP key names its algorithm");
  const open = { kty: "AKP", alg: name, pub: readExact(members, "pub", publicBytes) };
  if (members["priv"] === undefined) return { kind: "public", open, hidden: {}, curve: undefined };
  const hidden = { priv: readExact(members, "priv", seedBytes) };
  return { kind: "private", open, hidden, curve: undefined };
}

function text(members: JwkMembers, name: string): string {
  const value = members[name];
  if (typeof value !== "string") throw invalid(name, `${name} must be a string`);
  return value;
}

function readBytes(members: JwkMembers, name: string): Buffer {
  const value = text(members, name);
  if (value.length > MAX_JWK_MEMBER_LENGTH) throw invalid(name, `${name} is too long`);
  try {
    return decodeSegment(value);
  } catch {
    throw invalid(name, `${name} is not canonical base64url`);
  }
}

function readExact(members: JwkMembers, name: string, bytes: number): string {
  if (readBytes(members, name).length !== bytes)
    throw invalid(name, `${name} has the wrong length`);
  return text(members, name);
}

/** Base64urlUInt: at least one octet, no leading zero octet. RFC 7518 section 2. */
function readInteger(members: JwkMembers, name: string): Buffer {
  const bytes = readBytes(members, name);
  if (bytes.length === 0 || bytes[0] === 0) {
    throw invalid(name, `${name} must be a positive integer without leading zeros`);
  }
  return bytes;
}

function wrongType(): JoseError {
  return invalid("kty", "the key's kty does not fit its algorithm");
}

function invalid(member: string, message: string): JoseError {
  return new JoseError("key_invalid", message, member);
}
