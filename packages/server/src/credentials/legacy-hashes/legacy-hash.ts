// Password hashes that accounts bring along from elsewhere. Each is checked once: the sign-in that
// it lets in replaces it by argon2id. Work is bounded as for our own, since a hash that came in a
// file, or that somebody wrote into a row, must not make one sign-in cost minutes.

import { parseBcrypt } from "./bcrypt.ts";
import { parsePbkdf2 } from "./pbkdf2.ts";
import { parseScrypt } from "./scrypt.ts";

/** A hash of another kind than argon2. */
export interface LegacyHash {
  readonly format: "bcrypt" | "scrypt" | "pbkdf2";
  /**
   * Tells whether a password belongs to it. The caller bounds how many run at once.
   *
   * @param message - the password in UTF-8
   */
  verify(message: Buffer): Promise<boolean>;
}

/** Characters of a stored hash. */
export const MAX_LEGACY_LENGTH = 512;

/** Reads a hash; undefined when it is of no known kind, malformed, or asks for too much work. */
export function parseLegacyHash(text: string): LegacyHash | undefined {
  if (text.length > MAX_LEGACY_LENGTH) return undefined;
  return parseBcrypt(text) ?? parseScrypt(text) ?? parsePbkdf2(text);
}
