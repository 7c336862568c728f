// What a text is that a client asks about: an access token or a refresh token of this server, or
// neither. The hint of the request only says which is likely, so it changes nothing here: the two
// cannot be confused. RFC 7009 section 2.1, RFC 7662 section 2.

import type { JsonObject } from "@latchkey/jose";
import { Refusal } from "../http/refusal.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { Ledger } from "../revocation/ledger.ts";
import { findRefreshToken, type FoundRefreshToken } from "../sessions/find-refresh-token.ts";
import type { SessionPolicy } from "../sessions/lifetimes.ts";
import type { Database } from "../storage/database.ts";
import { verifyAccessToken } from "../tokens/authenticate.ts";
import type { Client } from "./client.ts";

/** Characters of a token that is looked at. */
export const MAX_TOKEN_LENGTH = 16_384;

/** What finding a token needs. */
export interface FindTokenDeps {
  readonly database: Database;
  readonly keyRing: KeyRing;
  readonly ledger: Ledger;
  readonly policy: SessionPolicy;
  readonly issuer: string;
  /** The server's own audience. */
  readonly audience: readonly string[];
}

/** A token of this server. */
export type FoundToken =
  | {
      readonly type: "access_token";
      readonly claims: JsonObject;
      readonly jti: string;
      /** Seconds. */
      readonly expiresAt: number;
      readonly audience: readonly string[];
      /** What it depends on. */
      readonly handles: readonly string[];
    }
  | { readonly type: "refresh_token"; readonly found: FoundRefreshToken };

/** Tells whether a text has the form of a refresh token, whoever made it. */
export function isRefreshTokenText(text: string): boolean {
  return text.startsWith("lkr_");
}

/**
 * Finds a token that is authentic and not expired; it may have been taken back.
 *
 * @throws DatabaseError when the store cannot tell: never the same as "no such token"
 */
export async function findToken(
  deps: FindTokenDeps,
  text: string,
  now: number,
): Promise<FoundToken | undefined> {
  if (isRefreshTokenText(text)) {
    const found = await findRefreshToken(deps, text);
    return found === undefined ? undefined : { type: "refresh_token", found };
  }
  try {
    const { principal, handles } = verifyAccessToken(deps, text, now);
    const { jti, exp, aud } = principal.claims;
    if (typeof jti !== "string" || typeof exp !== "number") return undefined;
    const audience = [aud].flat().filter((one): one is string => typeof one === "string");
    return {
      type: "access_token",
      claims: principal.claims,
      jti,
      expiresAt: exp,
      audience,
      handles,
    };
  } catch (error) {
    if (error instanceof Refusal && error.code === "invalid_token") return undefined;
    throw error;
  }
}

/** Tells whether a client may know about tokens of an audience. */
export function isForClient(
  client: Client,
  tokenAudience: readonly string[],
  serverAudience: readonly string[],
): boolean {
  const own = client.audience.length === 0 ? serverAudience : client.audience;
  return tokenAudience.some((audience) => own.includes(audience));
}
