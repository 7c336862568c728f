// Which slice of the revocation feed may follow which: the pure part of following it. A guard
// never goes back, leaves no gap, and starts over only from a whole snapshot. Design section 4.

import type { Buffer } from "node:buffer";
import { type FeedPosition, type FeedSlice, firstLedgerHash } from "@latchkey/protocol";

/** Thrown when a slice does not fit. The state that it was checked against stays. */
export class FeedRefused extends Error {
  override readonly name = "FeedRefused";
}

/** A verified place in a ledger. `issuedAt` is in seconds. */
export interface FeedHead extends FeedPosition {
  readonly hash: Buffer;
  readonly issuedAt: number;
}

/** How far the feed was followed. */
export interface FeedChain {
  /** The end of the last complete reading: every entry up to it was seen. */
  readonly complete: FeedHead | null;
  /** Where a reading has got to that is not complete yet: a snapshot, or a long delta. */
  readonly partial: FeedHead | null;
  /** The furthest place seen of each ledger, to recognise a roll-back. */
  readonly furthest: ReadonlyMap<string, FeedHead>;
}

/** Nothing read yet. */
export const emptyFeedChain: FeedChain = Object.freeze({
  complete: null,
  partial: null,
  furthest: new Map<string, FeedHead>(),
});

/** The position to ask from; null asks for a snapshot. */
export function nextPosition(chain: FeedChain): FeedHead | null {
  return chain.partial ?? chain.complete;
}

/**
 * The chain after a slice that answers the question from `asked` (null: a snapshot).
 *
 * @throws FeedRefused for a gap, a repetition, a fork, a roll-back, or a slice without progress
 */
export function followSlice(chain: FeedChain, slice: FeedSlice, asked: FeedHead | null): FeedChain {
  if (asked === null) {
    if (!slice.snapshot || slice.from !== 0) throw new FeedRefused("asked for a snapshot");
    if (!slice.fromHash.equals(firstLedgerHash(slice.ledger))) {
      throw new FeedRefused("the snapshot does not start at the ledger's beginning");
    }
  } else {
    if (slice.ledger !== asked.ledger) throw new FeedRefused("the slice is of another ledger");
    if (slice.from !== asked.number) throw new FeedRefused("the slice does not start where we are");
    if (!slice.fromHash.equals(asked.hash)) throw new FeedRefused("the ledger was rewritten");
  }
  if (slice.more && slice.to === slice.from) throw new FeedRefused("the slice brings nothing");
  const head: FeedHead = {
    ledger: slice.ledger,
    number: slice.to,
    hash: slice.toHash,
    issuedAt: slice.issuedAt,
  };
  return slice.more ? { ...chain, partial: head } : complete(chain, head);
}

function complete(chain: FeedChain, head: FeedHead): FeedChain {
  const last = chain.complete;
  const seen = chain.furthest.get(head.ledger);
  if (seen !== undefined && head.number < seen.number) {
    throw new FeedRefused("the ledger is shorter than it was");
  }
  if (seen !== undefined && head.number === seen.number && !head.hash.equals(seen.hash)) {
    throw new FeedRefused("the ledger was rewritten");
  }
  // A ledger is replaced by a newer one. A kept copy of an older ledger is a roll-back.
  if (last !== null && last.ledger !== head.ledger && head.issuedAt < last.issuedAt) {
    throw new FeedRefused("the ledger is older than the one in use");
  }
  // Nodes' clocks differ a little; what was known at a time does not become unknown.
  const issuedAt = Math.max(head.issuedAt, last?.issuedAt ?? 0);
  const reached = { ...head, issuedAt };
  return {
    complete: reached,
    partial: null,
    furthest: new Map(chain.furthest).set(head.ledger, reached),
  };
}

/** The chain without the places of ledgers that have no entries left. */
export function forgetLedgers(chain: FeedChain, live: readonly string[]): FeedChain {
  const kept = [...chain.furthest].filter(
    ([ledger]) => live.includes(ledger) || ledger === chain.complete?.ledger,
  );
  return kept.length === chain.furthest.size ? chain : { ...chain, furthest: new Map(kept) };
}
