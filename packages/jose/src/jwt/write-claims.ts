// The payload of a new JWT: the caller's claims and those that options set, checked to be what our own
// reader would accept. Shared by signing and encrypting. RFC 7519 section 4.

import { type Duration, parseDuration } from "../duration.ts";
import { checkPlainObject, stringifyJsonObject } from "../encoding/json-check.ts";
import type { JsonObject } from "../encoding/json.ts";
import { checkTypes } from "./claims.ts";
import type { JwtClaims } from "./token.ts";

/** Claims that are set by name. */
export interface ClaimOptions {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audience?: string | readonly string[];
  /** Life of the token, from `now`. */
  readonly expiresIn?: Duration;
  /** Time from `now` until the token becomes valid. */
  readonly notBefore?: Duration;
  readonly jwtId?: string;
  /** Whether to set `iat`. Default true. */
  readonly issuedAt?: boolean;
  /** The time of issue, in seconds since 1970. Default: the system clock, whole seconds. */
  readonly now?: number;
}

type Payload = { -readonly [Name in keyof JwtClaims]: unknown };

/**
 * The claims as JSON text.
 *
 * @throws TypeError when claims or options are not what a reader could read back, or disagree
 * @throws JoseError `claim_invalid` for a registered claim of the wrong type
 */
export function writeClaims(claims: object, options: ClaimOptions): string {
  checkPlainObject(claims);
  // The copy is checked and written, so that a getter is asked once.
  const payload: Payload = { ...claims };
  addOptions(payload, options);
  const text = stringifyJsonObject(payload);
  checkTypes(payload as JsonObject);
  return text;
}

function addOptions(payload: Payload, options: ClaimOptions): void {
  const { issuer, subject, audience, expiresIn, notBefore, jwtId } = options;
  const { now = Math.floor(Date.now() / 1000) } = options;
  if (!Number.isFinite(now) || now < 0) throw new TypeError("now is a finite number of seconds");
  if (issuer !== undefined) payload.iss = agree("iss", payload.iss, issuer);
  if (subject !== undefined) payload.sub = agree("sub", payload.sub, subject);
  if (audience !== undefined) payload.aud = agree("aud", payload.aud, audience);
  if (options.issuedAt !== false && payload.iat === undefined) payload.iat = now;
  if (expiresIn !== undefined) {
    payload.exp = agree("exp", payload.exp, now + parseDuration(expiresIn));
  }
  if (notBefore !== undefined) {
    payload.nbf = agree("nbf", payload.nbf, now + parseDuration(notBefore));
  }
  if (jwtId !== undefined) payload.jti = agree("jti", payload.jti, jwtId);
}

function agree(name: string, given: unknown, value: unknown): unknown {
  // Two sources that disagree are a mistake, and a silent winner would hide it.
  if (given !== undefined && JSON.stringify(given) !== JSON.stringify(value)) {
    throw new TypeError(`the claim ${name} is given twice and differs`);
  }
  return value;
}
