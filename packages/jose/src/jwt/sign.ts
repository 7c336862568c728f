// Signs claims as a JWT. RFC 7519 section 7.1.

import { Buffer } from "node:buffer";
import { type Duration, parseDuration } from "../duration.ts";
import { checkJsonObject, checkPlainObject } from "../encoding/json-check.ts";
import type { JsonObject } from "../encoding/json.ts";
import { encodeHeader, type ExtraHeader } from "../jws/protected-header.ts";
import { signSegments } from "../jws/seal.ts";
import type { Key } from "../keys/key.ts";
import { checkTypes } from "./claims.ts";
import { checkMediaType } from "./type.ts";

/** How a JWT is signed. */
export interface SignJwtOptions {
  /** The kind of token, such as `at+jwt`. Default `JWT`. */
  readonly typ?: string;
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
  /** Header parameters beside `alg`, `kid` and `typ`. */
  readonly header?: ExtraHeader;
}

/**
 * Signs claims as a JWT.
 *
 * @param claims - plain JSON data; a claim given here and by an option must be equal in both
 * @throws TypeError when claims or options are not what a verifier could read back
 * @throws JoseError `claim_invalid` for a registered claim of the wrong type, `key_invalid` when the key cannot sign
 * @see RFC 7519 section 7.1
 * @example
 * ```ts
 * const token = signJwt({ roles: ["doctor"] }, key, {
 *   issuer: "https://auth.example.com",
 *   subject: "u_1",
 *   audience: "https://api.example.com",
 *   expiresIn: "15m",
 *   typ: "at+jwt",
 * });
 * ```
 */
export function signJwt(claims: object, key: Key, options: SignJwtOptions = {}): string {
  const { typ = "JWT" } = options;
  if (typ !== "JWT") checkMediaType(typ);
  checkPlainObject(claims);
  // The copy is checked and signed, so that a getter is asked once.
  const payload = { ...claims, ...optionClaims(claims, options) };
  checkJsonObject(payload);
  checkTypes(payload as JsonObject);
  const header = encodeHeader(key, typ, options.header);
  return signSegments(
    header,
    Buffer.from(JSON.stringify(payload), "utf8").toString("base64url"),
    key,
  );
}

interface OptionClaims {
  [name: string]: unknown;
}

/** The claims that options set, checked against the claims given. */
export function optionClaims(claims: object, options: SignJwtOptions): OptionClaims {
  const { now = Math.floor(Date.now() / 1000) } = options;
  if (!Number.isFinite(now) || now < 0) throw new TypeError("now is a finite number of seconds");
  const given = claims as { readonly [name: string]: unknown };
  const added: OptionClaims = {};
  if (options.issuer !== undefined) added["iss"] = options.issuer;
  if (options.subject !== undefined) added["sub"] = options.subject;
  if (options.audience !== undefined) added["aud"] = options.audience;
  if (options.expiresIn !== undefined) added["exp"] = now + parseDuration(options.expiresIn);
  if (options.notBefore !== undefined) added["nbf"] = now + parseDuration(options.notBefore);
  if (options.jwtId !== undefined) added["jti"] = options.jwtId;
  for (const name in added) {
    // Two sources that disagree are a mistake, and a silent winner would hide it.
    if (given[name] !== undefined && JSON.stringify(given[name]) !== JSON.stringify(added[name])) {
      throw new TypeError(`the claim ${name} is given twice and differs`);
    }
  }
  if (options.issuedAt !== false && given["iat"] === undefined) added["iat"] = now;
  return added;
}
