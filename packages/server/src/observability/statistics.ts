// What happened on this node, counted by the minute: a ring of the last day in memory, for the
// dashboard. Bounded, and gone with the process: what must outlive it is in the audit log.

/** Minutes that are kept: a day. */
export const STATISTICS_MINUTES = 1440;

/** Different names counted in one minute; further ones are counted together. */
export const MAX_COUNTED_NAMES = 64;

const MINUTE = 60_000;

/** The name under which is counted what has no place of its own. */
export const OTHER = "other";

/** What is counted: audit events, renewals by result, refusals by code. */
export type CountedKind = "events" | "renewals" | "refusals";

/** One minute. */
export interface Minute {
  /** When it began, in milliseconds. */
  readonly at: number;
  readonly events: ReadonlyMap<string, number>;
  readonly renewals: ReadonlyMap<string, number>;
  readonly refusals: ReadonlyMap<string, number>;
  /** How long the feed took to hand over what was taken back; milliseconds. */
  readonly delay: { readonly count: number; readonly sum: number; readonly longest: number };
  /** Live sessions when they were last counted; null when nobody asked in this minute. */
  readonly sessions: number | null;
}

/** Counters by the minute. */
export interface Statistics {
  /** When counting began, in milliseconds. */
  readonly since: number;
  count(kind: CountedKind, name: string): void;
  /** Notes how long a delivery took, in milliseconds. */
  observeDelay(delay: number): void;
  /** Notes how many sessions live now. */
  observeSessions(count: number): void;
  /** The minutes from a time on that have something to tell, the oldest first. */
  read(from: number): readonly Minute[];
}

interface OpenMinute {
  at: number;
  events: Map<string, number>;
  renewals: Map<string, number>;
  refusals: Map<string, number>;
  delay: { count: number; sum: number; longest: number };
  sessions: number | null;
}

/** Creates counters. @param clock - milliseconds */
export function createStatistics(clock: () => number): Statistics {
  const ring: (OpenMinute | undefined)[] = Array.from({ length: STATISTICS_MINUTES });

  function minute(): OpenMinute {
    const number = Math.floor(clock() / MINUTE);
    const place = ((number % STATISTICS_MINUTES) + STATISTICS_MINUTES) % STATISTICS_MINUTES;
    const at = number * MINUTE;
    let open = ring[place];
    if (open?.at !== at) {
      open = {
        at,
        events: new Map(),
        renewals: new Map(),
        refusals: new Map(),
        delay: { count: 0, sum: 0, longest: 0 },
        sessions: null,
      };
      ring[place] = open;
    }
    return open;
  }

  return {
    since: clock(),
    count(kind, name) {
      const counts = minute()[kind];
      const counted = counts.has(name) || counts.size < MAX_COUNTED_NAMES ? name : OTHER;
      counts.set(counted, (counts.get(counted) ?? 0) + 1);
    },
    observeDelay(delay) {
      const { delay: seen } = minute();
      // A clock that was set back makes no negative delay.
      const positive = Math.max(0, delay);
      seen.count += 1;
      seen.sum += positive;
      seen.longest = Math.max(seen.longest, positive);
    },
    observeSessions(count) {
      minute().sessions = count;
    },
    read(from) {
      const now = clock();
      return ring
        .filter((kept) => kept !== undefined)
        .filter(({ at }) => at + MINUTE > from && at > now - STATISTICS_MINUTES * MINUTE)
        .filter(({ at }) => at <= now)
        .sort((a, b) => a.at - b.at);
    },
  };
}
