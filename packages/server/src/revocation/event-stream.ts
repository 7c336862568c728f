// The feed as text/event-stream: each event is one signed slice, its id the position that it ends
// at. The reader sets the pace: the next slice is made when the last one was taken, so a slow
// reader costs a connection and no memory. WHATWG HTML section 9.2.

import type { FeedPosition } from "@latchkey/protocol";
import { eventId, type Feed, type SignedSlice } from "./feed.ts";

/** Media type of the stream. */
export const EVENT_STREAM_MEDIA_TYPE = "text/event-stream";

/**
 * Milliseconds that one stream lives: readers come back with `Last-Event-ID`, so that they spread
 * over the nodes and a reader that is gone without a word does not hold its place for ever.
 */
export const STREAM_LIFETIME: number = 15 * 60 * 1000;

/** Milliseconds in which a reader must take an event; after it the stream is cut. */
export const STREAM_PATIENCE = 30_000;

/** Milliseconds after which a reader comes back when the stream ends. */
export const STREAM_RETRY = 1000;

/** What a stream is made of. */
export interface EventStreamOptions {
  readonly feed: Pick<Feed, "nextSlice" | "followSlice">;
  /** The slice that the stream begins with. */
  readonly first: SignedSlice;
  /** Ends the stream from this side. */
  readonly signal: AbortSignal;
  /** Called once, when the stream is over, whoever ended it. */
  readonly onEnd: () => void;
  /** Milliseconds. Default: {@link STREAM_LIFETIME}. */
  readonly lifetime?: number;
  /** Milliseconds. Default: {@link STREAM_PATIENCE}. */
  readonly patience?: number;
}

/** Streams slices as events, beginning with one that is there already. */
export function streamSlices(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const { feed, first, lifetime = STREAM_LIFETIME, patience = STREAM_PATIENCE } = options;
  const abort = new AbortController();
  let position: FeedPosition = first.end;
  let waiting: SignedSlice | undefined = first;
  let controllerOf: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isOver = false;
  let patienceTimer: NodeJS.Timeout | undefined;
  const lifeTimer = setTimeout(() => finish(), lifetime);
  lifeTimer.unref();

  function finish(): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(lifeTimer);
    clearTimeout(patienceTimer);
    options.signal.removeEventListener("abort", finish);
    abort.abort();
    try {
      controllerOf?.close();
    } catch {
      // The reader was faster.
    }
    options.onEnd();
  }

  function waitForReader(): void {
    patienceTimer = setTimeout(finish, patience);
    patienceTimer.unref();
  }

  options.signal.addEventListener("abort", finish, { once: true });
  if (options.signal.aborted) finish();

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controllerOf = controller;
        if (isOver) controller.close();
        else waitForReader();
      },
      async pull(controller) {
        clearTimeout(patienceTimer);
        try {
          // Backlog first, as fast as it is taken; then whatever comes, or the next heartbeat.
          const slice = waiting ?? (await feed.followSlice(position, abort.signal));
          const isFirst = waiting !== undefined;
          waiting = undefined;
          if (isOver) return;
          position = slice.end;
          controller.enqueue(encodeEvent(slice, isFirst));
          waitForReader();
        } catch {
          // The position is gone, the store failed, or the stream was ended: the reader comes back
          // with its position and gets the answer in a status.
          finish();
        }
      },
      cancel: finish,
    },
    // Nothing is made ahead of the reader.
    { highWaterMark: 0 },
  );
}

function encodeEvent(slice: SignedSlice, isFirst: boolean): Uint8Array {
  const lines = [
    ...(isFirst ? [`retry: ${STREAM_RETRY}`] : []),
    `id: ${eventId(slice)}`,
    "event: slice",
    `data: ${slice.token}`,
    "",
    "",
  ];
  return new TextEncoder().encode(lines.join("\n"));
}
