// Puts a link's state into words: what a guard knows, and what it therefore cannot promise.

import { formatFeedPosition } from "@latchkey/protocol";
import type { FeedFollower } from "./feed-follower.ts";
import type { KeyCache } from "./key-cache.ts";
import type { OnStale } from "./options.ts";
import type { GuardFailure, LinkStatus } from "./status.ts";

/** The state of a link. `now` is in milliseconds. */
export interface LinkState {
  readonly issuer: string;
  readonly now: number;
  readonly onStale: OnStale;
  readonly isPulling: boolean;
  readonly keys: KeyCache | undefined;
  /** Null: the issuer has none. Undefined: not known yet. */
  readonly feed: FeedFollower | null | undefined;
  readonly canIntrospect: boolean;
  readonly isReady: boolean;
  readonly isStale: boolean;
  readonly entries: number;
  readonly failures: readonly GuardFailure[];
}

/** The state as plain data. */
export function describeLink(state: LinkState): LinkStatus {
  const { issuer, now, keys, feed, isReady, isStale, entries, failures } = state;
  const confirmedAt = keys?.confirmedAt ?? null;
  const head = feed?.head ?? null;
  return {
    ready: isReady,
    issuer,
    keys: {
      count: keys?.count ?? 0,
      age: confirmedAt === null ? null : Math.max(0, (now - confirmedAt) / 1000),
    },
    revocations: {
      source: feed === undefined ? "unknown" : feed === null ? "none" : "feed",
      position: head === null ? null : formatFeedPosition(head),
      lastIssuedAt: head?.issuedAt ?? null,
      staleness: feed?.staleness() ?? null,
      isStale,
      isStreaming: feed?.isStreaming ?? false,
      entries,
    },
    cannotPromise: missingPromises(state),
    lastError: [...failures].sort((a, b) => b.at - a.at)[0] ?? null,
  };
}

const STALE: Readonly<Record<OnStale, string>> = {
  allow: "the revocation feed is stale: a token taken back since then lives until it expires",
  deny: "the revocation feed is stale: every token is refused",
  introspect: "the revocation feed is stale: the issuer is asked about every token",
};

function missingPromises(state: LinkState): readonly string[] {
  const { keys, feed, onStale, isStale, isPulling, canIntrospect } = state;
  const missing: string[] = [];
  if (feed === null) {
    missing.push("this issuer has no revocation feed: a token lives until it expires");
    missing.push(
      "a signing key that the issuer withdraws verifies until the next look at its keys",
    );
  } else if ((feed?.head ?? null) === null) {
    missing.push("no revocations were read yet");
  } else if (isStale) {
    missing.push(STALE[onStale]);
  }
  if (onStale === "introspect" && keys !== undefined && !canIntrospect) {
    missing.push("this issuer names no introspection endpoint: a stale feed refuses every token");
  }
  if (isPulling && feed !== null) {
    missing.push("the feed is asked only when requests come: news is heard by the next request");
  }
  if (keys?.current() === undefined) missing.push("no confirmed keys: tokens are refused");
  return missing;
}
