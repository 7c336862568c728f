// The rules for registered claims: types, times, issuer, audience, subject, id. Pure: `now` is given.
// RFC 7519 section 4.1, RFC 8725 sections 3.8 to 3.12.

import { type Duration, parseDuration } from "../duration.ts";
import type { JsonObject } from "../encoding/json.ts";
import { JoseError } from "../error.ts";
import { MAX_CLOCK_TOLERANCE_SECONDS } from "../limits.ts";
import type { JwtClaims } from "./token.ts";

/** What a token's claims must be. */
export interface ClaimRules {
  /** The issuer. Compared exactly, and required when given. */
  readonly issuer?: string;
  /** Who we are: one name or several. One of them must be in the token's `aud`. */
  readonly audience?: string | readonly string[];
  /** The subject. Compared exactly, and required when given. */
  readonly subject?: string;
  /** The token's id. Compared exactly, and required when given. */
  readonly jwtId?: string;
  /** Oldest age allowed, counted from `iat`, which is then required. */
  readonly maxAge?: Duration;
  /** How far clocks may differ. Default 0, at most 300 seconds. */
  readonly clockTolerance?: Duration;
  /** Claims that must be present, beside those that another rule requires. */
  readonly requiredClaims?: readonly string[];
  /** The time to check against, in seconds since 1970. Default: the system clock. */
  readonly now?: number;
  /** Accepts a token meant for any audience. Only for tokens that a stronger rule binds. */
  readonly skipAudienceCheck?: true;
  /** Accepts a token that has no `exp`, though no `maxAge` bounds its life either. */
  readonly allowNoExpiration?: true;
}

/**
 * Checks registered claims.
 *
 * @throws JoseError `claim_invalid`, `claim_missing`, `token_expired`, `token_not_yet_valid`,
 * `token_too_old`, `issuer_mismatch`, `audience_mismatch`, `subject_mismatch`, `jwt_id_mismatch`
 * @throws TypeError for a rule of the wrong type
 */
export function checkClaims(claims: JsonObject, rules: ClaimRules): JwtClaims {
  checkRules(rules);
  const typed = checkTypes(claims);
  if (rules.requiredClaims !== undefined) {
    for (const name of rules.requiredClaims) requireClaim(claims, name);
  }
  checkEqual(typed.iss, rules.issuer, "issuer_mismatch", "iss");
  checkAudience(typed.aud, rules);
  checkTimes(typed, rules);
  checkEqual(typed.sub, rules.subject, "subject_mismatch", "sub");
  checkEqual(typed.jti, rules.jwtId, "jwt_id_mismatch", "jti");
  return claims;
}

/** The registered claims of a token, with their types. */
type RegisteredClaims = Pick<JwtClaims, "iss" | "sub" | "aud" | "exp" | "nbf" | "iat" | "jti">;

/**
 * Checks that registered claims have their types, whether or not a rule asks for them: a wrong type is
 * an error and never "absent" (CVE-2026-25537).
 *
 * @throws JoseError `claim_invalid`
 */
export function checkTypes(claims: JsonObject): RegisteredClaims {
  // Each member by its name in the code: a lookup by a variable costs ten times as much.
  const { iss, sub, aud, exp, nbf, iat, jti } = hasLentClaims() ? ownClaims(claims) : claims;
  checkString(iss, "iss");
  checkString(sub, "sub");
  checkNames(aud, "aud");
  checkNumericDate(exp, "exp");
  checkNumericDate(nbf, "nbf");
  checkNumericDate(iat, "iat");
  checkString(jti, "jti");
  return { iss, sub, aud, exp, nbf, iat, jti } as RegisteredClaims;
}

const BARE: JwtClaims = {};

/** Whether a polluted Object.prototype would lend a claim to a token that has none (attack J1). */
function hasLentClaims(): boolean {
  return (
    BARE.iss !== undefined ||
    BARE.sub !== undefined ||
    BARE.aud !== undefined ||
    BARE.exp !== undefined ||
    BARE.nbf !== undefined ||
    BARE.iat !== undefined ||
    BARE.jti !== undefined
  );
}

function ownClaims(claims: JsonObject): JsonObject {
  return Object.assign(Object.create(null), claims) as JsonObject;
}

function checkNames(value: unknown, name: string): void {
  if (value === undefined || typeof value === "string") return;
  // An empty list would be a token for nobody that reads like one for anybody.
  if (
    !Array.isArray(value) ||
    value.length === 0 ||
    !value.every((item) => typeof item === "string")
  ) {
    throw wrongType(name);
  }
}

function checkString(value: unknown, name: string): void {
  if (value === undefined || typeof value === "string") return;
  throw wrongType(name);
}

// RFC 7519 section 2: a JSON number, whole or not. The parser has refused infinity. A date before 1970
// has no use but to confuse.
function checkNumericDate(value: unknown, name: string): void {
  if (value === undefined || (typeof value === "number" && value >= 0)) return;
  throw wrongType(name);
}

