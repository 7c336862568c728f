// Issues access tokens: RFC 9068, with the handles that take them back (design section 4). Nothing
// sensitive goes in: whoever holds the token can read it.

import { type JsonObject, type Key, signJwt } from "@latchkey/jose";
import {
  ACCESS_TOKEN_TYPE,
  type AccessTokenClaims,
  createIdentifier,
  MAX_LIST_CLAIM,
} from "@latchkey/protocol";
import { Refusal } from "../http/refusal.ts";
import type { Subject } from "./subject.ts";

/**
 * Characters of an access token, at most. Servers cut headers at 8 to 16 KB, and a token that no
 * API can receive is worse than none.
 */
export const MAX_ACCESS_TOKEN_LENGTH = 7_168;

/** What of a session stands in its tokens. */
export interface TokenSession {
  readonly id: string;
  readonly clientId: string;
  /** When the user last signed in, in milliseconds. */
  readonly authTime: number;
  /** RFC 8176 values. */
  readonly amr: readonly string[];
}

/** Adds claims of the deployment's own; it can replace none of ours. */
export type ClaimsHook = (subject: Subject) => JsonObject;

/** What makes an access token. */
export interface AccessTokenInput {
  readonly subject: Subject;
  readonly session: TokenSession;
  readonly keyRing: { signingKey(): Key };
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Seconds. */
  readonly lifetime: number;
  /** Milliseconds. */
  readonly now: number;
  readonly scope?: readonly string[];
  readonly claims?: ClaimsHook | undefined;
}

/** A token and its life in seconds. */
export interface IssuedAccessToken {
  readonly token: string;
  readonly expiresIn: number;
}

/**
 * Issues an access token.
 *
 * @throws Refusal `internal` when the token would be too large for an API to accept, or when the
 * custom claims replace one of ours; the log names the user and what to change
 * @see RFC 9068 section 2.2
 */
export function issueAccessToken(input: AccessTokenInput): IssuedAccessToken {
  const ours = claimsOf(input);
  const custom = input.claims?.(input.subject) ?? {};
  for (const name of Object.keys(custom)) {
    if (RESERVED_CLAIMS.has(name)) {
      throw unusable(input.subject, `the claims hook sets ${name}, which is reserved`);
    }
  }
  checkLists(input.subject, ours);
  const token = signJwt({ ...custom, ...ours }, input.keyRing.signingKey(), {
    typ: ACCESS_TOKEN_TYPE,
  });
  if (token.length > MAX_ACCESS_TOKEN_LENGTH) {
    throw unusable(
      input.subject,
      `it has ${token.length} characters, and ${MAX_ACCESS_TOKEN_LENGTH} are the limit: ` +
        `give fewer roles, or roles with fewer permissions`,
    );
  }
  return { token, expiresIn: input.lifetime };
}

// Every claim that a guard or RFC 9068 gives a meaning, set here or not: a hook that could add
// `scope` or `act` could grant what no administrator granted.
const RESERVED_CLAIMS: ReadonlySet<string> = new Set(
  (
    "iss sub aud exp nbf iat jti client_id scope sid auth_time amr acr azp roles permissions " +
    "handles cnf act may_act org groups entitlements events nonce at_hash c_hash"
  ).split(" "),
);

function claimsOf(input: AccessTokenInput): AccessTokenClaims {
  const { subject, session, audience, scope = [] } = input;
  const [first] = audience;
  if (first === undefined) throw new TypeError("an access token needs an audience");
  const issuedAt = Math.floor(input.now / 1000);
  return {
    iss: input.issuer,
    sub: subject.id,
    aud: audience.length === 1 ? first : audience,
    exp: issuedAt + input.lifetime,
    iat: issuedAt,
    jti: createIdentifier(),
    client_id: session.clientId,
    ...(scope.length === 0 ? {} : { scope: scope.join(" ") }),
    sid: session.id,
    auth_time: Math.floor(session.authTime / 1000),
    acr: authenticationContext(session.amr),
    amr: session.amr,
    roles: subject.roles.map((role) => role.name),
    permissions: subject.permissions,
    handles: [subject.handle, ...subject.roles.map((role) => role.handle)],
  };
}

/** Which context class these methods come to: NIST's levels, named as people name them. */
export function authenticationContext(amr: readonly string[]): "aal1" | "aal2" {
  return amr.includes("mfa") ? "aal2" : "aal1";
}

function checkLists(subject: Subject, claims: AccessTokenClaims): void {
  for (const name of ["roles", "permissions", "handles"] as const) {
    const length = claims[name]?.length ?? 0;
    if (length > MAX_LIST_CLAIM) {
      throw unusable(subject, `it has ${length} ${name}, and ${MAX_LIST_CLAIM} are the limit`);
    }
  }
}

function unusable(subject: Subject, why: string): Refusal {
  const cause = new Error(`no access token for user ${subject.id}: ${why}`);
  return new Refusal("internal", { cause });
}
