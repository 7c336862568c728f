// POST /auth/introspect (RFC 7662) decides here: is this token good now, as far as this client may
// know? Whatever is not is `{"active": false}` and nothing else (section 2.2): malformed, expired,
// taken back, of another issuer, for another audience, spent.

import { isRetiredOrSpent } from "./spend.ts";
import type { Client } from "./client.ts";
import { type FindTokenDeps, findToken, type FoundToken, isForClient } from "./find-token.ts";

/** The answer; RFC 7662 section 2.2. */
export type Introspection =
  | { readonly active: false }
  | { readonly active: true; readonly [member: string]: unknown };

const INACTIVE: Introspection = Object.freeze({ active: false });

// What an API may learn. `handles` name what a token depends on; only the ledger needs them.
const DESCRIBED = [
  "iss",
  "sub",
  "aud",
  "exp",
  "iat",
  "nbf",
  "jti",
  "client_id",
  "scope",
  "sid",
  "auth_time",
  "amr",
  "roles",
  "permissions",
] as const;

/** Introspects a token. @throws DatabaseError */
export async function introspect(
  deps: FindTokenDeps,
  client: Client,
  text: string,
  now: number,
): Promise<Introspection> {
  const found = await findToken(deps, text, now);
  if (found === undefined) return INACTIVE;
  if (found.type === "refresh_token") return describeRefreshToken(deps, client, found);
  if (!isForClient(client, found.audience, deps.audience)) return INACTIVE;
  if (await isRetiredOrSpent(deps, found)) return INACTIVE;
  return describeAccessToken(found);
}

/** The answer about an access token that is good. */
export function describeAccessToken(
  found: Extract<FoundToken, { type: "access_token" }>,
): Introspection {
  const described = DESCRIBED.filter((name) => Object.hasOwn(found.claims, name));
  return {
    active: true,
    token_type: "Bearer",
    ...Object.fromEntries(described.map((name) => [name, found.claims[name]])),
  };
}

// A refresh token is not for APIs, so a guard never hears that one is good: it could take it for an
// access token. Its type says what it is to the services that may know.
function describeRefreshToken(
  deps: FindTokenDeps,
  client: Client,
  { found }: Extract<FoundToken, { type: "refresh_token" }>,
): Introspection {
  const isAllowed = client.kind === "service" && isForClient(client, deps.audience, deps.audience);
  if (!isAllowed || !found.isActive) return INACTIVE;
  return {
    active: true,
    token_type: "refresh_token",
    iss: deps.issuer,
    sub: found.subject.id,
    sid: found.session.id,
    client_id: found.session.clientId,
    iat: Math.floor(found.session.rotation.advancedAt / 1000),
    ...(Number.isFinite(found.expiresAt) ? { exp: Math.floor(found.expiresAt / 1000) } : {}),
  };
}
