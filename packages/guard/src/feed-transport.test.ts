import { describe, expect, test } from "vitest";
import { FeedTransport } from "./feed-transport.ts";
import { SHORT_STREAM_MS, SHORT_STREAMS, WITHOUT_STREAM_MS } from "./limits.ts";

function transportAt(options: { maxStaleness?: number } = {}) {
  const clock = { now: 0 };
  const { maxStaleness = 30 } = options;
  const transport = new FeedTransport({ maxStaleness, pollInterval: 1000 }, () => clock.now);
  return { clock, transport };
}

const STREAM = { isStreamWanted: true, wait: 0 };
const WAIT = { isStreamWanted: false, wait: 5 };
const ASK = { isStreamWanted: false, wait: 0 };

describe("FeedTransport", () => {
  test("wants a stream, and waiting where the server has none", () => {
    const { transport, clock } = transportAt();
    expect(transport.choose(false)).toEqual(STREAM);
    expect(transport.polled(STREAM, { hasNews: true, took: 5 })).toBe(1000);
    expect(transport.choose(true)).toEqual(WAIT);
    expect(transport.choose(false)).toEqual(ASK);
    // Held back for as long as was asked: the next question follows at once.
    expect(transport.polled(WAIT, { hasNews: false, took: 5000 })).toBe(0);
    clock.now = WITHOUT_STREAM_MS * 1.25;
    expect(transport.choose(true)).toEqual(STREAM);
  });

  test("asks by schedule where the server does not wait", () => {
    const { transport } = transportAt();
    transport.polled(STREAM, { hasNews: false, took: 5 });
    expect(transport.polled(WAIT, { hasNews: false, took: 5 })).toBe(1000);
    expect(transport.choose(true)).toEqual(ASK);
    const other = transportAt().transport;
    other.polled(STREAM, { hasNews: false, took: 5 });
    other.refused("wait_unknown");
    expect(other.choose(true)).toEqual(ASK);
  });

  test("takes nobody's place where the server is crowded", () => {
    const { transport, clock } = transportAt();
    transport.refused("crowded");
    expect(transport.choose(true)).toEqual(ASK);
    clock.now = WITHOUT_STREAM_MS * 1.25;
    expect(transport.choose(true)).toEqual(STREAM);
  });

  test("gives streams up that are cut, for longer each time, until one lives", () => {
    const { transport, clock } = transportAt();
    const cut = () => {
      for (let count = 0; count < SHORT_STREAMS; count++) transport.ended(100, false);
    };
    cut();
    expect(transport.choose(true).isStreamWanted).toBe(false);
    clock.now += WITHOUT_STREAM_MS * 1.25;
    expect(transport.choose(true).isStreamWanted).toBe(true);
    cut();
    clock.now += WITHOUT_STREAM_MS * 1.25;
    expect(transport.choose(true).isStreamWanted).toBe(false);
    clock.now += WITHOUT_STREAM_MS * 1.25;
    transport.ended(SHORT_STREAM_MS, false);
    cut();
    clock.now += WITHOUT_STREAM_MS * 1.25;
    expect(transport.choose(true).isStreamWanted).toBe(true);
  });

  test("comes back soon after a cut, not in the same moment as others, and at once by its own wish", () => {
    const { transport } = transportAt();
    const pauses = Array.from({ length: 50 }, () => transport.ended(60_000, false));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(300);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(100);
    expect(new Set(pauses).size).toBeGreaterThan(40);
    expect(transport.ended(0, true)).toBe(0);
  });

  test("where the feed may hardly be old, heartbeats come too seldom: it is asked", () => {
    expect(transportAt({ maxStaleness: 14 }).transport.choose(true)).toEqual({
      isStreamWanted: false,
      wait: 4,
    });
    expect(transportAt({ maxStaleness: 2 }).transport.choose(true)).toEqual(ASK);
  });
});
