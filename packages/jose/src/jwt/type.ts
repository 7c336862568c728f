// The `typ` of a JWT: which kind of token it is. RFC 7515 section 4.1.9, RFC 8725 section 3.11.

import { JoseError } from "../error.ts";

const PREFIX = "application/";
const MEDIA_TYPE = /^[A-Za-z0-9!#$&^_.+-]{1,127}(?:\/[A-Za-z0-9!#$&^_.+-]{1,127})?$/;

/**
 * Checks the kind of a token. Without an expected kind, only tokens of no particular kind (no `typ`, or
 * `JWT`) pass, so that a token made for one purpose never serves where its purpose was not asked for.
 *
 * @throws JoseError `type_mismatch`
 * @throws TypeError when `expected` is not a media type
 */
export function checkType(typ: string | undefined, expected: string | undefined): void {
  if (typ === expected && expected !== undefined && expected !== "") return;
  if (expected !== undefined) checkMediaType(expected);
  const wanted = expected === undefined ? "jwt" : normalize(expected);
  if (typ === undefined && expected === undefined) return;
  if (typ === undefined || normalize(typ) !== wanted) {
    throw new JoseError("type_mismatch", "the token is of another type", "typ");
  }
}

/** Checks that a value is a media type, with or without `application/`. */
export function checkMediaType(value: unknown): void {
  if (typeof value !== "string" || !MEDIA_TYPE.test(value)) {
    throw new TypeError('typ is a media type such as "at+jwt"');
  }
}

function normalize(typ: string): string {
  // ASCII only: toLowerCase folds the Kelvin sign to k.
  const lower = typ.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return lower.startsWith(PREFIX) && !lower.includes("/", PREFIX.length)
    ? lower.slice(PREFIX.length)
    : lower;
}
