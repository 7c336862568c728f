// The network between a node and its database: it delays, cuts, leads elsewhere, or holds a message
// back for as long as the test wants.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** Which way bytes go. */
export type Way = "to database" | "to node";

/** A running proxy. */
export interface DatabaseProxy {
  /** The database's URL through the proxy. */
  readonly url: string;
  /** Milliseconds that everything towards the database takes longer. */
  delay: number;
  /** Port of the database; connections that are open stay where they are. */
  target: number;
  /** Sees every piece of bytes before it is handed on, and may hold it back. */
  onBytes: ((bytes: Buffer, way: Way) => Promise<void> | undefined) | undefined;
  /** Ends every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a proxy in front of the database of a URL. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>();

  function handOn(from: Socket, to: Socket, way: Way): void {
    let before = Promise.resolve();
    const handOnLate = async (previous: Promise<void>, bytes: Buffer): Promise<void> => {
      const arrival = performance.now() + (way === "to database" ? proxy.delay : 0);
      await previous;
      // Each piece is late by as much; those behind it do not wait for it once more.
      const rest = arrival - performance.now();
      if (rest > 0) await wait(rest);
      await proxy.onBytes?.(bytes, way);
      if (!to.destroyed) to.write(bytes);
    };
    from.on("data", (bytes: Buffer) => {
      before = handOnLate(before, bytes);
    });
    // Whatever ends one side ends the other, behind what is under way.
    from.on("close", () => void before.then(() => to.destroy()));
  }

  const server = createServer((node) => {
    const database = connect(proxy.target, "127.0.0.1");
    for (const socket of [node, database]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    handOn(node, database, "to database");
    handOn(database, node, "to node");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  const target = Number(url.port);
  url.port = String((server.address() as AddressInfo).port);
  const proxy: DatabaseProxy = {
    url: url.href,
    delay: 0,
    target,
    onBytes: undefined,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      proxy.cut();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}