function checkAudience(aud: string | readonly string[] | undefined, rules: ClaimRules): void {
  const { audience } = rules;
  if (audience === undefined) {
    // RFC 7519 section 4.1.3: "If the principal processing the claim does not identify itself with a
    // value in the "aud" claim when this claim is present, then the JWT MUST be rejected."
    if (aud !== undefined && rules.skipAudienceCheck !== true) {
      throw new JoseError(
        "audience_mismatch",
        "the token has an audience and none is configured",
        "aud",
      );
    }
    return;
  }
  if (aud === undefined) throw missing("aud");
  if (!isAudience(aud, audience)) {
    throw new JoseError("audience_mismatch", "the token is for another audience", "aud");
  }
}

function isAudience(
  aud: string | readonly string[],
  audience: string | readonly string[],
): boolean {
  if (typeof audience === "string")
    return typeof aud === "string" ? aud === audience : aud.includes(audience);
  if (typeof aud === "string") return audience.includes(aud);
  return aud.some((name) => audience.includes(name));
}

function checkTimes(claims: RegisteredClaims, rules: ClaimRules): void {
  const now = rules.now ?? Date.now() / 1000;
  const tolerance = toleranceOf(rules.clockTolerance);
  const { exp, nbf, iat } = claims;
  if (exp === undefined) {
    if (rules.maxAge === undefined && rules.allowNoExpiration !== true) throw missing("exp");
  } else if (!(now < exp + tolerance)) {
    // RFC 7519 section 4.1.4: refused "on or after" exp. Written so that NaN refuses.
    throw new JoseError("token_expired", "the token has expired", "exp");
  }
  if (nbf !== undefined && !(now >= nbf - tolerance)) {
    throw new JoseError("token_not_yet_valid", "the token is not valid yet", "nbf");
  }
  if (rules.maxAge === undefined) return;
  if (iat === undefined) throw missing("iat");
  if (!(now >= iat - tolerance)) {
    throw new JoseError("token_not_yet_valid", "the token was issued in the future", "iat");
  }
  if (!(now - iat <= parseDuration(rules.maxAge) + tolerance)) {
    throw new JoseError("token_too_old", "the token is too old", "iat");
  }
}

function toleranceOf(clockTolerance: Duration | undefined): number {
  if (clockTolerance === undefined) return 0;
  const seconds = parseDuration(clockTolerance);
  // More than minutes is not skew: fast-jwt took Infinity and never expired a token again.
  if (seconds > MAX_CLOCK_TOLERANCE_SECONDS) {
    throw new TypeError(`clockTolerance is at most ${MAX_CLOCK_TOLERANCE_SECONDS} seconds`);
  }
  return seconds;
}

function checkEqual(
  value: string | undefined,
  expected: string | undefined,
  code: "issuer_mismatch" | "subject_mismatch" | "jwt_id_mismatch",
  name: string,
): void {
  if (expected === undefined) return;
  if (value === undefined) throw missing(name);
  if (value !== expected)
    throw new JoseError(code, `the claim ${name} is not the one expected`, name);
}

function requireClaim(claims: JsonObject, name: string): void {
  if (!Object.hasOwn(claims, name)) throw missing(name);
}

// Rules are checked before claims, so that a mistake shows on the first token and not on a rare one.
function checkRules(rules: ClaimRules): void {
  checkRule(rules.issuer, "issuer");
  checkRule(rules.subject, "subject");
  checkRule(rules.jwtId, "jwtId");
  const { audience, now, requiredClaims } = rules;
  if (typeof audience === "string" || audience === undefined) checkRule(audience, "audience");
  else if (!Array.isArray(audience) || audience.length === 0 || !audience.every(isName)) {
    throw new TypeError("audience is a non-empty string or a non-empty list of them");
  }
  if (now !== undefined && !Number.isFinite(now))
    throw new TypeError("now is a finite number of seconds");
  if (
    requiredClaims !== undefined &&
    !(Array.isArray(requiredClaims) && requiredClaims.every(isName))
  ) {
    throw new TypeError("requiredClaims is a list of names");
  }
  if (rules.maxAge !== undefined) parseDuration(rules.maxAge);
  if (rules.clockTolerance !== undefined) toleranceOf(rules.clockTolerance);
}

function checkRule(value: unknown, name: string): void {
  // An empty string is a forgotten setting and would match an empty claim.
  if (value !== undefined && !isName(value)) throw new TypeError(`${name} is a non-empty string`);
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function missing(name: string): JoseError {
  return new JoseError("claim_missing", `the token has no ${name}`, name);
}

function wrongType(name: string): JoseError {
  return new JoseError("claim_invalid", `the claim ${name} has the wrong type`, name);
}
