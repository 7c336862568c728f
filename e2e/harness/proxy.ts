// A reverse proxy that misbehaves on demand: it cuts streams, holds answers back until they end, fails
// some paths, or is away.

import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** How the proxy behaves. */
export type ProxyManner = "well" | "cuts" | "holds_back" | "away";

/** Milliseconds that an answer may take before a proxy that cuts ends it. */
const CUT_AFTER = 300;

/** A running proxy. */
export interface Proxy {
  readonly url: string;
  manner: ProxyManner;
  /** Where it hands requests on to. */
  target: string;
  /** Answers 503 to paths that begin like this. */
  failing: string | null;
  /** Ends every connection that is open now. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a proxy; `target` is set once the server behind it is known. */
export async function startProxy(): Promise<Proxy> {
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    const isFailing = proxy.failing !== null && (request.url ?? "").startsWith(proxy.failing);
    if (proxy.manner === "away") response.socket?.destroy();
    else if (isFailing) response.writeHead(503).end();
    else handOn(request, response);
  });

  function handOn(request: IncomingMessage, response: ServerResponse): void {
    const { method, headers, url = "/" } = request;
    const onward = httpRequest(proxy.target + url, { method, headers }, (answer) => {
      const head = (): void => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      };
      answer.on("error", () => response.destroy());
      if (proxy.manner === "holds_back") {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          head();
          response.end(Buffer.concat(chunks));
        });
        return;
      }
      head();
      answer.pipe(response);
      if (proxy.manner === "cuts") setTimeout(() => response.destroy(), CUT_AFTER).unref();
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    manner: "well",
    target: "",
    failing: null,
    cut: () => {
      for (const response of open) response.destroy();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}
