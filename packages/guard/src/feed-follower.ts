// Follows the revocation feed: asks, verifies, and hands the entries to the retired set. Whatever
// goes wrong, the last good state stays and the error is the caller's to report. Design section 4.
//
// One reader at a time: a stream that is open is closed before anybody reads in another way, so the
// chain has one line of thought.

import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers";
import { JoseError, type JsonObject, type KeySet, verifyJwt } from "@latchkey/jose";
import { FEED_SLICE_BYTES, FEED_TYPE, type FeedSlice, parseFeedSlice } from "@latchkey/protocol";
import {
  emptyFeedChain,
  type FeedChain,
  type FeedHead,
  FeedRefused,
  followSlice,
  forgetLedgers,
  nextPosition,
} from "./feed-chain.ts";
import { askFeed, type FeedAddress, type SliceStream } from "./feed-connection.ts";
import { FeedTransport } from "./feed-transport.ts";
import { FetchError } from "./fetch-document.ts";
import type { KeyCache } from "./key-cache.ts";
import { FEED_CLOCK_TOLERANCE_SECONDS, MAX_SLICES_PER_POLL, STREAM_SILENCE_MS } from "./limits.ts";
import type { RetiredSet } from "./retired-set.ts";

/** What a follower needs. Times are in seconds unless they say otherwise. */
export interface FeedFollowerOptions extends FeedAddress {
  readonly issuer: string;
  /** The feed's own keys. */
  readonly keys: KeyCache;
  readonly retired: RetiredSet;
  /** How long after `exp` tokens are accepted; entries are kept as long. */
  readonly clockTolerance: number;
  /** Age from which the feed counts as stale; news of it must come more often. */
  readonly maxStaleness: number;
  /** Milliseconds between two questions when the server can neither stream nor wait. */
  readonly pollInterval: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Follows one feed. */
export class FeedFollower {
  readonly #options: FeedFollowerOptions;
  readonly #transport: FeedTransport;
  #chain: FeedChain = emptyFeedChain;
  /** Seconds: the latest that a slice said. */
  #issuerTime = 0;
  #reading: Promise<void> | undefined;
  #stream: SliceStream | undefined;

  constructor(options: FeedFollowerOptions) {
    this.#options = options;
    this.#transport = new FeedTransport(options);
  }

  /** The end of the last complete reading; null until the first snapshot is whole. */
  get head(): FeedHead | null {
    return this.#chain.complete;
  }

  /** Whether a stream is open now. */
  get isStreaming(): boolean {
    return this.#stream !== undefined;
  }

  /** Seconds since the feed last said that nothing is missing; null before the first snapshot. */
  staleness(): number | null {
    const { complete } = this.#chain;
    if (complete === null) return null;
    return Math.max(0, this.#options.clock() / 1000 - complete.issuedAt);
  }

  /**
   * Reads the feed up to its end. Calls at the same time share one reading; an open stream ends.
   *
   * @throws FetchError, JoseError, FeedFormatError, FeedRefused, RetiredSetFull
   */
  async poll(): Promise<void> {
    this.#closeStream();
    await this.#share(async () => {
      await this.#read({ isStreamWanted: false, wait: 0 });
    });
  }

