// The revocation feed: stretches of the ledger as signed slices. The format is in
// @latchkey/protocol (feed.ts), the reader is the guard. Design section 4.

import { signJwt } from "@latchkey/jose";
import {
  FEED_TYPE,
  FeedFormatError,
  type FeedPosition,
  feedSliceClaims,
  parseFeedPosition,
} from "@latchkey/protocol";
import { Refusal } from "../http/refusal.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { Database } from "../storage/database.ts";
import type { Ledger } from "./ledger.ts";
import { LEDGER_LEEWAY, readLedger } from "./read-ledger.ts";

/** Seconds that a slice may be believed: a replayed older one is refused by its reader. */
export const FEED_SLICE_LIFETIME = 60;

/** Answers feed requests. */
export interface Feed {
  /**
   * The slice behind a position, as a compact JWS.
   *
   * @param after - `<ledger id>:<number>`; undefined starts a snapshot
   * @param now - milliseconds
   * @throws Refusal invalid_request when the position is malformed; feed_position_gone when it is
   * of another ledger, ahead of it, or swept
   */
  readSlice(after: string | undefined, now: number): Promise<string>;
}

/** Creates the feed of a ledger. */
export function createFeed(deps: {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly keyRing: Pick<KeyRing, "feedKey">;
  readonly issuer: string;
}): Feed {
  const { database, ledger, keyRing, issuer } = deps;
  return {
    async readSlice(after, now) {
      const position = after === undefined ? undefined : parsePosition(after);
      if (position !== undefined && position.ledger !== ledger.id) throw positionGone();
      const issuedAt = Math.floor(now / 1000);
      const from = position?.number ?? 0;
      const stretch = await readLedger(database, {
        ledgerId: ledger.id,
        after: from,
        // Who starts from nothing needs no entry whose tokens have all expired.
        ...(position === undefined ? { liveAt: issuedAt - LEDGER_LEEWAY } : {}),
      });
      if (stretch === undefined) throw positionGone();
      const claims = feedSliceClaims({
        issuer,
        issuedAt,
        expiresAt: issuedAt + FEED_SLICE_LIFETIME,
        ledger: ledger.id,
        from,
        to: stretch.to,
        fromHash: Buffer.from(stretch.fromHash),
        toHash: Buffer.from(stretch.toHash),
        snapshot: position === undefined,
        more: stretch.more,
        entries: stretch.entries,
      });
      return signJwt(claims, keyRing.feedKey(), { typ: FEED_TYPE, now: issuedAt });
    },
  };
}

function parsePosition(text: string): FeedPosition {
  try {
    return parseFeedPosition(text);
  } catch (cause) {
    if (!(cause instanceof FeedFormatError)) throw cause;
    throw new Refusal("invalid_request", {
      errors: [{ path: "after", message: cause.message }],
      cause,
    });
  }
}

function positionGone(): Refusal {
  return new Refusal("feed_position_gone");
}
