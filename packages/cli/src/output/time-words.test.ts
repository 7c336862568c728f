import { expect, test } from "vitest";
import { formatDistance, formatTime } from "./time-words.ts";

test("distances", () => {
  expect(formatDistance(0)).toBe("now");
  expect(formatDistance(999)).toBe("now");
  expect(formatDistance(1000)).toBe("in 1 second");
  expect(formatDistance(-59_999)).toBe("59 seconds ago");
  expect(formatDistance(899_000)).toBe("in 14 minutes");
  expect(formatDistance(-3_600_000)).toBe("1 hour ago");
  expect(formatDistance(30 * 86_400_000)).toBe("in 30 days");
});

test("times", () => {
  const now = Date.parse("2026-01-31T10:00:00Z");
  expect(formatTime(now + 720_000, now)).toBe("2026-01-31 10:12:00 UTC (in 12 minutes)");
  expect(formatTime(Number.NaN, now)).toBe("not a time");
  expect(formatTime(1e300, now)).toBe("not a time");
});
