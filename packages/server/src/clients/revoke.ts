// POST /auth/revoke (RFC 7009) decides here. A refresh token ends its session and retires the sid;
// an access token retires its jti. A token that is not ours, or is over, is revoked already. What
// the client may not revoke is refused and stays; a store that fails answers 503, never 200
// (CVE-2020-15223).

import { Refusal } from "../http/refusal.ts";
import type { Sessions } from "../sessions/session-service.ts";
import type { RevokeAccessToken } from "../tokens/revoke-token.ts";
import type { Client } from "./client.ts";
import { type FindTokenDeps, findToken, isForClient, isRefreshTokenText } from "./find-token.ts";

/** What revoking needs. */
export interface RevokeDeps extends FindTokenDeps {
  readonly sessions: Sessions;
  readonly revokeAccessToken: RevokeAccessToken;
}

/** Where a request comes from. */
export interface RevokeRequest {
  readonly address: string | null;
  readonly userAgent: string | null;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Revokes a token for a client.
 *
 * @throws Refusal `unsupported_token_type`, `unauthorized_client`, `ledger_full`
 * @throws DatabaseError
 */
export async function revoke(
  deps: RevokeDeps,
  client: Client,
  text: string,
  request: RevokeRequest,
): Promise<void> {
  // Before it is looked at: whether a refresh token is real is nothing a guard can find out.
  if (isRefreshTokenText(text) && client.kind !== "service") {
    throw new Refusal("unsupported_token_type");
  }
  const found = await findToken(deps, text, request.now);
  if (found === undefined) return;
  const audience = found.type === "access_token" ? found.audience : deps.audience;
  if (!isForClient(client, audience, deps.audience)) throw new Refusal("unauthorized_client");
  const actorId = `client:${client.id}`;
  if (found.type === "access_token") {
    const { sub, sid } = found.claims;
    await deps.revokeAccessToken({
      ...request,
      actorId,
      jti: found.jti,
      userId: typeof sub === "string" ? sub : null,
      sessionId: typeof sid === "string" ? sid : null,
    });
    return;
  }
  const { session } = found.found;
  if (session.rotation.endedAt !== null) return;
  // False when somebody else ended it in this moment: it is over either way.
  await deps.sessions.end(session.id, {
    ...request,
    reason: "revoked",
    actorId,
    userId: session.userId,
  });
}
