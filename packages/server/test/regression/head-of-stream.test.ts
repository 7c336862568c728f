// HEAD of the event stream opened a stream that nobody read: each held a place for half a minute,
// and 500 of them shut a network's guards out.

import { expect, test } from "vitest";
import { MAX_FEED_READERS_PER_NETWORK } from "../../src/revocation/feed-places.ts";
import { startServer } from "../test-server.ts";

test("HEAD of the event stream keeps no place", async () => {
  const server = await startServer();
  const headers = { Accept: "text/event-stream" };
  for (let request = 0; request <= MAX_FEED_READERS_PER_NETWORK; request++) {
    const { status } = await server.send("/auth/revocations", { method: "HEAD", headers });
    expect(status).toBe(200);
  }
});
