// Decides whether a token is good: RFC 9068 section 4, then the retired set. No network is used
// but for a key that nobody has seen yet.

import {
  JoseError,
  type JoseErrorCode,
  type JsonObject,
  type KeySet,
  verifyJwt,
} from "@latchkey/jose";
import {
  ACCESS_TOKEN_TYPE,
  AccessTokenFormatError,
  parsePrincipal,
  type RefusalReason,
  tokenHandles,
} from "@latchkey/protocol";
import type { Accepted } from "./authentication.ts";
import type { KeyCache } from "./key-cache.ts";
import type { RetiredSet } from "./retired-set.ts";
import type { CachedToken, TokenCache } from "./token-cache.ts";

/** What a verifier needs. Times are in seconds unless they say otherwise. */
export interface VerifierOptions {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly clockTolerance: number;
  /** Types accepted besides `at+jwt`, in lower case. */
  readonly acceptedTypes: readonly string[];
  readonly requiredClaims: readonly string[];
  readonly retired: RetiredSet;
  readonly cache: TokenCache;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** A good token. The answer to whoever sent it is made once and kept with the token. */
export interface Valid {
  readonly kind: "valid";
  readonly answer: Accepted;
}

/** The outcome: a principal, a reason to refuse, or no keys to decide with. */
export type Verification =
  | Valid
  | { readonly kind: "refused"; readonly reason: RefusalReason }
  | { readonly kind: "no_keys" };

/** Verifies a token with an issuer's keys. Neither ever throws for anything that is in a token. */
export interface Verifier {
  /**
   * The outcome for a token seen before, without waiting; undefined for any other.
   *
   * @param now - in milliseconds
   */
  recall(token: string, keys: KeyCache, now: number): Verification | undefined;
  verify(token: string, keys: KeyCache): Promise<Verification>;
}

// RFC 9068 leaves out `nbf`; what a reason does not name is `malformed`.
const REASONS: ReadonlyMap<JoseErrorCode, RefusalReason> = new Map([
  ["token_expired", "expired"],
  ["token_not_yet_valid", "not_yet_valid"],
  ["audience_mismatch", "wrong_audience"],
  ["issuer_mismatch", "wrong_issuer"],
  ["type_mismatch", "wrong_type"],
  ["key_not_found", "unknown_key"],
  ["key_ambiguous", "unknown_key"],
  ["algorithm_mismatch", "unknown_key"],
  ["signature_invalid", "bad_signature"],
]);

/** Makes a verifier. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { cache } = options;
  const recall: Verifier["recall"] = (token, keys, now) => {
    const entry = cache.find(token);
    if (entry === undefined) return undefined;
    if (entry.keysVersion !== keys.version || !keys.isCurrent(now)) return undefined;
    return recheck(entry, now / 1000, options);
  };
  const verify: Verifier["verify"] = async (token, keys) => {
    const usable = keys.current();
    if (usable === undefined) return { kind: "no_keys" };
    try {
      return verifyAnew(token, usable, keys.version, options);
    } catch (error) {
      if (!isUnknownKey(error)) return refusalOf(error);
    }
    await keys.refreshForUnknownKey();
    const renewed = keys.current();
    if (renewed === undefined) return { kind: "no_keys" };
    try {
      return verifyAnew(token, renewed, keys.version, options);
    } catch (error) {
      return refusalOf(error);
    }
  };
  return { recall, verify };
}

// A remembered token is as good as its expiry and the retired set say now.
function recheck(entry: CachedToken, now: number, options: VerifierOptions): Verification {
  const { cache, retired, clockTolerance } = options;
  if (!(now < entry.expiresAt + clockTolerance)) {
    cache.remove(entry);
    return { kind: "refused", reason: "expired" };
  }
  if (entry.retiredVersion !== retired.version) {
    if (!retired.isCurrent(entry.published)) entry.published = retired.publish(entry.handles);
    if (retired.hasAny(entry.published)) {
      cache.remove(entry);
      return { kind: "refused", reason: "retired" };
    }
    entry.retiredVersion = retired.version;
  }
  return entry.verification;
}

function verifyAnew(
  token: string,
  keys: KeySet,
  keysVersion: number,
  options: VerifierOptions,
): Verification {
  const { issuer, audience, clockTolerance, retired, cache, clock, acceptedTypes } = options;
  const {
    header,
    claims: verified,
    key,
  } = verifyJwt(token, keys, {
    // With a list of types the check follows here.
    ...(acceptedTypes.length === 0 ? { typ: ACCESS_TOKEN_TYPE } : { skipTypeCheck: true as const }),
    issuer,
    audience,
    clockTolerance,
    requiredClaims: options.requiredClaims,
    now: clock() / 1000,
  });
  if (acceptedTypes.length > 0 && !isAccepted(header.typ, acceptedTypes)) {
    return { kind: "refused", reason: "wrong_type" };
  }
  const { exp } = verified;
  if (exp === undefined) return { kind: "refused", reason: "malformed" };
  // One principal serves every request with this token: no handler may change it for the next.
  // Parsed JSON has no undefined members, so the claims are a JsonObject.
  const claims = freeze(verified) as JsonObject;
  const principal = parsePrincipal(claims);
  // The key's own id and not the header's: a token may leave it out and still depend on the key.
  const handles = tokenHandles(claims, key.kid);
  const published = retired.publish(handles);
  if (retired.hasAny(published)) return { kind: "refused", reason: "retired" };
  const retiredVersion = retired.version;
  const verification: Valid = { kind: "valid", answer: Object.freeze({ ok: true, principal }) };
  const expiresAt = exp;
  cache.add({ token, verification, expiresAt, keysVersion, handles, published, retiredVersion });
  return verification;
}

// RFC 7515 section 4.1.9: without case, and "application/" may be left out. A token that names no
// type has the one that RFC 7519 section 5.1 recommends.
function isAccepted(typ: string | undefined, acceptedTypes: readonly string[]): boolean {
  const name = (typ ?? "JWT").toLowerCase().replace(/^application\//, "");
  return name === ACCESS_TOKEN_TYPE || acceptedTypes.includes(name);
}

function isUnknownKey(error: unknown): boolean {
  return error instanceof JoseError && error.code === "key_not_found";
}

function refusalOf(error: unknown): Verification {
  if (error instanceof JoseError) {
    return { kind: "refused", reason: REASONS.get(error.code) ?? "malformed" };
  }
  if (error instanceof AccessTokenFormatError) return { kind: "refused", reason: "malformed" };
  throw error;
}

function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
