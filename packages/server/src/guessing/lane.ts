// How long an account stays closed after wrong secrets. Nobody is locked out by a stranger: an
// account has two lanes, one for networks its owner has signed in from and one for all others, and
// what happens in the one does not close the other. In each the wait grows with the failures in a
// row, and a success ends them.
//
// NIST SP 800-63B-4 section 3.2.2: no more than 100 consecutive failed attempts on one account. Two
// lanes of 50 are 100.

import { MAX_CLOCK_SKEW } from "../http/rate-limit.ts";

/** Failures in a row after which a lane stays closed until its owner signs in or resets. */
export const MAX_LANE_FAILURES = 50;

/** Failures in a row that do not close a lane. */
export const FREE_LANE_FAILURES = 20;

/** Milliseconds that a lane is closed by the first failure that closes it; each next one doubles it. */
export const FIRST_LANE_WAIT = 1000;

/** Milliseconds that a lane is closed by one failure, at most. */
export const LONGEST_LANE_WAIT: number = 24 * 60 * 60 * 1000;

/** Milliseconds that failures in a row are remembered when no more come. */
export const LANE_MEMORY: number = 365 * 24 * 60 * 60 * 1000;

/** Milliseconds ahead that a lane can open, as written by a clock that is a little ahead. */
export const LATEST_LANE_OPENING: number = LONGEST_LANE_WAIT + MAX_CLOCK_SKEW;

/** A lane. */
export interface Lane {
  /** Failures in a row, with those under way. */
  readonly failures: number;
  /** Milliseconds. */
  readonly opensAt: number;
}

/** Milliseconds that a lane is closed after so many failures in a row. */
export function laneWait(failures: number): number {
  if (failures < FREE_LANE_FAILURES) return 0;
  return Math.min(FIRST_LANE_WAIT * 2 ** (failures - FREE_LANE_FAILURES), LONGEST_LANE_WAIT);
}

/**
 * Counts an attempt as a failure, before it is known what it comes to.
 *
 * @param now - milliseconds
 * @returns the lane with the attempt in it; undefined when it is closed
 */
export function enterLane(lane: Lane | undefined, now: number): Lane | undefined {
  const { failures, opensAt } = lane ?? { failures: 0, opensAt: 0 };
  // Later than that was written before the clock stepped back, and counts for nothing.
  const isClosed = opensAt > now && opensAt <= now + LATEST_LANE_OPENING;
  if (isClosed || failures >= MAX_LANE_FAILURES) return undefined;
  const wait = laneWait(failures + 1);
  // A failure that closes nothing leaves no time behind: of requests that race, one that began first
  // must not find a later one's time.
  return { failures: failures + 1, opensAt: wait === 0 ? 0 : now + wait };
}
