// Who is signed in in a browser, for pages of the server itself: they have its cookies and no access
// token. Nothing is renewed and nothing ends; a cookie that is not the session's newest token is as
// none, since it may be what a thief kept, and so is a session that gets no access token any more.

import type { Database } from "../storage/database.ts";
import { lacksDemandedFactor } from "./demanded-factor.ts";
import { findRefreshToken } from "./find-refresh-token.ts";
import type { SessionPolicy } from "./lifetimes.ts";
import type { RefreshKeys } from "./renewal-attempt.ts";

/** A session that lives. */
export interface PresentedSession {
  readonly userId: string;
  readonly sessionId: string;
}

/** Finds the live session of refresh tokens, of several the newest; null when there is none. */
export async function findPresentedSession(
  deps: {
    readonly database: Database;
    readonly keyRing: RefreshKeys;
    readonly policy: SessionPolicy;
  },
  texts: readonly string[],
): Promise<PresentedSession | null> {
  const found = await Promise.all(texts.map((text) => findRefreshToken(deps, text)));
  const [newest] = found
    .flatMap((token) =>
      token?.isActive === true && !lacksDemandedFactor(token.subject, token.session)
        ? [token.session]
        : [],
    )
    .filter(({ transport }) => transport === "cookie")
    .toSorted((a, b) => b.createdAt - a.createdAt);
  return newest === undefined ? null : { userId: newest.userId, sessionId: newest.id };
}
