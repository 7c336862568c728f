import { describe, expect, it } from "vitest";
import { createStatistics, MAX_COUNTED_NAMES, OTHER, STATISTICS_MINUTES } from "./statistics.ts";

const MINUTE = 60_000;
const START = 1_000_000 * MINUTE;

function setUp() {
  const time = { now: START };
  return { time, statistics: createStatistics(() => time.now) };
}

describe("createStatistics", () => {
  it("counts by the minute, the oldest first", () => {
    const { time, statistics } = setUp();
    statistics.count("refusals", "invalid_token");
    statistics.count("refusals", "invalid_token");
    time.now += MINUTE + 5;
    statistics.count("refusals", "rate_limited");
    statistics.observeSessions(7);
    statistics.observeDelay(12);
    statistics.observeDelay(30);
    const [first, second, ...more] = statistics.read(0);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ at: START, sessions: null, delay: { count: 0 } });
    expect([...(first?.refusals ?? [])]).toEqual([["invalid_token", 2]]);
    expect(second).toMatchObject({
      at: START + MINUTE,
      sessions: 7,
      delay: { count: 2, sum: 42, longest: 30 },
    });
  });

  it("forgets what is older than a day, and does not grow", () => {
    const { time, statistics } = setUp();
    for (let minute = 0; minute < STATISTICS_MINUTES + 10; minute += 1) {
      time.now = START + minute * MINUTE;
      statistics.count("events", "login success");
    }
    const minutes = statistics.read(0);
    expect(minutes).toHaveLength(STATISTICS_MINUTES);
    expect(minutes[0]?.at).toBe(START + 10 * MINUTE);
  });

  it("answers only what is asked for, and nothing of a time that is gone", () => {
    const { time, statistics } = setUp();
    statistics.count("events", "a");
    time.now += 10 * MINUTE;
    statistics.count("events", "b");
    expect(statistics.read(START + 9 * MINUTE).map(({ at }) => at)).toEqual([START + 10 * MINUTE]);
    time.now += STATISTICS_MINUTES * MINUTE;
    expect(statistics.read(0)).toEqual([]);
  });

  it("bounds the names of a minute", () => {
    const { statistics } = setUp();
    for (let n = 0; n < MAX_COUNTED_NAMES + 5; n += 1) statistics.count("refusals", `code-${n}`);
    const [minute] = statistics.read(0);
    expect(minute?.refusals.size).toBe(MAX_COUNTED_NAMES + 1);
    expect(minute?.refusals.get(OTHER)).toBe(5);
  });

  it("takes a clock that was set back for no delay", () => {
    const { statistics } = setUp();
    statistics.observeDelay(-50);
    expect(statistics.read(0)[0]?.delay).toEqual({ count: 1, sum: 0, longest: 0 });
  });
});
