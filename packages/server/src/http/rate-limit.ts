// Counts attempts in bounded memory. Each limit is a leaky bucket (GCRA): one number for a name,
// the time at which its bucket is empty again. Counting comes before the work and in the same
// turn, so parallel attempts cannot slip through between a check and its count.

import { createHash } from "node:crypto";
import { Refusal } from "./refusal.ts";

/** Names that one limit remembers at most; the one touched longest ago is forgotten first. */
export const MAX_LIMITED_NAMES = 100_000;

/** Milliseconds that the clocks of nodes differ, at most. */
export const MAX_CLOCK_SKEW = 60_000;

/** So many attempts at once, and so many more over each such time. */
export interface RateLimit {
  readonly attempts: number;
  /** Seconds in which an empty allowance fills up again. */
  readonly per: number;
}

/** What an attempt comes to. Times are in milliseconds. */
export type DripResult =
  | { readonly emptyAt: number; readonly wait: 0 }
  | { readonly emptyAt: number; readonly wait: number };

/**
 * Decides about one more attempt.
 *
 * @param emptyAt - when the bucket is empty; 0 for one that nobody has touched
 * @returns when it is empty after the attempt, or how long to wait for one
 */
export function drip(limit: RateLimit, emptyAt: number, now: number): DripResult {
  const span = limit.per * 1000;
  // A time that this clock cannot have written was written before it stepped back, and counts for
  // nothing; one that is a little ahead is another node's.
  const known = emptyAt > now + span + MAX_CLOCK_SKEW ? 0 : Math.min(emptyAt, now + span);
  const next = Math.max(known, now) + dripInterval(limit);
  const wait = next - now - span;
  // Half a millisecond of tolerance: the interval is a fraction.
  return wait > 0.5 ? { emptyAt: known, wait } : { emptyAt: next, wait: 0 };
}

/** Milliseconds in which one attempt drains. */
export function dripInterval(limit: RateLimit): number {
  return (limit.per * 1000) / limit.attempts;
}

/** A running limit. Times are in milliseconds. */
export interface RateLimiter {
  /** Counts an attempt. @throws Refusal `rate_limited` with Retry-After */
  count(name: string, now: number): void;
}

/** Creates a limit. */
export function createRateLimiter(limit: RateLimit, maxNames = MAX_LIMITED_NAMES): RateLimiter {
  const emptyAt = new Map<string, number>();
  return {
    count(name, now) {
      const key = limitKey(name);
      const result = drip(limit, emptyAt.get(key) ?? 0, now);
      remember(emptyAt, { key, value: result.emptyAt, most: maxNames });
      if (result.wait > 0) throw rateLimited(result.wait);
    },
  };
}

/** The refusal of an attempt that comes too early. @param wait - milliseconds */
export function rateLimited(wait: number): Refusal {
  return new Refusal("rate_limited", {
    headers: { "Retry-After": String(Math.max(1, Math.ceil(wait / 1000))) },
  });
}

/** Keeps a value as the one touched last, and forgets the one touched longest ago past a bound. */
export function remember<Value>(
  map: Map<string, Value>,
  entry: { readonly key: string; readonly value: Value; readonly most: number },
): void {
  map.delete(entry.key);
  map.set(entry.key, entry.value);
  if (map.size <= entry.most) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

/** Names come from requests: hashed, each takes the same memory and none is kept in clear. */
export function limitKey(name: string): string {
  return createHash("sha256").update(name).digest("base64url").slice(0, 22);
}
