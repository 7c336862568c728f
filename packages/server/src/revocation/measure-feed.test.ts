import { describe, expect, it } from "vitest";
import { createStatistics } from "../observability/statistics.ts";
import type { Database, Step, WriteOutcome } from "../storage/database.ts";
import type { Feed, SignedSlice } from "./feed.ts";
import { createFeedMeter } from "./measure-feed.ts";

const position = { ledger: "AAAAAAAAAAAAAAAAAAAAAA", number: 0 };

function setUp() {
  const time = { now: 0 };
  const statistics = createStatistics(() => 0);
  const append: Step = { query: { compile: () => ({}) as never } };
  const meter = createFeedMeter({
    ledger: { isAppend: (step) => step === append },
    statistics,
    now: () => time.now,
  });
  const outcome = { committed: true } as { committed: boolean };
  const database = meter.watchWrites({
    write: async () => outcome as WriteOutcome,
  } as unknown as Database);
  let answer: (slice: SignedSlice) => void = () => undefined;
  const feed = meter.watchFeed({
    followSlice: () => new Promise<SignedSlice>((resolve) => (answer = resolve)),
  } as unknown as Feed);
  return {
    time,
    outcome,
    append,
    database,
    follow: () => feed.followSlice(position, new AbortController().signal),
    deliver: (hasNews: boolean) => answer({ token: "", end: position, hasNews }),
    delay: () => statistics.read(0)[0]?.delay,
  };
}

describe("createFeedMeter", () => {
  it("measures from the commit to the hand-over", async () => {
    const { time, database, append, follow, deliver, delay } = setUp();
    const waiting = follow();
    time.now = 100;
    await database.write([append]);
    time.now = 112;
    deliver(true);
    await waiting;
    expect(delay()).toEqual({ count: 1, sum: 12, longest: 12 });
  });

  it("takes the first commit of those that a follower waited for", async () => {
    const { time, database, append, follow, deliver, delay } = setUp();
    await database.write([append]);
    time.now = 50;
    const waiting = follow();
    time.now = 60;
    await database.write([append]);
    time.now = 70;
    await database.write([append]);
    time.now = 75;
    deliver(true);
    await waiting;
    expect(delay()).toEqual({ count: 1, sum: 15, longest: 15 });
  });

  it("measures no heartbeat, no write that failed, and no other write", async () => {
    const { time, database, append, outcome, follow, deliver, delay } = setUp();
    const waiting = follow();
    await database.write([]);
    outcome.committed = false;
    await database.write([append]);
    time.now = 5000;
    deliver(false);
    await waiting;
    const again = follow();
    deliver(true);
    await again;
    expect(delay()).toBeUndefined();
  });
});
