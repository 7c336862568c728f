// Chooses the one token that a request is judged by. A body carries one; a browser has two cookie
// slots, and one of them may hold a token of an earlier session or of one that ended. Pure.

import type { RefreshKey } from "../keys/refresh-key.ts";
import type { Transport } from "@latchkey/protocol";
import type { SessionSnapshot } from "./read-sessions.ts";
import { hasValidMac, type UnverifiedRefreshToken } from "./refresh-token.ts";
import { isExpired } from "./rotation.ts";

/** A refresh token that is verified: its session exists and its MAC is right. */
export interface PresentedToken {
  readonly keyId: number;
  readonly generation: number;
  readonly snapshot: SessionSnapshot;
}

/**
 * Selects the token to judge: of the live sessions the newest, and of its tokens the highest.
 *
 * A token of a dead session counts only when no other lives, so a late cookie of an earlier
 * sign-in cannot sign the browser out. Undefined when no token is valid.
 */
export function selectPresented(
  tokens: readonly UnverifiedRefreshToken[],
  snapshots: readonly SessionSnapshot[],
  options: {
    readonly transport: Transport;
    readonly findKey: (id: number) => RefreshKey | undefined;
  },
): PresentedToken | undefined {
  const valid = tokens.flatMap((token): PresentedToken[] => {
    const snapshot = snapshots.find((candidate) => candidate.session.id === token.sessionId);
    const key = options.findKey(token.keyId);
    if (snapshot === undefined || key === undefined) return [];
    if (!hasValidMac(token, key, snapshot.session.nonce)) return [];
    return [{ keyId: token.keyId, generation: token.generation, snapshot }];
  });
  const live = valid.filter(
    ({ snapshot }) => isLive(snapshot) && snapshot.session.transport === options.transport,
  );
  return (live.length > 0 ? live : valid).toSorted(newestFirst)[0];
}

/** Tells whether a session and its user can still renew. */
export function isLive({ session, subject, databaseNow }: SessionSnapshot): boolean {
  return (
    session.rotation.endedAt === null &&
    subject.disabledAt === null &&
    !isExpired(session.rotation, databaseNow)
  );
}

function newestFirst(a: PresentedToken, b: PresentedToken): number {
  const [one, other] = [a.snapshot.session, b.snapshot.session];
  if (one.id === other.id) return b.generation - a.generation;
  return other.createdAt - one.createdAt || (one.id < other.id ? -1 : 1);
}
