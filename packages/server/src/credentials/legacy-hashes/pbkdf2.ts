// PBKDF2, RFC 8018 section 5.2, as four families of programs write it:
//   PHC      $pbkdf2-sha256$i=600000$<salt>$<hash>     also with ,l=32
//   passlib  $pbkdf2-sha256$29000$<salt>$<hash>        base64 with `.` for `+`
//   Django   pbkdf2_sha256$600000$<salt as text>$<hash>

import { pbkdf2, timingSafeEqual } from "node:crypto";
import { decodeBase64 } from "./decode-base64.ts";
import type { LegacyHash } from "./legacy-hash.ts";

/** Most iterations: some seconds of one core. */
export const MAX_PBKDF2_ITERATIONS = 2_000_000;

const PHC =
  /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?([1-9]\d{0,6})(?:,l=([1-9]\d?))?\$([A-Za-z0-9+/.=]{6,88})\$([A-Za-z0-9+/.=]{22,88})$/;

const DJANGO =
  /^pbkdf2_(sha1|sha256|sha512)\$([1-9]\d{0,6})\$([A-Za-z0-9]{6,64})\$([A-Za-z0-9+/=]{22,88})$/;

/** Reads a PBKDF2 hash. */
export function parsePbkdf2(text: string): LegacyHash | undefined {
  const phc = PHC.exec(text);
  if (phc !== null) {
    const [, digest = "sha1", iterations, length, salt = "", hash = ""] = phc;
    const bytes = decodeBase64(hash.replaceAll(".", "+"));
    if (length !== undefined && bytes?.length !== Number(length)) return undefined;
    return makeHash(digest, Number(iterations), decodeBase64(salt.replaceAll(".", "+")), bytes);
  }
  const django = DJANGO.exec(text);
  if (django === null) return undefined;
  const [, digest = "", iterations, salt = "", hash = ""] = django;
  return makeHash(digest, Number(iterations), Buffer.from(salt), decodeBase64(hash));
}

function makeHash(
  digest: string,
  iterations: number,
  salt: Buffer | undefined,
  hash: Buffer | undefined,
): LegacyHash | undefined {
  if (iterations > MAX_PBKDF2_ITERATIONS || salt === undefined || hash === undefined) {
    return undefined;
  }
  return {
    format: "pbkdf2",
    verify: (message) =>
      new Promise((resolve, reject) => {
        pbkdf2(message, salt, iterations, hash.length, digest, (error, derived) => {
          if (error === null) resolve(timingSafeEqual(derived, hash));
          else reject(error);
        });
      }),
  };
}
