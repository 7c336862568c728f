// What a password must be: long, and not the account's own words. NIST SP 800-63B-4 section
// 3.1.1.2: no composition rules, no trimming, one code point is one character.

import { Refusal } from "../http/refusal.ts";
import { MAX_PASSWORD_BYTES } from "./password-hash.ts";

/** Code points of a password when it is the only factor. */
export const MIN_PASSWORD_LENGTH = 15;

/** Lowest minimum that may be configured: NIST's for a password beside a second factor. */
export const LOWEST_MIN_PASSWORD_LENGTH = 8;

/** Code points that a word of the account needs before repeating it counts as a weakness. */
const SHORTEST_OWN_WORD = 3;

/** What the account is called. */
export interface OwnWords {
  readonly email: string;
  readonly username?: string | null | undefined;
  readonly name?: string | null | undefined;
}

/**
 * Brings a password to the one form that is hashed: NFC, so that the same text typed on two
 * systems is one password (NIST SP 800-63B-4 3.1.1.2). Nothing is trimmed or folded. Applied
 * once, wherever a password enters.
 */
export function normalizePassword(password: string): string {
  return password.normalize("NFC");
}

/**
 * Refuses a new password that is too short, too long, or made of the account's own words.
 *
 * @param password - normalised
 * @throws Refusal `password_too_short`, `password_too_long`, `password_too_common`
 */
export function checkNewPassword(password: string, own: OwnWords, minLength: number): void {
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) throw new Refusal("password_too_long");
  const points = [...password];
  if (points.length < minLength) {
    throw new Refusal("password_too_short", {
      detail: `Use at least ${minLength} characters; a sentence is fine.`,
    });
  }
  if (new Set(points).size < 4 || isMadeOf(password, ownWords(own))) {
    throw new Refusal("password_too_common");
  }
}

function ownWords(own: OwnWords): string[] {
  const [local = "", domain = ""] = own.email.split("@");
  return [own.email, local, domain, own.username ?? "", own.name ?? "", "password", "latchkey"]
    .map(fold)
    .filter((word) => word.length >= SHORTEST_OWN_WORD);
}

/** Tells whether the account's words are in it, and nothing but digits is left without them. */
function isMadeOf(password: string, words: readonly string[]): boolean {
  const folded = fold(password);
  let rest = folded;
  // Longest first: an address goes as a whole before its parts do.
  for (const word of [...words].sort((a, b) => b.length - a.length)) {
    rest = rest.replaceAll(word, "");
  }
  return rest !== folded && /^\d*$/.test(rest);
}

function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}
