// Durations as people write them. Apart from the claims so that the server's configuration can use
// the same parser.

import { MAX_DURATION_SECONDS } from "./limits.ts";

/** Seconds as a number, or a number and a unit: `"15m"`, `"1h"`, `"30 days"`, `"1.5 hours"`. */
export type Duration = number | string;

const SECONDS: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["sec", 1],
  ["secs", 1],
  ["second", 1],
  ["seconds", 1],
  ["m", 60],
  ["min", 60],
  ["mins", 60],
  ["minute", 60],
  ["minutes", 60],
  ["h", 3600],
  ["hr", 3600],
  ["hrs", 3600],
  ["hour", 3600],
  ["hours", 3600],
  ["d", 86_400],
  ["day", 86_400],
  ["days", 86_400],
  ["w", 604_800],
  ["week", 604_800],
  ["weeks", 604_800],
]);

// A unit is required in text: "15" could be seconds or milliseconds. "M", "ms", months and years
// are ambiguous and have no entry.
const PATTERN = /^(\d{1,12}(?:\.\d{1,6})?) ?([a-z]{1,7})$/;

/**
 * Reads a duration.
 *
 * @returns seconds; fractions are kept
 * @throws TypeError for NaN, infinity, a negative number, text without a known unit, or more than 100 years
 * @example
 * ```ts
 * parseDuration("15m"); // 900
 * ```
 */
export function parseDuration(duration: Duration): number {
  let seconds = Number.NaN;
  if (typeof duration === "number") {
    seconds = duration;
  } else if (typeof duration === "string" && duration.length <= 32) {
    const match = PATTERN.exec(duration);
    const unit = SECONDS.get(match?.[2] ?? "");
    if (match !== null && unit !== undefined) seconds = Number(match[1]) * unit;
  }
  if (!(seconds >= 0 && seconds <= MAX_DURATION_SECONDS)) {
    throw new TypeError(
      'a duration is a finite number of seconds, zero or more, or text such as "15m", "1h" or "30 days"',
    );
  }
  return seconds;
}
