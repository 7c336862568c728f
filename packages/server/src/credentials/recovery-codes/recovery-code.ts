// Recovery codes: what signs somebody in whose authenticator is lost. Each works once. They carry
// 125 bits, so a plain hash keeps them (ASVS 6.5.2 asks for 112 bits or a slow hash).

import { createHash, randomBytes } from "node:crypto";

/** Codes in one set. */
export const RECOVERY_CODES = 10;

/** Characters of a code, five bits each. */
export const RECOVERY_CODE_LENGTH = 25;

/** Characters of a code as somebody may type it, with hyphens and spaces. */
export const MAX_TYPED_RECOVERY_CODE = 64;

const GROUP = 5;

// Crockford's letters: none can be read as another.
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Makes a set of codes, as they are shown. */
export function createRecoveryCodes(): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    // 32 divides 256: every letter is as likely as any other.
    const letters = [...randomBytes(RECOVERY_CODE_LENGTH)].map((byte) =>
      ALPHABET.charAt(byte & 31),
    );
    return Array.from({ length: RECOVERY_CODE_LENGTH / GROUP }, (_, index) =>
      letters.slice(index * GROUP, (index + 1) * GROUP).join(""),
    ).join("-");
  });
}

/** Reads a code as it was typed: case, hyphens and spaces do not matter. Null when it is none. */
export function parseRecoveryCode(typed: string): string | null {
  if (typed.length > MAX_TYPED_RECOVERY_CODE) return null;
  const code = typed
    .toLowerCase()
    .replaceAll(/[\s-]/g, "")
    .replaceAll("o", "0")
    .replaceAll(/[il]/g, "1");
  return /^[0-9a-hjkmnp-tv-z]{25}$/.test(code) ? code : null;
}

/** What is stored of a user's code. */
export function hashRecoveryCode(userId: string, code: string): Uint8Array {
  return createHash("sha256")
    .update("latchkey recovery code\0")
    .update(userId)
    .update("\0")
    .update(code)
    .digest();
}
