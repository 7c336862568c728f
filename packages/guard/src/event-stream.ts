// Reads text/event-stream: bytes in, events out, never more in memory than one event may have.
// Lines end in LF or CRLF; a lone CR, which the format allows and nobody sends, ends nothing. WHATWG
// HTML section 9.2.6.

import { Buffer } from "node:buffer";
import { FeedRefused } from "./feed-chain.ts";

/** Bytes of an event beside its data: names of fields, id, line ends. */
const EVENT_OVERHEAD = 512;

/** One event. */
export interface StreamEvent {
  /** `message` when the stream names none. */
  readonly name: string;
  readonly data: string;
}

/**
 * Reads events until the stream ends. A piece of an event at the end is dropped.
 *
 * @param maxBytes - of one event's data
 * @throws FeedRefused for an event that is longer; whatever reading the chunks throws
 */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<StreamEvent> {
  let pending = "";
  let name = "";
  let data: string[] = [];
  let size = 0;
  let isFirst = true;
  for await (const chunk of chunks) {
    // What is read here is ASCII; other bytes may stand in comments and mean nothing.
    let text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    if (isFirst && text.length > 0) {
      text = text.replace(/^\u00ef\u00bb\u00bf/, "");
      isFirst = false;
    }
    pending += text;
    let start = 0;
    for (;;) {
      const end = pending.indexOf("\n", start);
      if (end === -1) break;
      const line = pending.slice(start, pending[end - 1] === "\r" && end > start ? end - 1 : end);
      start = end + 1;
      if (line === "") {
        if (data.length > 0) yield { name: name || "message", data: data.join("\n") };
        name = "";
        data = [];
        size = 0;
        continue;
      }
      size += line.length + 1;
      if (size > maxBytes + EVENT_OVERHEAD) throw tooLong(maxBytes);
      const [field, value] = splitField(line);
      if (field === "data") data.push(value);
      else if (field === "event") name = value;
    }
    pending = pending.slice(start);
    if (size + pending.length > maxBytes + EVENT_OVERHEAD) throw tooLong(maxBytes);
  }
}

function splitField(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  if (colon === -1) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}

function tooLong(maxBytes: number): FeedRefused {
  return new FeedRefused(`an event of the feed is longer than ${maxBytes} bytes`);
}
