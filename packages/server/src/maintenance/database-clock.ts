// The time that all nodes share: the database's. A node whose own clock is minutes off would retire
// keys early, sweep what is still good, or date tokens into the future. The time is read now and then
// and counted on by the processor's steady clock, so that reading it costs nothing and a correction of
// the machine's clock changes nothing.

import { sql } from "kysely";
import type { Logger } from "../observability/logger.ts";
import type { Database } from "../storage/database.ts";

/** Milliseconds between two readings. */
export const CLOCK_INTERVAL = 10_000;

/** A reading that took longer than this many milliseconds says too little about the time. */
const LONGEST_READING = 1_000;

/** Milliseconds that a node's own clock may differ before its owner is told. */
export const CLOCK_DIFFERENCE = 5_000;

/** The database's clock as a node follows it. */
export interface DatabaseClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Reads the time again. */
  follow(): Promise<void>;
  stop(): void;
}

/**
 * Starts to follow the clock.
 *
 * @throws DatabaseError when it cannot be read at first
 */
export async function followDatabaseClock(
  database: Database,
  options: {
    readonly log: Pick<Logger, "warn">;
    /** Milliseconds. Default: {@link CLOCK_INTERVAL}. */
    readonly interval?: number;
    /** The steady clock, in milliseconds. Default: the processor's. */
    readonly steady?: () => number;
  },
): Promise<DatabaseClock> {
  const { log, interval = CLOCK_INTERVAL, steady = () => performance.now() } = options;
  // What to add to the steady clock.
  let offset: number | undefined;
  let isTold = false;

  async function follow(): Promise<void> {
    const before = steady();
    const [row] = await database.read<{ now: number }>(
      database.query.selectNoFrom(sql<number>`latchkey_now()`.as("now")),
    );
    const after = steady();
    if (row === undefined || (offset !== undefined && after - before > LONGEST_READING)) return;
    // It was so at some moment of the reading: in the middle, as far as anybody knows.
    offset = row.now - (before + after) / 2;
    const difference = Math.abs(after + offset - Date.now());
    if (difference > CLOCK_DIFFERENCE && !isTold) {
      isTold = true;
      log.warn({ milliseconds: Math.round(difference) }, "this clock is not the database's");
    }
  }

  await follow();
  const timer = setInterval(() => {
    follow().catch((error: unknown) => log.warn({ err: error }, "the clock cannot be read"));
  }, interval);
  timer.unref();
  return {
    now: () => Math.floor(steady() + (offset ?? 0)),
    follow,
    stop: () => clearInterval(timer),
  };
}
