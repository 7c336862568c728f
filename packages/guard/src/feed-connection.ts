// One request to the revocation feed, in whichever form the server answers: a slice, a stream of
// slices, or "that position is gone". It knows the wire and nothing of ledgers.

import { Buffer } from "node:buffer";
import { FEED_SLICE_BYTES, type FeedPosition, formatFeedPosition } from "@latchkey/protocol";
import { readEvents } from "./event-stream.ts";
import { FetchError, openDocument, readBody } from "./fetch-document.ts";

/** Media type of a slice; RFC 7519 section 10.3.1. */
const SLICE_MEDIA_TYPE = "application/jwt";
const STREAM_MEDIA_TYPE = "text/event-stream";

/** Where the feed is and how long it may take. */
export interface FeedAddress {
  readonly url: string;
  /** Milliseconds for one answer, or for the beginning of a stream. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** The Authorization header of a registered guard. */
  readonly authorization: string | undefined;
}

/** What to ask. */
export interface FeedQuestion {
  /** Null asks for a snapshot. */
  readonly after: FeedPosition | null;
  /** Whether a stream is welcome. */
  readonly isStreamWanted: boolean;
  /** Seconds that the server may wait for news; 0 asks for an answer at once. */
  readonly wait: number;
}

/** A stream of signed slices. */
export interface SliceStream {
  /** The next slice, or null at the end. Throws FetchError. */
  next(): Promise<string | null>;
  /** Gives the server this many milliseconds until the next sign of life. */
  extend(milliseconds: number): void;
  close(): void;
}

/** What the feed answered. */
export type FeedAnswer =
  | { readonly kind: "slice"; readonly token: string }
  | { readonly kind: "stream"; readonly stream: SliceStream }
  | { readonly kind: "gone" }
  /** The server has no place for one more reader that waits. */
  | { readonly kind: "crowded" }
  | { readonly kind: "wait_unknown" };

/**
 * Asks the feed.
 *
 * @throws FetchError
 */
export async function askFeed(address: FeedAddress, question: FeedQuestion): Promise<FeedAnswer> {
  const { after, isStreamWanted, wait } = question;
  const url = new URL(address.url);
  const headers: Record<string, string> = {};
  if (after !== null) {
    const position = formatFeedPosition(after);
    url.searchParams.set("after", position);
    if (isStreamWanted) headers["last-event-id"] = position;
    if (wait > 0) url.searchParams.set("wait", String(wait));
  }
  if (address.authorization !== undefined) headers["authorization"] = address.authorization;
  const document = await openDocument(url.href, {
    what: "feed",
    mediaTypes: isStreamWanted ? [STREAM_MEDIA_TYPE, SLICE_MEDIA_TYPE] : [SLICE_MEDIA_TYPE],
    timeout: address.timeout + wait * 1000,
    signal: address.signal,
    headers,
  });
  let isOpen = false;
  try {
    const { status } = document;
    if (status === 410) return { kind: "gone" };
    const isPatient = isStreamWanted || wait > 0;
    if (isPatient && (status === 503 || status === 429)) return { kind: "crowded" };
    if (wait > 0 && status === 400) return { kind: "wait_unknown" };
    if (status !== 200) throw new FetchError(`the feed answered ${status}`);
    if (document.mediaType === STREAM_MEDIA_TYPE) {
      isOpen = true;
      const events = readEvents(document.chunks, FEED_SLICE_BYTES);
      return {
        kind: "stream",
        stream: {
          next: async () => {
            const event = await events.next();
            return event.done === true ? null : event.value.data;
          },
          extend: (milliseconds) => document.extend(milliseconds),
          close: () => document.end(),
        },
      };
    }
    const body = await readBody(document, { what: "feed", maxBytes: FEED_SLICE_BYTES });
    const token = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1");
    return { kind: "slice", token };
  } finally {
    if (!isOpen) document.end();
  }
}
