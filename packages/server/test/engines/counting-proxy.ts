// A TCP proxy in front of PostgreSQL that counts round trips: the server ends each with one message
// ReadyForQuery. It can also refuse, or go away, as a network does.

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A running proxy. */
export interface CountingProxy {
  /** The URL of the database through the proxy. */
  readonly url: string;
  /** Round trips since the last call. */
  takeRoundTrips(): number;
  /** Cuts every connection. */
  cut(): void;
}

const READY_FOR_QUERY = "Z".charCodeAt(0);
const HEADER = 5;

/** Starts a proxy; it ends with the test. */
export async function startCountingProxy(url: string): Promise<CountingProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let roundTrips = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    let rest = Buffer.alloc(0);
    upstream.on("data", (chunk: Buffer) => {
      client.write(chunk);
      rest = Buffer.concat([rest, chunk]);
      // A message is its type, the length of what follows the type, and the rest.
      while (rest.length >= HEADER && rest.length >= rest.readUInt32BE(1) + 1) {
        if (rest[0] === READY_FOR_QUERY) roundTrips += 1;
        rest = rest.subarray(rest.readUInt32BE(1) + 1);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  const through = new URL(url);
  through.port = String(address.port);
  return {
    url: through.href,
    takeRoundTrips: () => {
      const count = roundTrips;
      roundTrips = 0;
      return count;
    },
    cut,
  };
}
