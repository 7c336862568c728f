// Ends the sessions of refresh tokens that a client signs out with. Apart from renewal because any
// generation will do: an owner with an old token signs out as well as one with the newest, and a
// thief who does it ends what was stolen.

import { type EndingDeps, type Ending, endSession } from "./end-session.ts";
import { readSessions } from "./read-sessions.ts";
import { hasValidMac, parseRefreshToken } from "./refresh-token.ts";
import type { RefreshKeys } from "./renewal-attempt.ts";

/**
 * Ends the session of each token. A token that is not ours, or whose session has ended, is signed
 * out already; a store that fails is an error and never counts as that (CVE-2020-15223).
 */
export async function endPresentedSessions(
  deps: EndingDeps & { readonly keyRing: RefreshKeys },
  texts: readonly string[],
  ending: Ending,
): Promise<void> {
  const { keyRing } = deps;
  const tokens = texts.flatMap((text) => {
    const token = parseRefreshToken(text, (id) => keyRing.refreshKey(id));
    return token === undefined ? [] : [token];
  });
  const ids = tokens.map((token) => token.sessionId);
  for (const { session } of await readSessions(deps.database, ids, deps.policy)) {
    const isHeld = tokens.some((token) => {
      const key = keyRing.refreshKey(token.keyId);
      if (key === undefined || token.sessionId !== session.id) return false;
      return hasValidMac(token, key, session.nonce);
    });
    if (!isHeld || session.rotation.endedAt !== null) continue;
    await endSession(deps, session.id, {
      ...ending,
      actorId: session.userId,
      userId: session.userId,
    });
  }
}
