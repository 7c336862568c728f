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
  type Principal,
  type RefusalReason,
  tokenHandles,
} from "@latchkey/protocol";
import type { KeyCache } from "./key-cache.ts";
import type { RetiredSet } from "./retired-set.ts";
import type { CachedToken, TokenCache } from "./token-cache.ts";

/** What a verifier needs. Times are in seconds unless they say otherwise. */
export interface VerifierOptions {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly clockTolerance: number;
  readonly retired: RetiredSet;
  readonly cache: TokenCache;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** The outcome: a principal, a reason to refuse, or no keys to decide with. */
export type Verification =
  | { readonly kind: "valid"; readonly principal: Principal }
  | { readonly kind: "refused"; readonly reason: RefusalReason }
  | { readonly kind: "no_keys" };

/** Verifies a token with an issuer's keys. Never throws for anything that is in a token. */
export type Verifier = (token: string, keys: KeyCache) => Promise<Verification>;

const REQUIRED_CLAIMS = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"];

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
  return async (token, keys) => {
    const entry = cache.find(token);
    const usable = keys.current();
    if (usable === undefined) return { kind: "no_keys" };
    if (entry !== undefined && entry.keysVersion === keys.version) {
      return recheck(entry, options);
    }
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
}

// A remembered token is as good as its expiry and the retired set say now.
function recheck(entry: CachedToken, options: VerifierOptions): Verification {
  const { cache, retired, clock, clockTolerance } = options;
  if (!(clock() / 1000 < entry.expiresAt + clockTolerance)) {
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
  return { kind: "valid", principal: entry.principal };
}

function verifyAnew(
  token: string,
  keys: KeySet,
  keysVersion: number,
  options: VerifierOptions,
): Verification {
  const { issuer, audience, clockTolerance, retired, cache, clock } = options;
  const { claims: verified, key } = verifyJwt(token, keys, {
    typ: ACCESS_TOKEN_TYPE,
    issuer,
    audience,
    clockTolerance,
    requiredClaims: REQUIRED_CLAIMS,
    now: clock() / 1000,
  });
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
  cache.add({ token, principal, expiresAt: exp, keysVersion, handles, published, retiredVersion });
  return { kind: "valid", principal };
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
