// Follows the revocation feed: asks, verifies, and hands the entries to the retired set. Whatever
// goes wrong, the last good state stays and the error is the caller's to report. Design section 4.

import { Buffer } from "node:buffer";
import { JoseError, type JsonObject, type KeySet, verifyJwt } from "@latchkey/jose";
import {
  FEED_SLICE_BYTES,
  FEED_TYPE,
  type FeedSlice,
  formatFeedPosition,
  parseFeedSlice,
} from "@latchkey/protocol";
import {
  emptyFeedChain,
  type FeedChain,
  type FeedHead,
  FeedRefused,
  followSlice,
  forgetLedgers,
  nextPosition,
} from "./feed-chain.ts";
import { FetchError, fetchDocument } from "./fetch-document.ts";
import type { KeyCache } from "./key-cache.ts";
import { FEED_CLOCK_TOLERANCE_SECONDS, MAX_SLICES_PER_POLL } from "./limits.ts";
import type { RetiredSet } from "./retired-set.ts";

/** What a follower needs. Times are in seconds unless they say otherwise. */
export interface FeedFollowerOptions {
  readonly url: string;
  readonly issuer: string;
  /** The feed's own keys. */
  readonly keys: KeyCache;
  readonly retired: RetiredSet;
  /** How long after `exp` tokens are accepted; entries are kept as long. */
  readonly clockTolerance: number;
  /** Milliseconds for one fetch. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Follows one feed. */
export class FeedFollower {
  readonly #options: FeedFollowerOptions;
  #chain: FeedChain = emptyFeedChain;
  #inFlight: Promise<void> | undefined;

  constructor(options: FeedFollowerOptions) {
    this.#options = options;
  }

  /** The end of the last complete reading; null until the first snapshot is whole. */
  get head(): FeedHead | null {
    return this.#chain.complete;
  }

  /** Seconds since the feed last said that nothing is missing; null before the first snapshot. */
  staleness(): number | null {
    const { complete } = this.#chain;
    if (complete === null) return null;
    return Math.max(0, this.#options.clock() / 1000 - complete.issuedAt);
  }

  /**
   * Reads the feed up to its end. Calls at the same time share one reading.
   *
   * @throws FetchError, JoseError, FeedFormatError, FeedRefused, RetiredSetFull
   */
  async poll(): Promise<void> {
    this.#inFlight ??= this.#read().finally(() => {
      this.#inFlight = undefined;
    });
    await this.#inFlight;
  }

  async #read(): Promise<void> {
    const { keys, retired, clock, clockTolerance } = this.#options;
    // First, and not only after a success: a full set must be able to make room.
    retired.sweep(clock() / 1000 - clockTolerance, this.#chain.complete?.ledger);
    if (keys.current() === undefined) await keys.refresh();
    let asked = nextPosition(this.#chain);
    let hasRestarted = false;
    for (let count = 0; count < MAX_SLICES_PER_POLL; count++) {
      const answer = await this.#fetchSlice(asked);
      if (answer === null) {
        if (asked === null || hasRestarted) throw new FetchError("the feed has no snapshot");
        hasRestarted = true;
        asked = null;
        continue;
      }
      const slice = await this.#verify(answer);
      const next = this.#follow(slice, asked);
      // Entries first: when the set is full the position must not move on.
      retired.add(slice.ledger, slice.entries, clock() / 1000 - clockTolerance);
      this.#chain = forgetLedgers(next, retired.ledgers());
      if (!slice.more) return;
      asked = next.partial;
    }
  }

  #follow(slice: FeedSlice, asked: FeedHead | null): FeedChain {
    try {
      return followSlice(this.#chain, slice, asked);
    } catch (error) {
      // A half-read snapshot that does not go on is worth nothing; the complete state stays.
      this.#chain = { ...this.#chain, partial: null };
      throw error;
    }
  }

  /** A slice as it came; null when the feed says that the position is gone (410). */
  async #fetchSlice(asked: FeedHead | null): Promise<string | null> {
    const url = new URL(this.#options.url);
    if (asked !== null) url.searchParams.set("after", formatFeedPosition(asked));
    const { status, body } = await fetchDocument(url.href, {
      what: "feed",
      mediaTypes: ["application/jwt"],
      maxBytes: FEED_SLICE_BYTES,
      timeout: this.#options.timeout,
      signal: this.#options.signal,
    });
    if (status === 410) return null;
    if (status !== 200) throw new FetchError(`the feed answered ${status}`);
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1");
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
