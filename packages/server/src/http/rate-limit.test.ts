import { describe, expect, it } from "vitest";
import { createRateLimiter } from "./rate-limit.ts";

const limit = { attempts: 3, per: 60 };
const T0 = 1_700_000_000_000;

/** How many attempts pass at one time. */
function passing(limiter: ReturnType<typeof createRateLimiter>, name: string, now: number): number {
  for (let passed = 0; passed < 100; passed++) {
    try {
      limiter.count(name, now);
    } catch {
      return passed;
    }
  }
  return 100;
}

describe("createRateLimiter", () => {
  it("lets so many pass at once, then one for each interval", () => {
    const limiter = createRateLimiter(limit);
    expect(passing(limiter, "a", T0)).toBe(3);
    expect(passing(limiter, "a", T0 + 19_000)).toBe(0);
    expect(passing(limiter, "a", T0 + 20_001)).toBe(1);
    expect(passing(limiter, "a", T0 + 10 * 60_000)).toBe(3);
  });

  it("names the seconds to wait", () => {
    const limiter = createRateLimiter(limit);
    passing(limiter, "a", T0);
    expect(() => limiter.count("a", T0 + 500)).toThrow(
      expect.objectContaining({ code: "rate_limited", headers: { "Retry-After": "20" } }),
    );
  });

  it("keeps names apart", () => {
    const limiter = createRateLimiter(limit);
    expect(passing(limiter, "a", T0)).toBe(3);
    expect(passing(limiter, "b", T0)).toBe(3);
  });

  it("does not lock anybody out for long when the clock steps back", () => {
    const limiter = createRateLimiter(limit);
    passing(limiter, "a", T0 + 3_600_000);
    expect(passing(limiter, "a", T0)).toBe(3);
    // By seconds, as between nodes, nothing is forgotten.
    expect(passing(limiter, "a", T0 - 10_000)).toBe(0);
  });

  it("I8: remembers only so many names, the latest ones", () => {
    const limiter = createRateLimiter(limit, 2);
    passing(limiter, "a", T0);
    passing(limiter, "b", T0);
    passing(limiter, "c", T0);
    expect(passing(limiter, "c", T0)).toBe(0);
    expect(passing(limiter, "a", T0)).toBe(3);
  });
});