  /**
   * Reads the feed in the best way that works here, for as long as it lasts.
   *
   * @param onCaughtUp - called whenever nothing is missing
   * @returns milliseconds to wait before following again
   * @throws as {@link poll}
   */
  async follow(onCaughtUp: () => void): Promise<number> {
    while (this.#reading !== undefined) await this.#reading;
    const way = this.#transport.choose(this.#chain.complete !== null);
    const begunAt = performance.now();
    const before = this.#chain.complete;
    let stream: SliceStream | null = null;
    await this.#share(async () => {
      stream = await this.#read(way);
    });
    onCaughtUp();
    if (stream === null) {
      const hasNews = this.#chain.complete?.number !== before?.number;
      return this.#transport.polled(way, { hasNews, took: performance.now() - begunAt });
    }
    return await this.#take(stream, onCaughtUp);
  }

  async #share(read: () => Promise<void>): Promise<void> {
    this.#reading ??= read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  /** Reads until nothing is missing; what is left is the open stream, if the server opened one. */
  async #read(way: {
    readonly isStreamWanted: boolean;
    readonly wait: number;
  }): Promise<SliceStream | null> {
    const { keys } = this.#options;
    // First, and not only after a success: a full set must be able to make room.
    this.#sweep();
    if (keys.current() === undefined) await keys.refresh();
    let asked = nextPosition(this.#chain);
    let hasRestarted = false;
    let { isStreamWanted, wait } = way;
    for (let count = 0; count < MAX_SLICES_PER_POLL; count++) {
      const question = { after: asked, isStreamWanted, wait };
      const answer = await askFeed(this.#options, question).catch((error: unknown) => {
        // A proxy that waits for the end of an answer never hands on a stream, not even its head.
        if (isStreamWanted && error instanceof FetchError && error.isLate) return null;
        throw error;
      });
      if (answer === null) {
        this.#transport.sawNothing();
        isStreamWanted = false;
        continue;
      }
      switch (answer.kind) {
        case "gone":
          if (asked === null || hasRestarted) throw new FetchError("the feed has no snapshot");
          hasRestarted = true;
          asked = null;
          break;
        case "crowded":
        case "wait_unknown":
          // Asking without waiting takes nobody's place.
          this.#transport.refused(answer.kind);
          isStreamWanted = false;
          wait = 0;
          break;
        case "stream":
          await this.#catchUp(answer.stream, asked);
          return answer.stream;
        case "slice": {
          const { more, head } = await this.#accept(answer.token, asked);
          if (!more) return null;
          asked = head;
        }
      }
    }
    return null;
  }

  /** Takes events until nothing is missing. */
  async #catchUp(stream: SliceStream, from: FeedHead | null): Promise<void> {
    let asked = from;
    try {
      for (;;) {
        const token = await stream.next();
        if (token === null) throw new FetchError("the feed's stream ended early");
        const { more, head } = await this.#accept(token, asked);
        asked = head;
        if (!more) return;
        stream.extend(this.#options.timeout);
        // A long snapshot must not hold up the API's own requests.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      if (asked === from) this.#transport.sawNothing();
      stream.close();
      throw error;
    }
  }

  /** Takes events as they come, until the stream ends or stops being useful. */
  async #take(stream: SliceStream, onCaughtUp: () => void): Promise<number> {
    const begunAt = performance.now();
    this.#stream = stream;
    const isClosed = (): boolean => this.#stream !== stream;
    try {
      stream.extend(STREAM_SILENCE_MS);
      for (;;) {
        const before = this.#chain.complete;
        const token = await nextOrEnd(stream);
        if (token === null || isClosed()) break;
        const { more } = await this.#accept(token, nextPosition(this.#chain));
        const { complete } = this.#chain;
        // Only news counts as life: a frozen copy of the feed repeats itself and is from long ago.
        if (
          more ||
          complete?.issuedAt !== before?.issuedAt ||
          complete?.number !== before?.number
        ) {
          stream.extend(STREAM_SILENCE_MS);
          onCaughtUp();
        }
        this.#sweep();
        if (more) await new Promise((resolve) => setImmediate(resolve));
      }
      return this.#transport.ended(performance.now() - begunAt, isClosed());
    } finally {
      stream.close();
      if (!isClosed()) this.#stream = undefined;
    }
  }

  #sweep(): void {
    this.#options.retired.sweep(this.#forgetBefore(), this.#chain.complete?.ledger);
  }

  // By the issuer's clock too: ours may run ahead for a while, and what was forgotten then would be
  // missing when it is right again.
  #forgetBefore(): number {
    const { clock, clockTolerance } = this.#options;
    return Math.min(clock() / 1000, this.#issuerTime) - clockTolerance;
  }

  #closeStream(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.close();
  }

  async #accept(
    token: string,
    asked: FeedHead | null,
  ): Promise<{ readonly more: boolean; readonly head: FeedHead | null }> {
    const { retired } = this.#options;
    const slice = await this.#verify(token);
    const next = this.#followSlice(slice, asked);
    // Entries first: when the set is full the position must not move on.
    this.#issuerTime = Math.max(this.#issuerTime, slice.issuedAt);
    retired.add(slice.ledger, slice.entries, this.#forgetBefore());
    this.#chain = forgetLedgers(next, retired.ledgers());
    return { more: slice.more, head: nextPosition(next) };
  }

  #followSlice(slice: FeedSlice, asked: FeedHead | null): FeedChain {
    try {
      return followSlice(this.#chain, slice, asked);
    } catch (error) {
      // A half-read snapshot that does not go on is worth nothing; the complete state stays.
      this.#chain = { ...this.#chain, partial: null };
      throw error;
    }
  }

  async #verify(token: string): Promise<FeedSlice> {
    const { keys } = this.#options;
    try {
      return this.#verifyWith(token, keys.current());
    } catch (error) {
      if (!(error instanceof JoseError) || error.code !== "key_not_found") throw error;
      if (!(await keys.refreshForUnknownKey())) throw error;
      return this.#verifyWith(token, keys.current());
    }
  }

  #verifyWith(token: string, keys: KeySet | undefined): FeedSlice {
    if (keys === undefined) throw new FetchError("the feed's keys are not confirmed");
    const { issuer, clock } = this.#options;
    const now = clock() / 1000;
    const { claims } = verifyJwt(token, keys, {
      typ: FEED_TYPE,
      issuer,
      requiredClaims: ["exp", "iat"],
      clockTolerance: FEED_CLOCK_TOLERANCE_SECONDS,
      maxTokenLength: FEED_SLICE_BYTES,
      now,
    });
    // Parsed JSON has no undefined members, so the claims are a JsonObject.
    const slice = parseFeedSlice(claims as JsonObject);
    // A slice from the future would keep a frozen feed looking fresh.
    if (slice.issuedAt > now + FEED_CLOCK_TOLERANCE_SECONDS)
      throw new FeedRefused("issued in the future");
    return slice;
  }
}

// A connection that breaks is no failure yet: asking again tells.
async function nextOrEnd(stream: SliceStream): Promise<string | null> {
  try {
    return await stream.next();
  } catch (error) {
    if (error instanceof FetchError) return null;
    throw error;
  }
}
