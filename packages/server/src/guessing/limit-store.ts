// Where counters are kept: in memory for one process, in the database for many nodes. Both answer
// alike; memory-store.ts and database-store.ts pass one and the same test.

import type { RateLimit } from "../http/rate-limit.ts";

/** A counter of a rate limit. */
export interface Bucket {
  /** 22 characters: a hash, so that no name is kept in clear and each takes the same space. */
  readonly key: string;
  /** Which limit it belongs to; a store that is bounded by memory bounds each by itself. */
  readonly kind: string;
  readonly limit: RateLimit;
}

/** A counter of failures in a row. */
export interface LaneKey {
  readonly key: string;
  readonly kind: string;
  /** Milliseconds that it is remembered. */
  readonly memory: number;
}

/** Keeps counters. Times are in milliseconds. */
export interface LimitStore {
  /**
   * Counts an attempt in every bucket, or in none when one of them is full.
   *
   * @returns milliseconds to wait; 0 when it was counted
   */
  take(buckets: readonly Bucket[], now: number): Promise<number>;
  /** Takes a counted attempt back. */
  giveBack(buckets: readonly Bucket[]): Promise<void>;
  /** Forgets all attempts. */
  empty(buckets: readonly Bucket[]): Promise<void>;
  /** Counts a failure in a lane; false when the lane is closed, and then nothing is counted. */
  enterLane(lane: LaneKey, now: number): Promise<boolean>;
  /** Takes a counted failure back. */
  leaveLane(lane: LaneKey): Promise<void>;
  /** Forgets the failures of lanes. */
  clearLanes(lanes: readonly Pick<LaneKey, "key" | "kind">[]): Promise<void>;
}
