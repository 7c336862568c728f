// The revocation feed: stretches of the ledger as signed slices. The format is in
// @latchkey/protocol (feed.ts), the reader is the guard. Whoever asks at the same time for what
// follows the same position gets the same slice: it is read and signed once. Design section 4.

import { signJwt } from "@latchkey/jose";
import {
  FEED_TYPE,
  FeedFormatError,
  type FeedPosition,
  feedSliceClaims,
  formatFeedPosition,
  parseFeedPosition,
} from "@latchkey/protocol";
import { Refusal } from "../http/refusal.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { Database } from "../storage/database.ts";
import type { Ledger } from "./ledger.ts";
import { type LedgerWatch, type Pulse, watchLedger } from "./ledger-watch.ts";
import { LEDGER_LEEWAY, readLedger } from "./read-ledger.ts";

/** Seconds that a slice may be believed: a replayed older one is refused by its reader. */
export const FEED_SLICE_LIFETIME = 60;

/** Signed slices that are kept to be shared, at most; each has up to 128 KiB. */
export const SHARED_SLICES = 64;

/**
 * A named snapshot ends at a multiple of this, so that many readers that start ask for the same
 * one and a cache can answer; what came later they get as a delta.
 */
export const SNAPSHOT_STEP = 1000;

/** A slice, signed, and the place where it ends. */
export interface SignedSlice {
  /** Compact JWS. */
  readonly token: string;
  readonly end: FeedPosition;
  /** True when it brings entries, or numbers whose entries were swept. */
  readonly hasNews: boolean;
}

