// Counts attempts in bounded memory. Each limit is a leaky bucket (GCRA): one number for a name,
// the time at which its bucket is empty again. Counting comes before the work and in the same
// turn, so parallel attempts cannot slip through between a check and its count.

import { createHash } from "node:crypto";
import { Refusal } from "./refusal.ts";

/** Names that one limit remembers at most; the one touched longest ago is forgotten first. */
export const MAX_LIMITED_NAMES = 100_000;

/** So many attempts at once, and so many more over each such time. */
export interface RateLimit {
  readonly attempts: number;
  /** Seconds in which an empty allowance fills up again. */
  readonly per: number;
}

/** A running limit. Times are in milliseconds. */
export interface RateLimiter {
  /** Counts an attempt. @throws Refusal `rate_limited` with Retry-After */
  count(name: string, now: number): void;
  /** Takes an attempt back, because it turned out to be an honest one. */
  refund(name: string): void;
  /** Forgets all attempts of a name. */
  reset(name: string): void;
}

/** Creates a limit. */
export function createRateLimiter(limit: RateLimit, maxNames = MAX_LIMITED_NAMES): RateLimiter {
  const interval = (limit.per * 1000) / limit.attempts;
  const emptyAt = new Map<string, number>();
  return {
    count(name, now) {
      const key = keyOf(name);
      // The clock may have stepped back; a name never waits longer than its bucket takes to drain.
      const known = Math.min(emptyAt.get(key) ?? 0, now + limit.per * 1000);
      const next = Math.max(known, now) + interval;
      const wait = next - now - limit.per * 1000;
      // Half a millisecond of tolerance: the interval is a fraction.
      if (wait > 0.5) {
        emptyAt.set(key, known);
        throw new Refusal("rate_limited", {
          headers: { "Retry-After": String(Math.max(1, Math.ceil(wait / 1000))) },
        });
      }
      emptyAt.delete(key);
      emptyAt.set(key, next);
      if (emptyAt.size > maxNames) forgetOldest(emptyAt);
    },
    refund(name) {
      const key = keyOf(name);
      const at = emptyAt.get(key);
      if (at !== undefined) emptyAt.set(key, at - interval);
    },
    reset(name) {
      emptyAt.delete(keyOf(name));
    },
  };
}

function forgetOldest(emptyAt: Map<string, number>): void {
  const oldest = emptyAt.keys().next();
  if (oldest.done !== true) emptyAt.delete(oldest.value);
}

// Names come from requests: hashed, each takes the same memory and none is kept in clear.
function keyOf(name: string): string {
  return createHash("sha256").update(name).digest("base64url").slice(0, 22);
}
