import { describe, expect, it } from "vitest";
import type { StatisticsMinute } from "../api/wire.ts";
import { latest, OTHER_CODES, stepOf, stepsOf, total } from "./dashboard-data.ts";

const NOW = Date.UTC(2026, 2, 1, 12, 0, 30);

function minute(minutesAgo: number, members: Partial<StatisticsMinute> = {}): StatisticsMinute {
  return {
    at: new Date(Math.floor(NOW / 60_000) * 60_000 - minutesAgo * 60_000).toISOString(),
    sign_ins: { succeeded: 0, failed: 0 },
    renewals: {},
    refusals: {},
    active_sessions: null,
    propagation: { deliveries: 0, mean: 0, longest: 0 },
    ...members,
  };
}

describe("stepsOf", () => {
  it("has one place for each minute, also where nothing happened", () => {
    const steps = stepsOf([minute(0, { sign_ins: { succeeded: 3, failed: 1 } })], {
      now: NOW,
      minutes: 60,
    });
    expect(steps.times).toHaveLength(60);
    expect(steps.times.at(-1)).toBe(Math.floor(NOW / 60_000) * 60);
    expect([steps.signInsOk.at(-1), steps.signInsFailed.at(-1)]).toEqual([3, 1]);
    expect(total(steps.signInsOk)).toBe(3);
  });

  it("adds minutes up into longer steps", () => {
    const both = [0, 1].map((ago) => minute(ago, { renewals: { rotated: 2, kept: 1, reuse: 4 } }));
    const steps = stepsOf(both, { now: NOW, minutes: 1440 });
    expect(steps.times).toHaveLength(1440 / stepOf(1440));
    expect([total(steps.rotated), total(steps.kept), total(steps.refused)]).toEqual([4, 2, 8]);
  });

  it("weighs delays by their number, and knows none where there was none", () => {
    const steps = stepsOf(
      [
        minute(0, { propagation: { deliveries: 3, mean: 10, longest: 20 } }),
        minute(1, { propagation: { deliveries: 1, mean: 50, longest: 50 } }),
        minute(9),
      ],
      { now: NOW, minutes: 360 },
    );
    expect(latest(steps.delayMean)).toBe(10);
    expect(steps.delayMean.filter((value) => value !== null)).toEqual([50, 10]);
    expect(latest(steps.delayLongest)).toBe(20);
    expect(latest(stepsOf([minute(9)], { now: NOW, minutes: 60 }).delayMean)).toBeNull();
  });

  it("plots the most frequent codes, and the others together", () => {
    const refusals = { a: 9, b: 8, c: 7, d: 6, e: 5, f: 4, g: 3 };
    const steps = stepsOf([minute(0, { refusals })], { now: NOW, minutes: 60 });
    expect(steps.refusals.map(({ code, values }) => [code, total(values)])).toEqual([
      ["a", 9],
      ["b", 8],
      ["c", 7],
      ["d", 6],
      ["e", 5],
      [OTHER_CODES, 7],
    ]);
  });

  it("leaves out what is older than what is shown", () => {
    const old = minute(61, { sign_ins: { succeeded: 9, failed: 9 } });
    expect(total(stepsOf([old], { now: NOW, minutes: 60 }).signInsOk)).toBe(0);
  });
});