/** How long to wait for a slice that brings something. */
export interface FeedPatience {
  /** Milliseconds after which a slice without news is the answer. */
  readonly patience: number;
  /** Ends the waiting; the promise then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Answers feed requests. Every method throws Refusal `feed_position_gone`. */
export interface Feed {
  /**
   * The slice behind a position, as a compact JWS.
   *
   * @param after - `<ledger id>:<number>`; undefined starts a snapshot
   * @param now - milliseconds
   * @throws Refusal invalid_request when the position is malformed; feed_position_gone when it is
   * of another ledger, ahead of it, or swept
   */
  readSlice(after: string | undefined, now: number): Promise<string>;
  /** The slice behind a position as it is now, also when it is empty; undefined: a snapshot. */
  nextSlice(after: FeedPosition | undefined): Promise<SignedSlice>;
  /** Waits until something follows the position, or until patience ends. */
  waitForSlice(after: FeedPosition, patience: FeedPatience): Promise<SignedSlice>;
  /** Waits like {@link Feed.waitForSlice}, until the next heartbeat at most. */
  followSlice(after: FeedPosition, signal: AbortSignal): Promise<SignedSlice>;
  /** The name of a snapshot that others may be asking for as well. */
  nameSnapshot(): Promise<FeedPosition>;
  /** A slice of a named snapshot: the live entries behind `from`, up to the name's number. */
  readSnapshot(name: FeedPosition, from: number): Promise<SignedSlice>;
}

/** What a feed needs. */
export interface FeedDeps {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly keyRing: Pick<KeyRing, "feedKey">;
  readonly issuer: string;
  /** Default: a watch of its own, on the machine's clock. */
  readonly watch?: LedgerWatch;
}

/** Creates the feed of a ledger. */
export function createFeed(deps: FeedDeps): Feed {
  const { database, ledger, keyRing, issuer } = deps;
  const watch = deps.watch ?? watchLedger({ database, ledger, clock: Date.now });
  const shared = new Map<string, Promise<SignedSlice>>();

  /** One slice for all who ask for the same stretch in the same second. */
  function shareSlice(wanted: Wanted, pulse: Pulse): Promise<SignedSlice> {
    const { ledgerId, number } = pulse.head;
    const second = Math.floor(pulse.at / 1000);
    const { after, upTo } = wanted;
    const key = [ledgerId, number, second, after ?? "snapshot", upTo ?? ""].join(" ");
    const known = shared.get(key);
    if (known !== undefined) return known;
    const slice = signSlice(wanted, pulse);
    shared.set(key, slice);
    // A failure is told to those who wait for it, and not to those who come later.
    slice.catch(() => shared.delete(key));
    for (const oldest of shared.keys()) {
      if (shared.size <= SHARED_SLICES) break;
      shared.delete(oldest);
    }
    return slice;
  }

  async function signSlice(wanted: Wanted, pulse: Pulse): Promise<SignedSlice> {
    const { ledgerId } = pulse.head;
    const issuedAt = Math.floor(pulse.at / 1000);
    const from = wanted.after ?? 0;
    const isSnapshot = wanted.after === undefined || wanted.upTo !== undefined;
    const stretch = await readLedger(database, {
      ledgerId,
      after: from,
      ...(wanted.upTo === undefined ? {} : { upTo: wanted.upTo }),
      // Who starts from nothing needs no entry whose tokens have all expired.
      ...(isSnapshot ? { liveAt: issuedAt - LEDGER_LEEWAY } : {}),
    });
    if (stretch === undefined) throw positionGone();
    const claims = feedSliceClaims({
      issuer,
      issuedAt,
      expiresAt: issuedAt + FEED_SLICE_LIFETIME,
      ledger: ledgerId,
      from,
      to: stretch.to,
      fromHash: Buffer.from(stretch.fromHash),
      toHash: Buffer.from(stretch.toHash),
      snapshot: isSnapshot && from === 0,
      more: stretch.more,
      entries: stretch.entries,
    });
    return {
      token: signJwt(claims, keyRing.feedKey(), { typ: FEED_TYPE, now: issuedAt }),
      end: { ledger: ledgerId, number: stretch.to },
      hasNews: stretch.to > from,
    };
  }

  function checkPosition(position: FeedPosition, pulse: Pulse): void {
    const { ledgerId, number } = pulse.head;
    if (position.ledger !== ledgerId || position.number > number) throw positionGone();
  }

  async function sliceAt(after: FeedPosition | undefined, pulse: Pulse): Promise<SignedSlice> {
    if (after === undefined) return shareSlice({}, pulse);
    checkPosition(after, pulse);
    return shareSlice({ after: after.number }, pulse);
  }

  /** Waits for a pulse that brings something, or for any once `isDone`. */
  function waitForPulse(
    after: FeedPosition,
    options: { readonly signal?: AbortSignal; readonly patience?: number },
  ): Promise<Pulse> {
    const { signal, patience } = options;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (): void => {
        stopListening();
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      const onAbort = (): void => {
        end();
        reject(abortError(signal));
      };
      const stopListening = watch.listen((pulse) => {
        if (patience !== undefined && isAt(after, pulse)) return;
        end();
        resolve(pulse);
      });
      if (patience !== undefined) {
        timer = setTimeout(() => {
          end();
          watch.look().then(resolve, reject);
        }, patience);
      }
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  async function waitFor(
    after: FeedPosition,
    options: { readonly signal?: AbortSignal; readonly patience?: number },
  ): Promise<SignedSlice> {
    // Listening comes first: what is written between the look and the waiting must not get lost.
    const abort = new AbortController();
    const signal =
      options.signal === undefined ? abort.signal : AbortSignal.any([abort.signal, options.signal]);
    const waiting = waitForPulse(after, { ...options, signal });
    waiting.catch(() => undefined);
    try {
      const pulse = await watch.look();
      if (!isAt(after, pulse)) return await sliceAt(after, pulse);
      return await sliceAt(after, await waiting);
    } finally {
      abort.abort();
    }
  }

  return {
    async readSlice(after, now) {
      const position = after === undefined ? undefined : readPosition(after);
      const { head } = await watch.look();
      return (await sliceAt(position, { head, at: now })).token;
    },
    nextSlice: async (after) => sliceAt(after, await watch.look()),
    waitForSlice: (after, patience) => waitFor(after, patience),
    followSlice: (after, signal) => waitFor(after, { signal }),
    async nameSnapshot() {
      const { head } = await watch.look();
      const whole = head.number - (head.number % SNAPSHOT_STEP);
      return { ledger: head.ledgerId, number: whole === 0 ? head.number : whole };
    },
    async readSnapshot(name, from) {
      const pulse = await watch.look();
      checkPosition(name, pulse);
      if (from > name.number) throw positionGone();
      return shareSlice({ after: from, upTo: name.number }, pulse);
    },
  };
}

interface Wanted {
  /** The number behind which it starts; undefined for a snapshot. */
  readonly after?: number;
  /** The number at which a named snapshot ends. */
  readonly upTo?: number;
}

function isAt(position: FeedPosition, pulse: Pulse): boolean {
  return position.ledger === pulse.head.ledgerId && position.number === pulse.head.number;
}

/** Reads a position of a request. @throws Refusal invalid_request */
export function readPosition(text: string, path = "after"): FeedPosition {
  try {
    return parseFeedPosition(text);
  } catch (cause) {
    if (!(cause instanceof FeedFormatError)) throw cause;
    throw new Refusal("invalid_request", {
      errors: [{ path, message: cause.message }],
      cause,
    });
  }
}

/** The id of an event, and what `Last-Event-ID` brings back. */
export function eventId(slice: SignedSlice): string {
  return formatFeedPosition(slice.end);
}

function abortError(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error("the waiting was ended");
}

function positionGone(): Refusal {
  return new Refusal("feed_position_gone");
}
