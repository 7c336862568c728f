// Makes the HTTP servers around a `Request -> Response` handler: bounded in header size, time and
// connections, and drained at the end. Expect: 100-continue is answered by Node; Upgrade has no
// listener, so such a request is answered as if it had not asked.

import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createProblem, type ErrorCode, PROBLEM_MEDIA_TYPE } from "@latchkey/protocol";

/** Bytes of request line and headers together. */
export const MAX_HEADER_BYTES = 16 * 1024;

/** Milliseconds until the headers, and until the whole request, must have arrived. */
export const HEADERS_TIMEOUT = 10_000;
export const REQUEST_TIMEOUT = 15_000;

/** Milliseconds that an idle connection is kept: above the 60 s of common load balancers. */
export const KEEP_ALIVE_TIMEOUT = 65_000;

/** Connections at once; further ones are dropped. */
export const MAX_CONNECTIONS = 10_000;

/** Milliseconds of a TLS handshake. */
const TLS_HANDSHAKE_TIMEOUT = 10_000;

/** How often slow connections are looked for (milliseconds). */
const TIMEOUT_CHECK_INTERVAL = 2_000;

/** Answers one request; `address` is the peer's. */
export type Handler = (
  request: Request,
  connection: { readonly address?: string; readonly isFramed: true },
) => Promise<Response>;

/** Servers that share one handler and one end. */
export interface HttpServers {
  /** Makes one more server; it does not listen yet. */
  create(): Server;
  /**
   * Stops accepting, lets requests under way finish for at most `grace` milliseconds, then cuts.
   *
   * @returns how many requests were cut
   */
  drain(grace: number): Promise<number>;
}

/** Creates servers around a handler; with `tls` they serve HTTPS. */
export function createHttpServers(options: {
  readonly handler: Handler;
  readonly onError: (error: unknown) => void;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
}): HttpServers {
  const servers = new Set<Server>();
  const sockets = new Set<Socket>();
  const underWay = createSlots<ServerResponse>();
  let isDraining = false;

  const listener = createListener(options.handler, options.onError);
  const track: RequestListener = (incoming, outgoing) => {
    const slot = underWay.add(outgoing);
    outgoing.once("close", () => {
      underWay.remove(slot);
      if (isDraining) setImmediate(closeIdle);
    });
    if (isDraining) outgoing.shouldKeepAlive = false;
    void listener(incoming, outgoing);
  };
  const closeIdle = (): void => {
    for (const server of servers) server.closeIdleConnections();
  };

  return {
    create() {
      const server = createOne(options.tls, track);
      server.maxConnections = MAX_CONNECTIONS;
      // A connection that could not be accepted is no reason to end.
      server.on("error", options.onError);
      server.on("connection", (socket: Socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
      });
      servers.add(server);
      return server;
    },
    async drain(grace) {
      isDraining = true;
      for (const response of underWay.list()) response.shouldKeepAlive = false;
      const closed = Promise.all([...servers].map(stopServer));
      // Browsers open connections ahead of need; one that never sent a byte has no request to lose.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      let cut = 0;
      const timer = setTimeout(() => {
        cut = underWay.list().length;
        for (const server of servers) server.closeAllConnections();
      }, grace);
      await closed;
      clearTimeout(timer);
      return cut;
    },
  };
}

/**
 * Things that come and go, each in a slot that is used again. A Set would be remade each time that
 * some dozens have passed, and its former tables keep what they held alive until the next full
 * garbage collection: every response of a busy second.
 */
function createSlots<Item>(): {
  readonly add: (item: Item) => number;
  readonly remove: (slot: number) => void;
  readonly list: () => readonly Item[];
} {
  const items: (Item | undefined)[] = [];
  const free: number[] = [];
  return {
    add(item) {
      const slot = free.pop() ?? items.length;
      items[slot] = item;
      return slot;
    },
    remove(slot) {
      items[slot] = undefined;
      free.push(slot);
    },
    list: () => items.filter((item) => item !== undefined),
  };
}

function createOne(
  tls: { readonly cert: Buffer; readonly key: Buffer } | undefined,
  listener: RequestListener,
): Server {
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL,
  };
  if (tls === undefined) return createServer(limits, listener);
  return createTlsServer(
    {
      ...limits,
      cert: tls.cert,
      key: tls.key,
      minVersion: "TLSv1.2",
      handshakeTimeout: TLS_HANDSHAKE_TIMEOUT,
      ALPNProtocols: ["http/1.1"],
    },
    listener,
  );
}

function createListener(
  handler: Handler,
  onError: (error: unknown) => void,
): ReturnType<typeof getRequestListener> {
  return getRequestListener(
    (request, { incoming }) => {
      const address = incoming.socket.remoteAddress;
      // Node's parser ends a body where its Content-Length says.
      return handler(request, { isFramed: true, ...(address === undefined ? {} : { address }) });
    },
    {
      errorHandler(error) {
        // The adapter could not make a Request: a Host or request target that is no URL.
        if (error instanceof Error && error.name === "RequestError") {
          return problem("invalid_request");
        }
        onError(error);
        return problem("internal");
      },
    },
  );
}

/** A problem response of the transport itself. */
export function problem(code: ErrorCode): Response {
  const body = createProblem(code);
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: {
      "Content-Type": PROBLEM_MEDIA_TYPE,
      "Cache-Control": "no-store",
      ...(body.status === 503 ? { "Retry-After": "1" } : {}),
    },
  });
}

function stopServer(server: Server): Promise<void> {
  return new Promise((done) => {
    if (server.listening) server.close(() => done());
    else done();
  });
}
