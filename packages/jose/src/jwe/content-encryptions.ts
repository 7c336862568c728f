// The content encryptions as data: which cipher, and the exact length of key, IV and tag. Nothing in this
// folder takes a length from a token. RFC 7518 sections 5.1 to 5.3.

import type { HashName, JweContentAlgorithm } from "../algorithms.ts";

/** AES-GCM. RFC 7518 section 5.3. */
export interface GcmRow {
  readonly name: JweContentAlgorithm;
  readonly family: "gcm";
  /** Its name in node:crypto. */
  readonly cipher: "aes-128-gcm" | "aes-192-gcm" | "aes-256-gcm";
  readonly keyBytes: number;
  readonly ivBytes: 12;
  readonly tagBytes: 16;
}

/** AES-CBC with HMAC. RFC 7518 section 5.2. */
export interface CbcRow {
  readonly name: JweContentAlgorithm;
  readonly family: "cbc";
  /** Its name in node:crypto. */
  readonly cipher: "aes-128-cbc" | "aes-192-cbc" | "aes-256-cbc";
  readonly hash: HashName;
  /** Bytes of the whole key: the first half is for the MAC, the second for the cipher. */
  readonly keyBytes: number;
  readonly ivBytes: 16;
  /** Bytes of the tag: the first half of the MAC. */
  readonly tagBytes: number;
}

/** One row of the table. */
export type ContentRow = GcmRow | CbcRow;

const gcm = (name: JweContentAlgorithm, cipher: GcmRow["cipher"], keyBytes: number): GcmRow =>
  Object.freeze({ name, family: "gcm", cipher, keyBytes, ivBytes: 12, tagBytes: 16 });
const cbc = (
  name: JweContentAlgorithm,
  cipher: CbcRow["cipher"],
  hash: HashName,
  half: number,
): CbcRow =>
  Object.freeze({
    name,
    family: "cbc",
    cipher,
    hash,
    keyBytes: half * 2,
    ivBytes: 16,
    tagBytes: half,
  });

const TABLE: readonly ContentRow[] = [
  gcm("A128GCM", "aes-128-gcm", 16),
  gcm("A192GCM", "aes-192-gcm", 24),
  gcm("A256GCM", "aes-256-gcm", 32),
  cbc("A128CBC-HS256", "aes-128-cbc", "sha256", 16),
  cbc("A192CBC-HS384", "aes-192-cbc", "sha384", 24),
  cbc("A256CBC-HS512", "aes-256-cbc", "sha512", 32),
];

// A Map and not an object: `enc: "constructor"` must find nothing (attack A4).
const ROWS: ReadonlyMap<unknown, ContentRow> = new Map(TABLE.map((row) => [row.name, row]));

/** The row of an `enc`; undefined for any other value. */
export function findContentRow(name: unknown): ContentRow | undefined {
  return ROWS.get(name);
}

/** The values of `enc` that are implemented, which is also what a decrypter allows by default. */
export function listContentEncryptions(): readonly JweContentAlgorithm[] {
  return TABLE.map((row) => row.name);
}
