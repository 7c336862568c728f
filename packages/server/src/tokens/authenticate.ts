// Tells who a request's access token speaks for. `/auth/*` takes any unexpired, unretired access
// token that this server signed, whatever its audience. RFC 6750, RFC 9068 section 4.

import {
  decodeJwtUnverified,
  JoseError,
  type JoseErrorCode,
  type JsonObject,
  type Keys,
  verifyJwt,
} from "@latchkey/jose";
import {
  ACCESS_TOKEN_TYPE,
  AccessTokenFormatError,
  formatChallenge,
  parseBearer,
  parsePrincipal,
  type Principal,
  type RefusalReason,
  tokenHandles,
} from "@latchkey/protocol";
import { Refusal } from "../http/refusal.ts";
import { VerifiedTokens } from "./verified-tokens.ts";

/** What an authenticator needs. */
export interface AuthenticatorOptions {
  readonly keyRing: {
    verificationKeys(): Keys;
    /** Tells whether a key was taken back: its tokens are retired, and not those of a stranger. */
    isRevoked?(kid: string): boolean;
  };
  readonly ledger: { isRetired(handles: readonly string[]): Promise<boolean> };
  readonly issuer: string;
}

/** Authenticates a request; `now` is in milliseconds. */
export type Authenticate = (request: Request, now: number) => Promise<Principal>;

/**
 * Creates the function that authenticates bearer tokens.
 *
 * It throws Refusal `token_required` for a request without credentials and `invalid_token` for
 * any other that it does not accept; the challenge's `latchkey_reason` says why.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const verified = new VerifiedTokens();
  return async (request, now) => {
    const token = requireToken(request);
    const keys = options.keyRing.verificationKeys();
    const known = verified.find(token, keys, now);
    const bearer = known ?? verifyAccessToken(options, token, now);
    if (await options.ledger.isRetired(bearer.handles)) throw refuse("retired");
    if (known === undefined) verified.add(token, bearer, keys, now);
    return bearer.principal;
  };
}

/** What a request's bearer token says, and what it depends on. */
export interface VerifiedBearer {
  readonly principal: Principal;
  readonly handles: readonly string[];
}

/**
 * Verifies a request's bearer token without asking whether it was taken back. Only for signing out,
 * which a token that was taken back may still do; everything else authenticates.
 *
 * @throws Refusal `token_required`, `invalid_token`
 */
export function verifyBearer(
  options: Pick<AuthenticatorOptions, "keyRing" | "issuer">,
  request: Request,
  now: number,
): VerifiedBearer {
  return verifyAccessToken(options, requireToken(request), now);
}

function requireToken(request: Request): string {
  const credentials = parseBearer(request.headers.get("Authorization"));
  if (credentials.kind === "none") {
    throw new Refusal("token_required", { headers: { "WWW-Authenticate": formatChallenge({}) } });
  }
  if (credentials.kind === "malformed") {
    // RFC 6750 section 3.1: a malformed request, such as one with two credentials, is not a bad token.
    throw new Refusal("invalid_request", {
      headers: { "WWW-Authenticate": formatChallenge({ error: "invalid_request" }) },
      detail: "The Authorization header is not `Bearer` and one token.",
    });
  }
  return credentials.token;
}

/**
 * Refuses a principal that lacks a permission.
 *
 * @throws Refusal `permission_denied`
 * @see RFC 6750 section 3.1
 */
export function requirePermission(principal: Principal, permission: string): void {
  if (principal.permissions.includes(permission)) return;
  throw new Refusal("permission_denied", {
    headers: { "WWW-Authenticate": formatChallenge({ error: "insufficient_scope" }) },
  });
}

/**
 * Refuses a principal whose token was taken back since it was authenticated: between the two reads, or
 * on another node a moment ago. For changes that a credential's owner must not find made after theirs.
 *
 * @param user - as it was read after the token was authenticated
 * @throws Refusal `invalid_token`
 */
export function requireCurrent(principal: Principal, user: { readonly handle: string }): void {
  const { handles } = principal.claims;
  if (!Array.isArray(handles) || !handles.includes(user.handle)) throw refuse("retired");
}

/**
 * Verifies an access token without asking whether it was taken back.
 *
 * @throws Refusal `invalid_token`
 */
export function verifyAccessToken(
  options: Pick<AuthenticatorOptions, "keyRing" | "issuer">,
  token: string,
  now: number,
): VerifiedBearer {
  try {
    const { claims, key } = verifyJwt(token, options.keyRing.verificationKeys(), {
      issuer: options.issuer,
      typ: ACCESS_TOKEN_TYPE,
      skipAudienceCheck: true,
      requiredClaims: ["exp", "iat", "jti", "sub", "aud", "client_id"],
      now: Math.floor(now / 1000),
    });
    // Claims that verified came out of a JSON object; the type only adds what was checked.
    const members = freeze(claims) as JsonObject;
    const handles = Object.freeze(tokenHandles(members, key.kid));
    return Object.freeze({ principal: parsePrincipal(members), handles });
  } catch (error) {
    if (error instanceof JoseError) {
      if (error.code === "key_not_found" && isOfRevokedKey(options, token)) throw refuse("retired");
      throw refuse(REASONS.get(error.code) ?? "malformed");
    }
    if (error instanceof AccessTokenFormatError) throw refuse("malformed");
    throw error;
  }
}

// One principal serves every request with the same token: nobody may change it for the next.
function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

// Only for the reason: the token is refused either way. Its owner renews it once and goes on.
function isOfRevokedKey(options: Pick<AuthenticatorOptions, "keyRing">, token: string): boolean {
  const { kid } = decodeJwtUnverified(token).header;
  return typeof kid === "string" && options.keyRing.isRevoked?.(kid) === true;
}

const REASONS: ReadonlyMap<JoseErrorCode, RefusalReason> = new Map([
  ["token_expired", "expired"],
  ["token_not_yet_valid", "not_yet_valid"],
  ["issuer_mismatch", "wrong_issuer"],
  ["type_mismatch", "wrong_type"],
  ["key_not_found", "unknown_key"],
  ["algorithm_mismatch", "unknown_key"],
  ["signature_invalid", "bad_signature"],
]);

function refuse(reason: RefusalReason): Refusal {
  const challenge = formatChallenge({ error: "invalid_token", reason });
  return new Refusal("invalid_token", { headers: { "WWW-Authenticate": challenge } });
}

/**
 * Why a token is refused, or null when it is accepted: judged by the very function that stands in
 * front of /auth/*, so the two can never disagree.
 */
export async function refusalReason(
  authenticate: Authenticate,
  token: string,
  now: number,
): Promise<string | null> {
  // Not every text can stand in a header, and such a text is no token.
  if (!/^[\x21-\x7e]+$/.test(token)) return "malformed";
  const headers = { Authorization: `Bearer ${token}` };
  try {
    await authenticate(new Request("http://localhost/", { headers }), now);
    return null;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "invalid_token") throw error;
    const challenge = error.headers["WWW-Authenticate"] ?? "";
    return /latchkey_reason="([a-z_]+)"/.exec(challenge)?.[1] ?? "malformed";
  }
}
