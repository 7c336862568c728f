// Notices when the ledger grows, or is another one, and tells everybody who waits: at once for a
// write of this process and for those that the store announces, and by looking every 300 ms for all
// others. What the database says counts; a wake-up that gets lost costs one interval. Design sections
// 4 and 6.

import type { Logger } from "../observability/logger.ts";
import type { Database } from "../storage/database.ts";
import type { Ledger, LedgerHead } from "./ledger.ts";

/** Milliseconds between two looks at the head while somebody waits. */
export const WATCH_INTERVAL = 300;

/** Milliseconds between two pulses without news. */
export const HEARTBEAT_INTERVAL = 5_000;

/** The head as it was read, never earlier than `at` (milliseconds). */
export interface Pulse {
  readonly head: LedgerHead;
  readonly at: number;
}

/** Hears of the ledger: after each change, and at least every {@link HEARTBEAT_INTERVAL}. */
export type PulseListener = (pulse: Pulse) => void;

/** A running watch. */
export interface LedgerWatch {
  /** Reads the head; calls at the same time share one reading that began after each of them. */
  look(): Promise<Pulse>;
  /** Hears pulses until the returned function is called. */
  listen(listener: PulseListener): () => void;
  /** The same store, whose writes that append to the ledger are noticed as they commit. */
  readonly database: Database;
  /** Ends the watch; listeners hear nothing more. */
  close(): void;
}

/** What a watch needs. */
export interface LedgerWatchOptions {
  readonly database: Database;
  readonly ledger: Ledger;
  /** Milliseconds. */
  readonly clock: () => number;
  readonly log?: Pick<Logger, "warn">;
  /** Milliseconds. Default: {@link WATCH_INTERVAL}. */
  readonly interval?: number;
  /** Milliseconds. Default: {@link HEARTBEAT_INTERVAL}. */
  readonly heartbeat?: number;
}

/** Starts a watch. It reads only while somebody listens or asks, and keeps no process alive. */
export function watchLedger(options: LedgerWatchOptions): LedgerWatch {
  const { database, ledger, clock, log } = options;
  const { interval = WATCH_INTERVAL, heartbeat = HEARTBEAT_INTERVAL } = options;
  const listeners = new Set<PulseListener>();
  let last: Pulse | undefined;
  let reading: Promise<Pulse> | undefined;
  let nextReading: Promise<Pulse> | undefined;
  let timers: readonly NodeJS.Timeout[] = [];
  let isClosed = false;
  const stopNews = database.onNews?.(() => {
    if (listeners.size > 0) wake();
  });

  async function read(): Promise<Pulse> {
    const at = clock();
    const pulse = { head: await ledger.readHead(), at };
    const isNews =
      last === undefined ||
      last.head.ledgerId !== pulse.head.ledgerId ||
      last.head.number !== pulse.head.number;
    last = pulse;
    if (isNews) tell(pulse);
    return pulse;
  }

  function tell(pulse: Pulse): void {
    if (isClosed) return;
    for (const listener of listeners) listener(pulse);
  }

  function look(): Promise<Pulse> {
    if (reading === undefined) {
      reading = read().finally(() => {
        reading = undefined;
      });
      return reading;
    }
    // The reading under way may have begun before the commit that the caller knows of.
    nextReading ??= reading.then(noop, noop).then(() => {
      nextReading = undefined;
      return look();
    });
    return nextReading;
  }

  function wake(): void {
    look().catch((error: unknown) => log?.warn({ err: error }, "the ledger cannot be read"));
  }

  function start(): void {
    timers = [
      setInterval(wake, interval),
      setInterval(() => {
        // A heartbeat says "nothing is missing": only after looking again.
        look().then(tell, (error: unknown) =>
          log?.warn({ err: error }, "the ledger cannot be read"),
        );
      }, heartbeat),
    ];
    for (const timer of timers) timer.unref();
  }

  function stop(): void {
    for (const timer of timers) clearInterval(timer);
    timers = [];
  }

  return {
    look,
    listen(listener) {
      if (listeners.size === 0 && !isClosed) start();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    database: {
      ...database,
      dialect: database.dialect,
      query: database.query,
      read: (query) => database.read(query),
      write: async (steps) => {
        const outcome = await database.write(steps);
        // Also after a write that failed: it may have failed because the ledger was replaced.
        if (
          steps.some((step) => ledger.isAppend(step)) &&
          (listeners.size > 0 || !outcome.committed)
        )
          wake();
        return outcome;
      },
      close: () => database.close(),
    },
    close() {
      isClosed = true;
      stopNews?.();
      stop();
      listeners.clear();
    },
  };
}

function noop(): void {
  // Only the end of the reading matters here.
}
