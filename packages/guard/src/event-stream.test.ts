import { describe, expect, test } from "vitest";
import { readEvents, type StreamEvent } from "./event-stream.ts";

async function read(chunks: readonly string[], maxBytes = 1000): Promise<StreamEvent[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield new TextEncoder().encode(chunk);
  }
  const events: StreamEvent[] = [];
  for await (const event of readEvents(bytes(), maxBytes)) events.push(event);
  return events;
}

const TEXT =
  "\uFEFFretry: 5\n: hello\nid: a:1\nevent: slice\ndata: one\n\ndata:two\r\ndata: 2\r\n\r\n";
const EVENTS = [
  { name: "slice", data: "one" },
  { name: "message", data: "two\n2" },
];

describe("readEvents", () => {
  test("reads events, whatever pieces they come in", async () => {
    expect(await read([TEXT])).toEqual(EVENTS);
    expect(await read([...TEXT])).toEqual(EVENTS);
    for (let at = 1; at < TEXT.length; at++) {
      expect(await read([TEXT.slice(0, at), TEXT.slice(at)])).toEqual(EVENTS);
    }
  });

  test("drops a piece at the end, and events without data", async () => {
    expect(await read(["event: x\n\ndata: cut"])).toEqual([]);
    expect(await read(["data: cut\n"])).toEqual([]);
  });

  test("I8: what goes beyond the bound ends the reading, in one line or in many", async () => {
    await expect(read(["a".repeat(5000)])).rejects.toThrow("longer than 1000 bytes");
    await expect(read([`data: ${"a".repeat(5000)}\n\n`])).rejects.toThrow("longer");
    await expect(read(Array.from({ length: 500 }, () => "data: 123456789\n"))).rejects.toThrow(
      "longer",
    );
    await expect(read(Array.from({ length: 500 }, () => ": 123456789\n"))).rejects.toThrow(
      "longer",
    );
    const many = Array.from({ length: 500 }, () => `data: ${"a".repeat(900)}\n\n`);
    expect(await read(many)).toHaveLength(500);
  });
});
