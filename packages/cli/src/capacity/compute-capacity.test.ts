import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { capacityFields } from "./capacity-fields.ts";
import { computeCapacity, type Demand } from "./compute-capacity.ts";

const page = readFileSync(new URL("../../../../docs/scaling.md", import.meta.url), "utf8");

const million: Demand = { users: 1e6, sessionsPerUser: 2, refreshInterval: 720 };

// The columns of the table "What so many users need".
const columns: readonly Demand[] = [
  million,
  { ...million, users: 1e8, activeShare: 0.5 },
  { ...million, users: 1e9, activeShare: 0.5 },
];

describe("computeCapacity", () => {
  it("divides sessions by the interval, and processor time by the share that is planned with", () => {
    const { refreshes, signIns, node, database } = computeCapacity(million);
    // 2,000,000 sessions every 720 s, at 220 us of a node and 340 us of the database.
    expect(refreshes).toBeCloseTo(2777.78, 2);
    expect(node.refreshCores).toBeCloseTo(0.6111, 4);
    expect(node.count).toBe(2);
    expect(database.roundTrips).toBeCloseTo(2 * refreshes + 3 * signIns, 6);
    expect(database.cores).toBe(2);
  });

  it("counts whole pages of the log once for each page and checkpoint, however often it changes", () => {
    // 2,000,000 sessions of 490 bytes are 119,629 pages, each renewed 20 times in 900 s.
    const often = computeCapacity(million).database;
    expect(often.pageWrites).toBeCloseTo(132.92, 2);
    // Renewed once a week, nearly every renewal meets a page of its own.
    const seldom = computeCapacity({ ...million, refreshInterval: 604_800 });
    expect(seldom.database.pageWrites).toBeGreaterThan(0.98 * seldom.refreshes);
    expect(seldom.database.pageWrites).toBeLessThan(seldom.refreshes);
  });

  it("keeps a second node when one would do, and adds cores for hashing", () => {
    const small = computeCapacity({ ...million, users: 10 });
    expect(small.node).toMatchObject({ count: 2, cores: 2 });
    expect(small.database).toMatchObject({ partitions: 1, cores: 2 });
    const busy = computeCapacity({ ...million, users: 10, signInsPerDay: 86_400 * 100 });
    // 100 a second at 28 ms are 2.8 cores, 4.7 with the share, on two nodes.
    expect(busy.node).toMatchObject({ count: 2, cores: 4 });
  });

  it("says when one ledger is not enough: by its rate, and by its length", () => {
    const at = (signInsPerSecond: number) =>
      computeCapacity({ ...million, signInsPerDay: signInsPerSecond * 86_400 }).ledger;
    expect(at(1_600)).toMatchObject({ liveEntries: 1_440_000, isEnough: true });
    expect(at(1_601).isEnough).toBe(false);
    // 100 revocations wake followers at most 50 times: 100 entries of 51 and 50 messages of 579 bytes.
    expect(at(100).feedRate).toBeCloseTo(34_050, 0);
    // A heartbeat every five seconds is the least.
    expect(at(0).feedRate).toBeCloseTo(115.8, 1);
  });

  it("sums up what is on the disk", () => {
    const { diskBytes } = computeCapacity({ ...million, signInsPerDay: 0 }).database;
    expect(diskBytes).toBe(1e6 * 570 + 2e6 * 490);
  });
});

describe("docs/scaling.md", () => {
  const rows = new Map(
    page
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .map((cells) => [cells[1], cells.slice(2, -1)]),
  );
  const expected = columns.map((demand) => capacityFields(computeCapacity(demand)));

  it.each(expected[0]?.map(([name], index) => [name, index] as const) ?? [])(
    "has the computed %s",
    (name, index) => {
      expect(rows.get(name)).toEqual(expected.map((fields) => fields[index]?.[1]));
    },
  );
});
