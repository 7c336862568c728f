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
  /** Is told of a token that had to be made smaller. */
  readonly onOversized?: (token: OversizedToken) => void;
}

/** A token and its life in seconds. */
export interface IssuedAccessToken {
  readonly token: string;
  readonly expiresIn: number;
}

/** What a token had to go without, because it would have been too large. */
export interface OversizedToken {
  readonly userId: string;
  /** The claims of the hook, or the roles and permissions too. */
  readonly dropped: "custom claims" | "roles and permissions";
  /** Characters that it would have had. */
  readonly length: number;
}

/**
 * Issues an access token.
 *
 * A token that no API could receive is made smaller until it fits: without the hook's claims, then
 * with empty lists of roles and permissions. So its owner is signed in, with fewer rights and never
 * more, and `onOversized` tells the administrator. Changes of roles are checked before they are made
 * (token-budget.ts), so the second happens only when something else grew.
 * @throws Refusal `internal` when the custom claims replace one of ours; the log names the claim
 * @see RFC 9068 section 2.2
 */
export function issueAccessToken(input: AccessTokenInput): IssuedAccessToken {
  const { subject, lifetime: expiresIn } = input;
  const ours = claimsOf(input);
  const custom = customClaims(input);
  const token = sign(input, { ...custom, ...ours });
  if (isReceivable(token, ours)) return { token, expiresIn };
  const report = (dropped: OversizedToken["dropped"]): void =>
    input.onOversized?.({ userId: subject.id, dropped, length: token.length });
  const plain = sign(input, { ...ours });
  if (isReceivable(plain, ours)) {
    report("custom claims");
    return { token: plain, expiresIn };
  }
  report("roles and permissions");
  return { token: sign(input, { ...ours, roles: [], permissions: [] }), expiresIn };
}

/** Characters of the access token that these grants would make, without claims of a hook. */
export function measureAccessToken(input: Omit<AccessTokenInput, "claims">): number {
  const ours = claimsOf(input);
  return isListable(ours) ? sign(input, { ...ours }).length : Infinity;
}

function sign({ keyRing }: AccessTokenInput, claims: JsonObject): string {
  return signJwt(claims, keyRing.signingKey(), { typ: ACCESS_TOKEN_TYPE });
}

function customClaims({ claims, subject }: AccessTokenInput): JsonObject {
  const custom = claims?.(subject) ?? {};
  for (const name of Object.keys(custom)) {
    if (RESERVED_CLAIMS.has(name)) {
      const why = `the claims hook sets ${name}, which is reserved`;
      const cause = new Error(`no access token for user ${subject.id}: ${why}`);
      throw new Refusal("internal", { cause });
    }
  }
  return custom;
}

function isReceivable(token: string, claims: AccessTokenClaims): boolean {
  return token.length <= MAX_ACCESS_TOKEN_LENGTH && isListable(claims);
}

// A guard refuses longer lists.
function isListable(claims: AccessTokenClaims): boolean {
  return [claims.roles, claims.permissions, claims.handles].every(
    (list) => (list?.length ?? 0) <= MAX_LIST_CLAIM,
  );
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
