// Measures how long it takes from the commit that takes something back until the feed hands it to
// each of its followers. Only what this node wrote: it knows of no other node when it committed.

import type { Statistics } from "../observability/statistics.ts";
import type { Database } from "../storage/database.ts";
import type { Feed, SignedSlice } from "./feed.ts";
import type { Ledger } from "./ledger.ts";

/** Commits that are remembered until they are handed over; of more only the last ones count. */
export const MAX_REMEMBERED_APPENDS = 256;

/** A store and a feed that are measured together. */
export interface FeedMeter {
  /** The same store; it notes when the ledger grew. */
  readonly watchWrites: (database: Database) => Database;
  /** The same feed; it notes when a follower was handed something. */
  readonly watchFeed: (feed: Feed) => Feed;
}

/** Creates a meter. @param now - milliseconds */
export function createFeedMeter(options: {
  readonly ledger: Pick<Ledger, "isAppend">;
  readonly statistics: Pick<Statistics, "observeDelay">;
  readonly now: () => number;
}): FeedMeter {
  const { ledger, statistics, now } = options;
  const appends: number[] = [];

  function noteAppend(): void {
    appends.push(now());
    if (appends.length > MAX_REMEMBERED_APPENDS) appends.shift();
  }

  async function handOver(waiting: Promise<SignedSlice>, since: number): Promise<SignedSlice> {
    const slice = await waiting;
    if (!slice.hasNews) return slice;
    // The first commit since this follower began to wait; what came in between its questions was
    // the last one before.
    const committed = appends.find((at) => at >= since) ?? appends.at(-1);
    if (committed !== undefined) statistics.observeDelay(now() - committed);
    return slice;
  }

  return {
    watchWrites: (database) => ({
      ...database,
      dialect: database.dialect,
      query: database.query,
      read: (query) => database.read(query),
      write: async (steps) => {
        const outcome = await database.write(steps);
        if (outcome.committed && steps.some((step) => ledger.isAppend(step))) noteAppend();
        return outcome;
      },
      close: () => database.close(),
    }),
    watchFeed: (feed) => ({
      ...feed,
      waitForSlice: (after, patience) => handOver(feed.waitForSlice(after, patience), now()),
      followSlice: (after, signal) => handOver(feed.followSlice(after, signal), now()),
    }),
  };
}
