// A content key wrapped with a password: PBKDF2, then AES Key Wrap. A sender chooses the number of
// iterations, so it is bounded before the first of them (attack D6, CVE-2022-36083). Only keys bound to a
// PBES2 algorithm by name ever get here. RFC 7518 section 4.8.

import { Buffer } from "node:buffer";
import { pbkdf2Sync, randomBytes } from "node:crypto";
import type { PasswordRow } from "../../algorithms.ts";
import { JoseError } from "../../error.ts";
import { MAX_PBES2_SALT_BYTES, MIN_PBES2_COUNT, MIN_PBES2_SALT_BYTES } from "../../limits.ts";
import { unwrapWithAes, wrapWithAes } from "./aes-key-wrap.ts";
import { type JweHeader, readBinary } from "../header.ts";
import type { WrappedKey } from "./manage-key.ts";

const SALT_BYTES = 16;

/** Wraps a content key. The count has been checked. */
export function wrapWithPassword(
  row: PasswordRow,
  password: Buffer,
  key: Buffer,
  count: number,
): WrappedKey {
  const salt = randomBytes(SALT_BYTES);
  return {
    encryptedKey: wrapWithAes(derive(row, password, salt, count), key),
    parameters: { p2s: salt.toString("base64url"), p2c: count },
  };
}

/**
 * Unwraps a content key.
 *
 * @returns undefined when the password or the wrapped key is wrong
 * @throws JoseError `header_invalid` when `p2s` or `p2c` is out of bounds
 */
export function unwrapWithPassword(
  row: PasswordRow,
  password: Buffer,
  wrapped: Buffer,
  header: JweHeader,
  bounds: { readonly keyBytes: number; readonly maxCount: number },
): Buffer | undefined {
  const count = readCount(header, bounds.maxCount);
  const salt = readBinary(header, "p2s", MIN_PBES2_SALT_BYTES, MAX_PBES2_SALT_BYTES);
  return unwrapWithAes(derive(row, password, salt, count), wrapped, bounds.keyBytes);
}

/**
 * Reads `p2c`.
 *
 * @throws JoseError `header_invalid` unless it is a whole number from 1,000 to the maximum
 * @see RFC 7518 section 4.8.1.2
 */
export function readCount(header: JweHeader, maxCount: number): number {
  const count = header["p2c"];
  if (
    typeof count !== "number" ||
    !Number.isInteger(count) ||
    count < MIN_PBES2_COUNT ||
    count > maxCount
  ) {
    throw new JoseError("header_invalid", "p2c is out of bounds", "p2c");
  }
  return count;
}

/** RFC 7518 section 4.8.1.1: the salt is the algorithm's name, a zero byte and `p2s`. */
function derive(row: PasswordRow, password: Buffer, salt: Buffer, count: number): Buffer {
  const fullSalt = Buffer.concat([Buffer.from(`${row.name}\0`, "latin1"), salt]);
  return pbkdf2Sync(password, fullSalt, count, row.wrapBytes, row.hash);
}
