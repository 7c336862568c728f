// bcrypt: `$2b$12$` and 53 characters. It reads 72 bytes and no more, and many implementations end
// at a NUL byte (N3, CVE-2025-22228): what it does not read it cannot vouch for. So a password that
// is longer or holds a NUL is wrong here, after the same work as any other; its owner sets a new one
// by mail. Nobody is let in for the beginning of a password.

import type { LegacyHash } from "./legacy-hash.ts";

/** Highest cost: 2 to this power rounds, about two seconds of one core. */
export const MAX_BCRYPT_COST = 15;

/** Bytes that bcrypt reads. */
export const BCRYPT_BYTES = 72;

// The prefix 2x marks hashes of a broken implementation, which no two programs read alike.
const BCRYPT = /^\$2[aby]\$(\d{2})\$[./A-Za-z0-9]{53}$/;

/** Reads a bcrypt hash. */
export function parseBcrypt(text: string): LegacyHash | undefined {
  const match = BCRYPT.exec(text);
  const cost = Number(match?.[1]);
  if (match === null || cost < 4 || cost > MAX_BCRYPT_COST) return undefined;
  return {
    format: "bcrypt",
    verify: async (message) => {
      // A native module, loaded where an account was imported and nowhere else.
      const { verify } = await import("@node-rs/bcrypt");
      const isWhole = message.length <= BCRYPT_BYTES && !message.includes(0);
      const isRight = await verify(message.subarray(0, BCRYPT_BYTES), text);
      return isRight && isWhole;
    },
  };
}
