// The claims of an access token: RFC 9068, plus `roles`, `permissions`, `sid` and `handles`.
// The server writes them, a guard reads them; both through this file.

import type { JsonObject } from "@latchkey/jose";

/** `typ` of an access token; RFC 9068 section 2.1. */
export const ACCESS_TOKEN_TYPE = "at+jwt";

/** `client_id` of tokens issued by the built-in endpoints under `/auth`. */
export const BUILT_IN_CLIENT_ID = "latchkey";

/** Entries in `roles`, `permissions` or `handles`, at most. */
export const MAX_LIST_CLAIM = 256;

/** The claims that a Latchkey access token carries. Times are in seconds. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  readonly client_id: string;
  readonly scope?: string;
  readonly sid?: string;
  /** When the user last proved a factor. */
  readonly auth_time?: number;
  /** `aal1` for one factor, `aal2` for several; RFC 9470 section 6.2. */
  readonly acr?: string;
  readonly amr?: readonly string[];
  readonly roles?: readonly string[];
  readonly permissions?: readonly string[];
  /** The handles of the user, roles, client and organisation that this token depends on. */
  readonly handles?: readonly string[];
}

/** Who a verified access token speaks for. */
export interface Principal {
  readonly subject: string;
  readonly sessionId: string | null;
  readonly clientId: string | null;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly scopes: readonly string[];
  readonly claims: JsonObject;
}

/** Thrown when verified claims are not those of an access token. The message names the claim. */
export class AccessTokenFormatError extends Error {
  override readonly name = "AccessTokenFormatError";
}

/**
 * Reads the principal from claims whose signature, issuer, audience, type and times are verified.
 *
 * A claim of the wrong type is an error and never counts as absent.
 * @throws AccessTokenFormatError
 * @see RFC 9068 section 2.2
 */
export function parsePrincipal(claims: JsonObject): Principal {
  const subject = parseString(claims, "sub");
  if (subject === null || subject === "") throw new AccessTokenFormatError("sub is missing");
  const scope = parseString(claims, "scope");
  return Object.freeze({
    subject,
    sessionId: parseString(claims, "sid"),
    clientId: parseString(claims, "client_id"),
    roles: parseStrings(claims, "roles"),
    permissions: parseStrings(claims, "permissions"),
    scopes: Object.freeze(scope === null ? [] : scope.split(" ").filter((item) => item !== "")),
    claims,
  });
}

/** Every handle that a token depends on: its `jti`, its `sid`, its key's id, and `handles`. */
export function tokenHandles(claims: JsonObject, kid: string | undefined): readonly string[] {
  const handles = [...parseStrings(claims, "handles")];
  for (const handle of [parseString(claims, "jti"), parseString(claims, "sid"), kid]) {
    if (handle !== null && handle !== undefined) handles.push(handle);
  }
  return handles;
}

function parseString(claims: JsonObject, name: string): string | null {
  if (!Object.hasOwn(claims, name)) return null;
  const value = claims[name];
  if (typeof value !== "string") throw new AccessTokenFormatError(`${name} is not a string`);
  return value;
}

function parseStrings(claims: JsonObject, name: string): readonly string[] {
  if (!Object.hasOwn(claims, name)) return Object.freeze([]);
  const value = claims[name];
  if (!Array.isArray(value) || value.length > MAX_LIST_CLAIM) {
    throw new AccessTokenFormatError(`${name} is not a list within its limit`);
  }
  // Frozen: one principal serves every request with the same token.
  return Object.freeze(
    value.map((item: unknown) => {
      if (typeof item !== "string") throw new AccessTokenFormatError(`${name} holds a non-string`);
      return item;
    }),
  );
}
