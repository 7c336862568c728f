// N7 of the catalogue: failures in a row are counted over the end of the process.

import { describe, expect, it } from "vitest";
import { openTestDatabase } from "../../test/engines/engines.ts";
import type { Database } from "../storage/database.ts";
import { openKeptStore } from "./kept-store.ts";
import { MAX_LANE_FAILURES } from "./lane.ts";
import type { LaneKey } from "./limit-store.ts";

const HOUR = 3_600_000;
const T0 = 1_700_000_000_000;
const lane: LaneKey = { key: "lane", kind: "password.stranger", memory: 24 * HOUR };

async function start() {
  const database = await openTestDatabase();
  let writes = 0;
  let isAway = false;
  // The real store, counted on the way, and away when a test says so.
  const counted: Database = Object.assign(Object.create(database) as Database, {
    write: (steps: Parameters<Database["write"]>[0]) => {
      if (isAway) return Promise.reject(new Error("away"));
      writes += 1;
      return database.write(steps);
    },
  });
  const rows = () =>
    database.read(database.query.selectFrom("rate_limits").select(["failures", "open_at"]));
  return {
    open: (now = T0) => openKeptStore(counted, () => now),
    writes: () => writes,
    setAway: (away: boolean) => {
      isAway = away;
    },
    rows,
  };
}

describe("lanes of one process", () => {
  it("N7: go on counting where the process before ended", async () => {
    const { open } = await start();
    let failures = 0;
    for (let process = 0; process < 3; process += 1) {
      const store = await open();
      for (let hour = 0; hour < 40; hour += 1) {
        if (await store.enterLane(lane, T0 + (process * 40 + hour) * 25 * HOUR)) failures += 1;
      }
      await store.close();
    }
    expect(failures).toBe(MAX_LANE_FAILURES);
  });

  it("write nothing for a success, and delete what a success ends", async () => {
    const { open, rows, writes } = await start();
    const store = await open();
    for (let signIn = 0; signIn < 5; signIn += 1) {
      await store.enterLane(lane, T0);
      await store.clearLanes([lane]);
    }
    await store.keep();
    expect(writes()).toBe(0);
    await store.enterLane(lane, T0);
    await store.enterLane(lane, T0);
    await store.keep();
    expect(await rows()).toEqual([{ failures: 2, open_at: 0 }]);
    const next = await open();
    await next.enterLane(lane, T0);
    await next.leaveLane(lane);
    await next.keep();
    expect(await rows()).toEqual([{ failures: 2, open_at: 0 }]);
    await next.clearLanes([lane]);
    await next.keep();
    expect(await rows()).toEqual([]);
  });

  it("are written again when the store was away, the newest value once", async () => {
    const { open, rows, setAway } = await start();
    const store = await open();
    setAway(true);
    await store.enterLane(lane, T0);
    await store.keep();
    await store.enterLane(lane, T0);
    setAway(false);
    await store.close();
    expect(await rows()).toEqual([{ failures: 2, open_at: 0 }]);
  });

  it("are forgotten when their memory is over", async () => {
    const { open } = await start();
    const store = await open();
    for (let failure = 0; failure < MAX_LANE_FAILURES; failure += 1) {
      await store.enterLane(lane, T0 + failure * 25 * HOUR);
    }
    await store.close();
    expect(await (await open(T0 + HOUR)).enterLane(lane, T0 + 2000 * HOUR)).toBe(false);
    expect(await (await open(T0 + 25 * HOUR)).enterLane(lane, T0 + 2000 * HOUR)).toBe(true);
  });
});
