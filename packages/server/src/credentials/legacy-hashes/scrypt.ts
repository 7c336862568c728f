// scrypt, RFC 7914: `$scrypt$ln=17,r=8,p=1$<salt>$<hash>`, base64 without padding.

import { scrypt, timingSafeEqual } from "node:crypto";
import { decodeBase64 } from "./decode-base64.ts";
import type { LegacyHash } from "./legacy-hash.ts";

/** Bytes of memory that one hash may ask for; as much as argon2's bound. */
export const MAX_SCRYPT_MEMORY = 256 * 1024 * 1024;

/** Lanes, one after another. */
export const MAX_SCRYPT_PARALLELISM = 4;

const SCRYPT =
  /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/=]{6,88})\$([A-Za-z0-9+/=]{22,88})$/;

/** Reads a scrypt hash. */
export function parseScrypt(text: string): LegacyHash | undefined {
  const match = SCRYPT.exec(text);
  if (match === null) return undefined;
  const [logN, r, p] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const salt = decodeBase64(match[4] ?? "");
  const hash = decodeBase64(match[5] ?? "");
  const memory = 128 * 2 ** logN * r;
  const isBounded = memory <= MAX_SCRYPT_MEMORY && p <= MAX_SCRYPT_PARALLELISM;
  if (!isBounded || salt === undefined || hash === undefined) return undefined;
  // OpenSSL counts its own working space too.
  const options = { N: 2 ** logN, r, p, maxmem: memory + 256 * r * p + 1_048_576 };
  return {
    format: "scrypt",
    verify: (message) =>
      new Promise((resolve, reject) => {
        scrypt(message, salt, hash.length, options, (error, derived) => {
          if (error === null) resolve(timingSafeEqual(derived, hash));
          else reject(error);
        });
      }),
  };
}
