// What a refresh token is of, without using it: for clients that ask about tokens or take them
// back. Any generation names its session; only the newest one renews it.

import type { Database } from "../storage/database.ts";
import type { SessionPolicy } from "./lifetimes.ts";
import { readSessions, type SessionSnapshot } from "./read-sessions.ts";
import { hasValidMac, parseRefreshToken } from "./refresh-token.ts";
import type { RefreshKeys } from "./renewal-attempt.ts";
import { isLive } from "./select-presented.ts";

/** A refresh token of this server. */
export interface FoundRefreshToken extends SessionSnapshot {
  /** True when the token would renew its session now. */
  readonly isActive: boolean;
  /** When it ends if nobody renews it; milliseconds by the database's clock. */
  readonly expiresAt: number;
}

/** Finds the session of a refresh token; undefined for anything that this server did not make. */
export async function findRefreshToken(
  deps: {
    readonly database: Database;
    readonly keyRing: RefreshKeys;
    readonly policy: SessionPolicy;
  },
  text: string,
): Promise<FoundRefreshToken | undefined> {
  const token = parseRefreshToken(text, (id) => deps.keyRing.refreshKey(id));
  if (token === undefined) return undefined;
  const [snapshot] = await readSessions(deps.database, [token.sessionId], deps.policy);
  const key = deps.keyRing.refreshKey(token.keyId);
  if (snapshot === undefined || key === undefined) return undefined;
  if (!hasValidMac(token, key, snapshot.session.nonce)) return undefined;
  const { generation, advancedAt, idleLifetime, endsAt } = snapshot.session.rotation;
  return {
    ...snapshot,
    isActive: isLive(snapshot) && token.generation === generation,
    expiresAt: Math.min(advancedAt + idleLifetime, endsAt ?? Number.POSITIVE_INFINITY),
  };
}
