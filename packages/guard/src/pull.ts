// Work that is done before answering, for runtimes that stop between requests: at most once a second,
// shared by all who wait for it, and never waited for without end.

import { performance } from "node:perf_hooks";
import { clearTimeout, setTimeout } from "node:timers";
import { PULL_INTERVAL_MS } from "./limits.ts";

/** Work on demand. */
export class Pull {
  readonly #work: () => Promise<void>;
  readonly #patience: number;
  readonly #now: () => number;
  #begunAt = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | null = null;

  /**
   * @param work - does not reject
   * @param patience - seconds that a request waits for it
   * @param now - milliseconds on a clock that never goes back
   */
  constructor(work: () => Promise<void>, patience: number, now = (): number => performance.now()) {
    this.#work = work;
    this.#patience = patience * 1000;
    this.#now = now;
  }

  /** Whether a request has to wait for the work. */
  isDue(): boolean {
    return this.#underWay !== null || this.#now() - this.#begunAt >= PULL_INTERVAL_MS;
  }

  /** The work that a request has to wait for; null when it was done within the last second. */
  due(): Promise<void> | null {
    const now = this.#now();
    if (this.#underWay === null) {
      if (now - this.#begunAt < PULL_INTERVAL_MS) return null;
      this.#begunAt = now;
      this.#underWay = this.#work().finally(() => {
        this.#underWay = null;
      });
    }
    // A runtime that was frozen in the middle of a pull may never see its end.
    return within(this.#underWay, this.#patience);
  }
}

async function within(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
