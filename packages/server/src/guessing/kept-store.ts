// Counters of one process whose lanes outlast it: else every restart would give an attacker as many
// guesses again (NIST SP 800-63B-4 section 3.2.2 counts them in a row, not between restarts). Memory
// decides; what changed is written behind, some seconds later and once for all changes since. An honest
// sign-in enters a lane and clears it in less than that, and so writes nothing. Names that nobody has
// are kept like accounts, so that a write tells nothing (N2). Rate limits are not kept: they count
// minutes.

import type { Database, Step } from "../storage/database.ts";
import { MAX_LIMITED_NAMES } from "../http/rate-limit.ts";
import type { Lane } from "./lane.ts";
import type { LaneKey, LimitStore } from "./limit-store.ts";
import { createMemoryStore } from "./memory-store.ts";

/** Milliseconds until a change is written: what a crash can lose. */
export const KEEP_PAUSE = 2000;

/** Lanes written by one write, at most. */
export const KEPT_AT_ONCE = 500;

/** A store, and what it has to write yet. */
export interface KeptStore extends LimitStore {
  /** Writes what changed. It never rejects: what could not be written is tried again. */
  keep(): Promise<void>;
  /** Writes what changed, for the last time. */
  close(): Promise<void>;
}

interface Kept extends Lane {
  /** Milliseconds. */
  readonly expiresAt: number;
}

/** Opens the store, with the lanes that the process before kept. @param clock - milliseconds */
export async function openKeptStore(database: Database, clock: () => number): Promise<KeptStore> {
  const { query } = database;
  const rows = await database.read(
    query
      .selectFrom("rate_limits")
      .select(["key", "failures", "open_at"])
      .where("failures", ">", 0)
      .where("expires_at", ">", clock())
      .orderBy("expires_at", "desc")
      .limit(MAX_LIMITED_NAMES),
  );
  const recalled = new Map<string, Lane>(
    rows.map(({ key, failures, open_at: opensAt }) => [key, { failures, opensAt }]),
  );
  const stored = new Set(recalled.keys());
  let isComplete = true;
  /** Null: cleared. */
  let changed = new Map<string, Kept | null>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  function note(key: string, value: Kept | null): void {
    recalled.delete(key);
    if (value === null && isComplete && !stored.has(key)) changed.delete(key);
    else changed.set(key, value);
    if (changed.size === 0 || timer !== undefined) return;
    timer = setTimeout(() => void keep(), KEEP_PAUSE);
    timer.unref();
  }

  function keep(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  }

  async function write(): Promise<void> {
    const entries = [...changed];
    changed = new Map();
    for (let start = 0; start < entries.length; start += KEPT_AT_ONCE) {
      const some = entries.slice(start, start + KEPT_AT_ONCE);
      // Marked first: a lane that is cleared while it is written must be deleted after it.
      for (const [key] of some) stored.add(key);
      if (stored.size > MAX_LIMITED_NAMES) {
        // A flood of names. From here every lane that is cleared is deleted, stored or not.
        stored.clear();
        isComplete = false;
      }
      const isWritten = await database
        .write(some.map(([key, value]) => stepOf(database, key, value)))
        .then(({ committed }) => committed)
        // A store that is away fails the sign-ins themselves, and says so there.
        .catch(() => false);
      for (const [key, value] of some) {
        if (isWritten && value === null && !changed.has(key)) stored.delete(key);
        if (!isWritten && !changed.has(key)) note(key, value);
      }
    }
  }

  const memory = createMemoryStore(MAX_LIMITED_NAMES, {
    recall: (key) => recalled.get(key),
    changed: ({ key, memory: span }: LaneKey, lane) =>
      note(key, { ...lane, expiresAt: clock() + span }),
    cleared: (key) => note(key, null),
  });
  return { ...memory, keep, close: keep };
}

function stepOf({ query }: Database, key: string, value: Kept | null): Step {
  if (value === null) return { query: query.deleteFrom("rate_limits").where("key", "=", key) };
  const row = { failures: value.failures, open_at: value.opensAt, expires_at: value.expiresAt };
  return {
    query: query
      .insertInto("rate_limits")
      .values({ key, ...row })
      .onConflict((conflict) => conflict.column("key").doUpdateSet(row)),
  };
}
