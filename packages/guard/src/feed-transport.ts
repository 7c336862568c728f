// Which way the feed is read: a stream where it works, else questions that the server may hold back
// until there is news, else questions on a schedule. Proxies that buffer or cut streams are found out
// by what comes through, and streams are tried again later.

import { performance } from "node:perf_hooks";
import {
  FEED_HEARTBEAT_SECONDS,
  MAX_WITHOUT_STREAM_MS,
  SHORT_STREAM_MS,
  SHORT_STREAMS,
  WITHOUT_STREAM_MS,
} from "./limits.ts";

/** How to ask next. `wait` is in seconds; 0 asks for an answer at once. */
export interface FeedWay {
  readonly isStreamWanted: boolean;
  readonly wait: number;
}

/** Chooses the way from what happened before. Times are in milliseconds on a clock of its own. */
export class FeedTransport {
  readonly #pollInterval: number;
  readonly #wait: number;
  readonly #now: () => number;
  #canWait: boolean | undefined;
  #noStreamBefore = Number.NEGATIVE_INFINITY;
  #noWaitBefore = Number.NEGATIVE_INFINITY;
  #pauses = 0;
  #shortStreams = 0;

  constructor(
    options: { readonly maxStaleness: number; readonly pollInterval: number },
    now: () => number = () => performance.now(),
  ) {
    this.#pollInterval = options.pollInterval;
    this.#now = now;
    // News of "nothing new" must come three times before the feed counts as stale.
    this.#wait = Math.min(FEED_HEARTBEAT_SECONDS, Math.floor(options.maxStaleness / 3));
  }

  /** The way to ask next; a question may be held back only once there is a position. */
  choose(hasPosition: boolean): FeedWay {
    const now = this.#now();
    const isStreamWanted = this.#wait >= FEED_HEARTBEAT_SECONDS && now >= this.#noStreamBefore;
    const mayWait = hasPosition && !isStreamWanted && this.#canWait !== false;
    return { isStreamWanted, wait: mayWait && now >= this.#noWaitBefore ? this.#wait : 0 };
  }

  /** A question was answered with a slice. @returns milliseconds until the next one */
  polled(way: FeedWay, answer: { readonly hasNews: boolean; readonly took: number }): number {
    if (way.isStreamWanted) {
      // The server was offered a stream and has none.
      this.#pauseStreams();
    } else if (way.wait > 0 && !answer.hasNews) {
      this.#canWait = answer.took >= way.wait * 500;
    }
    return this.#canWait === true ? 0 : this.#pollInterval;
  }

  /** The server would not hold back an answer. */
  refused(why: "crowded" | "wait_unknown"): void {
    if (why === "wait_unknown") {
      this.#canWait = false;
      return;
    }
    this.#pauseStreams();
    this.#noWaitBefore = this.#noStreamBefore;
  }

  /** A stream was opened and nothing came through: something on the way holds it back. */
  sawNothing(): void {
    this.#pauseStreams();
  }

  /**
   * A stream ended.
   *
   * @param lived - milliseconds
   * @param isWanted - whether this side closed it
   * @returns milliseconds until the next one
   */
  ended(lived: number, isWanted: boolean): number {
    if (isWanted) return 0;
    if (lived >= SHORT_STREAM_MS) {
      this.#shortStreams = 0;
      this.#pauses = 0;
    } else if (++this.#shortStreams >= SHORT_STREAMS) {
      this.#shortStreams = 0;
      this.#pauseStreams();
    }
    // Not all guards of a server that restarts at once, and never slower than asking by schedule.
    return Math.min(this.#pollInterval, SHORT_STREAM_MS) * (0.1 + Math.random() * 0.2);
  }

  #pauseStreams(): void {
    const pause = Math.min(MAX_WITHOUT_STREAM_MS, WITHOUT_STREAM_MS * 2 ** this.#pauses);
    this.#pauses = Math.min(this.#pauses + 1, 16);
    this.#noStreamBefore = this.#now() + pause * (0.75 + Math.random() / 2);
  }
}
