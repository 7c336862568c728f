// One suite for both stores, and the database's on both engines.

import { describe, expect, it } from "vitest";
import { openTestDatabase } from "../../test/engines/engines.ts";
import { createDatabaseStore } from "./database-store.ts";
import { FREE_LANE_FAILURES, LONGEST_LANE_WAIT, MAX_LANE_FAILURES } from "./lane.ts";
import type { Bucket, LaneKey, LimitStore } from "./limit-store.ts";
import { openKeptStore } from "./kept-store.ts";
import { createMemoryStore } from "./memory-store.ts";
import { sweepLimits } from "./sweep-limits.ts";

const T0 = 1_700_000_000_000;
const HOUR = 3_600_000;

const stores: [string, () => Promise<LimitStore>][] = [
  ["memory", async () => createMemoryStore()],
  ["memory that is kept", async () => openKeptStore(await openTestDatabase(), () => T0)],
  ["database", async () => createDatabaseStore(await openTestDatabase())],
];

const bucket = (key: string, attempts = 3, per = 60): Bucket => ({
  key,
  kind: "test",
  limit: { attempts, per },
});

const lane: LaneKey = { key: "lane", kind: "lanes", memory: HOUR };

/** How many attempts pass at one time. */
async function passing(
  store: LimitStore,
  buckets: readonly Bucket[],
  now: number,
): Promise<number> {
  for (let passed = 0; passed < 100; passed++) {
    if ((await store.take(buckets, now)) > 0) return passed;
  }
  return 100;
}

/** How many failures a lane takes at one time. */
async function failures(store: LimitStore, now: number): Promise<number> {
  for (let counted = 0; counted < 200; counted++) {
    if (!(await store.enterLane(lane, now))) return counted;
  }
  return 200;
}

describe.each(stores)("limits kept in the %s", (_, open) => {
  it("let so many pass at once, then one for each interval", async () => {
    const store = await open();
    const a = [bucket("a")];
    expect(await passing(store, a, T0)).toBe(3);
    expect(await passing(store, a, T0 + 19_000)).toBe(0);
    expect(await passing(store, a, T0 + 20_001)).toBe(1);
    expect(await passing(store, a, T0 + 10 * 60_000)).toBe(3);
  });

  it("tell how long to wait", async () => {
    const store = await open();
    await passing(store, [bucket("a")], T0);
    expect(await store.take([bucket("a")], T0 + 500)).toBe(19_500);
  });

  it("count in all buckets or in none", async () => {
    const store = await open();
    expect(await passing(store, [bucket("small", 1), bucket("wide", 5)], T0)).toBe(1);
    expect(await passing(store, [bucket("wide", 5)], T0)).toBe(4);
    expect(await passing(store, [bucket("other"), bucket("wide", 5)], T0)).toBe(0);
    expect(await passing(store, [bucket("other")], T0)).toBe(3);
  });

  it("take attempts back, and forget", async () => {
    const store = await open();
    const a = [bucket("a")];
    expect(await passing(store, a, T0)).toBe(3);
    await store.giveBack(a);
    expect(await passing(store, a, T0)).toBe(1);
    await store.empty(a);
    expect(await passing(store, a, T0)).toBe(3);
    await store.giveBack([bucket("never seen")]);
    expect(await passing(store, [bucket("never seen")], T0)).toBe(3);
  });

  it("N7: let no parallel attempt slip through (CVE-2023-47111)", async () => {
    const store = await open();
    const waits = await Promise.all(
      Array.from({ length: 40 }, () => store.take([bucket("a")], T0)),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
    const entered = await Promise.all(Array.from({ length: 60 }, () => store.enterLane(lane, T0)));
    expect(entered.filter(Boolean)).toHaveLength(FREE_LANE_FAILURES);
  });

  it("lock nobody out for long when the clock steps back", async () => {
    const store = await open();
    await passing(store, [bucket("a")], T0 + HOUR);
    expect(await passing(store, [bucket("a")], T0)).toBe(3);
    // By seconds, as between nodes, nothing is forgotten.
    expect(await passing(store, [bucket("a")], T0 - 10_000)).toBe(0);
    await failures(store, T0 + 3 * LONGEST_LANE_WAIT);
    expect(await store.enterLane(lane, T0)).toBe(true);
  });

  it("close a lane for longer and longer, and for good after fifty", async () => {
    const store = await open();
    let now = T0;
    expect(await failures(store, now)).toBe(FREE_LANE_FAILURES);
    for (let counted = FREE_LANE_FAILURES, wait = 1000; counted < MAX_LANE_FAILURES; counted++) {
      expect(await store.enterLane(lane, now + wait - 1)).toBe(false);
      now += wait;
      expect(await store.enterLane(lane, now)).toBe(true);
      wait = Math.min(2 * wait, LONGEST_LANE_WAIT);
    }
    expect(await store.enterLane(lane, now + 365 * LONGEST_LANE_WAIT)).toBe(false);
    await store.clearLanes([lane]);
    expect(await failures(store, now)).toBe(FREE_LANE_FAILURES);
  });

  it("close no lane to a request that began before the last one that entered", async () => {
    const store = await open();
    expect(await store.enterLane(lane, T0 + 5)).toBe(true);
    expect(await store.enterLane(lane, T0)).toBe(true);
    expect(await store.enterLane(lane, T0 + 3)).toBe(true);
  });

  it("take a failure back that was none", async () => {
    const store = await open();
    await failures(store, T0);
    await store.leaveLane(lane);
    expect(await failures(store, T0)).toBe(1);
  });
});

describe("limits in memory", () => {
  it("I8: remember only so many names of a kind, the latest ones", async () => {
    const store = createMemoryStore(2);
    for (const key of ["a", "b", "c"]) await passing(store, [bucket(key)], T0);
    expect(await passing(store, [bucket("c")], T0)).toBe(0);
    expect(await passing(store, [bucket("a")], T0)).toBe(3);
    await store.enterLane(lane, T0);
    expect(await passing(store, [bucket("a")], T0)).toBe(0);
  });
});

describe("limits in the database", () => {
  it("are one for all nodes", async () => {
    const database = await openTestDatabase();
    const [one, other] = [createDatabaseStore(database), createDatabaseStore(database)];
    expect(await passing(one, [bucket("a")], T0)).toBe(3);
    expect(await passing(other, [bucket("a")], T0)).toBe(0);
    expect(await failures(one, T0)).toBe(FREE_LANE_FAILURES);
    expect(await failures(other, T0)).toBe(0);
  });

  it("are swept when they count nothing any more, and not before", async () => {
    const database = await openTestDatabase();
    const store = createDatabaseStore(database);
    await passing(store, [bucket("a")], T0);
    await failures(store, T0);
    expect(await sweepLimits(database, T0 + 60_000)).toBe(0);
    expect(await passing(store, [bucket("a")], T0 + 19_000)).toBe(0);
    expect(await sweepLimits(database, T0 + 130_000)).toBe(1);
    expect(await failures(store, T0)).toBe(0);
    expect(await sweepLimits(database, T0 + HOUR + 1)).toBe(1);
  });
});
