import { describe, expect, test, vi } from "vitest";
import { MAX_BACK_OFF_MS } from "./limits.ts";
import { repeat, retryDelay } from "./repeat.ts";

describe("retryDelay", () => {
  test("is the interval while all is well", () => {
    expect(retryDelay(0, 1000, 0.5)).toBe(1000);
    expect(retryDelay(0, 300_000, 0)).toBe(300_000);
  });

  test("doubles up to its limit, half of it random", () => {
    expect([1, 2, 3, 4, 50].map((failures) => retryDelay(failures, 1000, 1))).toEqual([
      2000,
      4000,
      MAX_BACK_OFF_MS,
      MAX_BACK_OFF_MS,
      MAX_BACK_OFF_MS,
    ]);
    expect(retryDelay(1, 1000, 0)).toBe(1000);
    expect(retryDelay(1_000_000, 1000, 0)).toBe(MAX_BACK_OFF_MS / 2);
  });

  test("does not grow with the interval", () => {
    expect(retryDelay(1, 300_000, 1)).toBe(2000);
  });
});

describe("repeat", () => {
  test("runs at once, shares a run under way, reports failures and stops", async () => {
    const errors: unknown[] = [];
    let runs = 0;
    const task = repeat(
      async () => {
        runs++;
        if (runs === 2) throw new RangeError("second");
      },
      { interval: 3_600_000, onError: (error) => errors.push(error) },
    );
    await Promise.all([task.run(), task.run()]);
    expect(runs).toBe(1);
    await task.run();
    expect(errors).toEqual([new RangeError("second")]);
    task.stop();
    await task.run();
    expect(runs).toBe(2);
  });

  test("comes back by itself, also after a failure", async () => {
    let runs = 0;
    const task = repeat(
      async () => {
        runs++;
        if (runs === 1) throw new Error("first");
      },
      { interval: 1, onError: () => {} },
    );
    await vi.waitFor(() => {
      expect(runs).toBeGreaterThan(3);
    });
    task.stop();
  });
});
