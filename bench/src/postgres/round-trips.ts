// How often a renewal and a sign-in ask the database, counted on the wire: batches that a node sends,
// each of which ends with one Sync. Those of the rate limiter are told apart by their statements.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A counter in front of a database. */
export interface RoundTripCounter {
  readonly url: string;
  /** Batches since the last call, without those of the rate limiter. */
  take(): number;
  close(): Promise<void>;
}

// Messages of a client: https://www.postgresql.org/docs/current/protocol-message-formats.html
const PARSE = "P".charCodeAt(0);
const BIND = "B".charCodeAt(0);
const SYNC = "S".charCodeAt(0);

/** Starts a counter. */
export async function startRoundTripCounter(databaseUrl: string): Promise<RoundTripCounter> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((node) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [node, database]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        node.destroy();
        database.destroy();
      });
    }
    database.pipe(node);
    const isCounted = createReader();
    node.on("data", (bytes: Buffer) => {
      count += isCounted(bytes);
      database.write(bytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    take: () => {
      const taken = count;
      count = 0;
      return taken;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Reads what one connection sends; answers how many batches that count ended in it. */
function createReader(): (bytes: Buffer) => number {
  const texts = new Map<string, string>();
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;
  let isLimiter = false;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    let counted = 0;
    for (;;) {
      // The first message has no type; it names the user and the database.
      const head = isStarted ? 1 : 0;
      if (rest.length < head + 4) return counted;
      const end = head + rest.readUInt32BE(head);
      if (rest.length < end) return counted;
      const [type] = rest;
      const body = rest.subarray(head + 4, end);
      rest = rest.subarray(end);
      if (!isStarted) {
        isStarted = true;
        continue;
      }
      const [name = "", text = ""] = body.toString("latin1").split("\0", 2);
      if (type === PARSE) texts.set(name, text);
      // Portal first, then the statement.
      if (type === BIND) isLimiter ||= texts.get(text)?.includes("rate_limits") === true;
      if (type !== SYNC) continue;
      if (!isLimiter) counted += 1;
      isLimiter = false;
    }
  };
}
