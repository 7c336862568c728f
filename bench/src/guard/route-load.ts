// Load on the routes of one server: kept connections, each asking again when it was answered. On bare
// sockets and not Node's client: on a machine with two cores a generator that is dearer than the
// server leaves it idle, and an idle server pays for waking up with every request.

import { once } from "node:events";
import { createConnection, type Socket } from "node:net";

const CONNECTIONS = 32;
const HEADERS_END = "\r\n\r\n";

/** Connections to one server. */
export interface RouteLoad {
  /** Asks one path for some milliseconds. @throws Error at the first answer that is not 200 */
  count(path: string, milliseconds: number): Promise<number>;
  close(): void;
}

/** Connects; every request carries the same credentials. */
export async function openRouteLoad(port: number, authorization: string): Promise<RouteLoad> {
  const sockets = Array.from({ length: CONNECTIONS }, () =>
    createConnection({ host: "127.0.0.1", port, noDelay: true }).setEncoding("latin1"),
  );
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  const headers = `Host: 127.0.0.1:${port}\r\nAuthorization: ${authorization}${HEADERS_END}`;
  return {
    async count(path, milliseconds) {
      const request = `GET ${path} HTTP/1.1\r\n${headers}`;
      const end = performance.now() + milliseconds;
      const counts = await Promise.all(sockets.map((socket) => askUntil(socket, request, end)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function askUntil(socket: Socket, request: string, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    let received = "";
    const fail = (error?: Error): void => {
      reject(error ?? new Error("a server hung up"));
    };
    const read = (chunk: string): void => {
      received += chunk;
      const length = lengthOf(received);
      if (length === undefined || received.length < length) return;
      if (!received.startsWith("HTTP/1.1 200 ") || received.length > length) {
        fail(new Error(`an answer begins with ${received.slice(0, 40)}`));
        return;
      }
      count += 1;
      received = "";
      if (performance.now() < end) {
        socket.write(request);
        return;
      }
      socket.off("data", read).off("error", fail).off("close", fail);
      resolve(count);
    };
    socket.on("data", read).once("error", fail).once("close", fail);
    socket.write(request);
  });
}

/** Characters of the answer that begins a text; undefined while its headers are not all there. */
function lengthOf(received: string): number | undefined {
  const headersEnd = received.indexOf(HEADERS_END);
  if (headersEnd === -1) return undefined;
  const body = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, headersEnd + 2))?.[1];
  return body === undefined ? 0 : headersEnd + HEADERS_END.length + Number(body);
}
