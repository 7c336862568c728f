// Runs a task again and again, with growing pauses while it fails. The timers do not keep the
// process alive: an API that has closed its server may end.

import { clearTimeout, setTimeout } from "node:timers";
import { BACK_OFF_MS, MAX_BACK_OFF_MS } from "./limits.ts";

/** A task that repeats until it is stopped. */
export interface Repetition {
  /** Runs the task now, or waits for the run under way. Never rejects. */
  run(): Promise<void>;
  stop(): void;
}

/** How a task repeats. */
export interface RepeatOptions {
  /** Milliseconds between the end of one run and the start of the next. */
  readonly interval: number;
  /** Told about each failure. */
  readonly onError: (error: unknown) => void;
}

/**
 * Repeats a task; the first run starts at once.
 *
 * @param task - may answer the milliseconds until the next run, instead of the interval
 */
export function repeat(
  task: () => Promise<number | undefined>,
  options: RepeatOptions,
): Repetition {
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: Promise<void> | undefined;
  let isStopped = false;

  const attempt = async (): Promise<void> => {
    let interval: number | undefined;
    try {
      interval = await task();
      failures = 0;
    } catch (error) {
      failures++;
      options.onError(error);
    }
    underWay = undefined;
    if (isStopped) return;
    const pause = retryDelay(failures, interval ?? options.interval, Math.random());
    timer = setTimeout(() => void run(), pause);
    timer.unref();
  };
  const run = async (): Promise<void> => {
    if (isStopped) return;
    clearTimeout(timer);
    underWay ??= attempt();
    await underWay;
  };
  void run();
  return {
    run,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/**
 * The pause before the next run, in milliseconds. After failures it doubles each time, up to a
 * limit, and half of it is random, so that many guards do not come back in the same moment. It
 * does not grow with the interval: keys looked at every five minutes are missed after a second.
 *
 * @param random - from 0 to 1
 */
export function retryDelay(failures: number, interval: number, random: number): number {
  if (failures === 0) return interval;
  const first = Math.min(interval, BACK_OFF_MS);
  const pause = Math.min(MAX_BACK_OFF_MS, first * 2 ** Math.min(failures, 30));
  return pause * (0.5 + random / 2);
}
