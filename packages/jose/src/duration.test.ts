// Durations as people write them.

import { expect, test } from "vitest";
import { type Duration, parseDuration } from "./duration.ts";

test.each([
  [0, 0],
  [90, 90],
  [1.5, 1.5],
  ["0s", 0],
  ["15s", 15],
  ["15m", 900],
  ["15 min", 900],
  ["15 mins", 900],
  ["1 minute", 60],
  ["1h", 3600],
  ["2 hrs", 7200],
  ["1.5 hours", 5400],
  ["7d", 604_800],
  ["30 days", 2_592_000],
  ["2w", 1_209_600],
  ["100 weeks", 60_480_000],
])("%s is %d seconds", (duration, seconds) => {
  expect(parseDuration(duration)).toBe(seconds);
});

const refused: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  -0.001,
  1e300,
  3_155_760_001,
  "",
  " ",
  "15",
  "m",
  "15M",
  "15H",
  "15ms",
  "1y",
  "1 month",
  "-5m",
  "+5m",
  "1e3s",
  "0x10s",
  ".5h",
  "5.h",
  "1,5h",
  "5  m",
  " 5m",
  "5m ",
  "5m\n",
  "5m 10s",
  "1h30m",
  "١m",
  "15 Min",
  "999999999999d",
  "1".repeat(40) + "s",
  null,
  undefined,
  true,
  {},
  [5],
  5n,
  new Date(),
  { valueOf: (): number => 5 },
];
test.each(refused.map((duration) => [duration]))("refuses %s", (duration) => {
  expect(() => parseDuration(duration as Duration)).toThrow(TypeError);
});
