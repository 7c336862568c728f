// What a password must be: long, and neither common, breached nor the account's own words. NIST SP
// 800-63B-4 section 3.1.1.2: no composition rules, no trimming, no truncation, one code point is one
// character.

import { Refusal } from "../http/refusal.ts";
import type { BreachedPasswords } from "./breached-passwords.ts";
import type { CommonPasswords } from "./common-passwords.ts";
import { MAX_PASSWORD_BYTES } from "./password-hash.ts";

/** Code points of a password when it is the only factor. */
export const MIN_PASSWORD_LENGTH = 15;

/** Code points beside a second factor, and the lowest minimum that may be configured. */
export const LOWEST_MIN_PASSWORD_LENGTH = 8;

/** Code points that a word of the account needs before repeating it counts as a weakness. */
const SHORTEST_OWN_WORD = 3;

/** What the account is called. */
export interface OwnWords {
  readonly email: string;
  readonly username?: string | null | undefined;
  readonly name?: string | null | undefined;
}

/** Judges new passwords. */
export interface PasswordPolicy {
  /**
   * Refuses a new password that is not good enough.
   *
   * @param password - as received
   * @returns the password in the form that is hashed
   * @throws Refusal `password_too_short`, `password_too_long`, `password_too_common`,
   * `password_breached`, `invalid_request` when it is not well-formed Unicode
   */
  check(
    password: string,
    own: OwnWords,
    options?: { readonly hasSecondFactor?: boolean },
  ): Promise<string>;
  /** Tells whether a password, in the form that is hashed, is long enough without a second factor. */
  isEnoughAlone(password: string): boolean;
}

/** What a policy is made of. */
export interface PasswordPolicyOptions {
  /** Code points when it is the only factor. */
  readonly minLength: number;
  readonly common: CommonPasswords;
  /** Null: nobody is asked. */
  readonly breached: BreachedPasswords | null;
  /** What the product is called, such as the parts of its host name. */
  readonly productWords?: readonly string[];
}

/** Creates the policy of a server. */
export function createPasswordPolicy(options: PasswordPolicyOptions): PasswordPolicy {
  const { minLength, common, breached, productWords = [] } = options;
  return {
    async check(received, own, { hasSecondFactor = false } = {}) {
      const password = normalizePassword(received);
      // Beside a second factor the password alone opens nothing.
      const least = hasSecondFactor ? Math.min(minLength, LOWEST_MIN_PASSWORD_LENGTH) : minLength;
      checkNewPassword(password, own, least, productWords);
      if (await common.has(password)) throw new Refusal("password_too_common");
      if (breached !== null && (await breached.has(password))) {
        throw new Refusal("password_breached");
      }
      return password;
    },
    isEnoughAlone: (password) => [...password].length >= minLength,
  };
}

/**
 * Brings a password to the one form that is hashed: NFC, so that the same text typed on two
 * systems is one password (RFC 8265 section 4.2.2). Nothing is trimmed or folded. Applied once,
 * wherever a password enters.
 */
export function normalizePassword(password: string): string {
  return password.normalize("NFC");
}

/**
 * Refuses a new password that is too short, too long, or made of the account's own words.
 *
 * @param password - normalised
 * @throws Refusal `password_too_short`, `password_too_long`, `password_too_common`,
 * `invalid_request`
 */
export function checkNewPassword(
  password: string,
  own: OwnWords,
  minLength: number,
  productWords: readonly string[] = [],
): void {
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) throw new Refusal("password_too_long");
  // Half a character has no bytes of its own: two different ones would be one password.
  if (!password.isWellFormed()) {
    throw new Refusal("invalid_request", {
      errors: [{ path: "password", message: "Not well-formed Unicode" }],
    });
  }
  const points = [...password];
  if (points.length < minLength) {
    throw new Refusal("password_too_short", {
      detail: `Use at least ${minLength} characters; a sentence is fine.`,
    });
  }
  const isWeak =
    new Set(points).size < 4 ||
    isShortUnitRepeated(points) ||
    isMadeOf(password, [...ownWords(own), ...productWords.map(fold)]);
  if (isWeak) throw new Refusal("password_too_common");
}

/** Tells whether it is a few characters, too few for a password, again and again. */
function isShortUnitRepeated(points: readonly string[]): boolean {
  const most = Math.min(LOWEST_MIN_PASSWORD_LENGTH - 1, points.length / 2);
  for (let length = 1; length <= most; length += 1) {
    if (points.every((point, index) => point === points[index % length])) return true;
  }
  return false;
}

function ownWords(own: OwnWords): string[] {
  const [local = "", domain = ""] = own.email.split("@");
  return [own.email, local, domain, own.username ?? "", own.name ?? "", "password", "latchkey"].map(
    fold,
  );
}

/** Tells whether the words are in it, and nothing but digits is left without them. */
function isMadeOf(password: string, words: readonly string[]): boolean {
  const folded = fold(password);
  let rest = folded;
  // Longest first: an address goes as a whole before its parts do.
  for (const word of [...words].sort((a, b) => b.length - a.length)) {
    if (word.length >= SHORTEST_OWN_WORD) rest = rest.replaceAll(word, "");
  }
  return rest !== folded && /^\d*$/.test(rest);
}

function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}
