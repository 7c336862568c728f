// A load balancer as simple as they come: it takes turns among the nodes whose /readyz says 200, asks
// again every quarter of a second, keeps connections, and never repeats a request.

import { once } from "node:events";
import { Agent, createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";

/** Milliseconds between two questions to a node. */
const PROBE_EVERY = 250;

/** Milliseconds that a node may take to answer one. */
const PROBE_PATIENCE = 2_000;

/** A running balancer. */
export interface Balancer {
  readonly url: string;
  /** Where the nodes are; may be changed at any time. */
  nodes: readonly string[];
  /** Those that were ready when they were last asked. */
  readonly ready: readonly string[];
  /** Requests that no node was ready for, and those whose node hung up. */
  readonly failures: readonly string[];
  close(): Promise<void>;
}

/** Starts a balancer; the nodes are named once they are known. */
export async function startBalancer(): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const failures: string[] = [];
  let ready: readonly string[] = [];
  let turn = 0;

  const server = createServer((request, response) => {
    turn += 1;
    const target = ready[turn % ready.length];
    const { method, headers, url = "/" } = request;
    const fail = (why: string): void => {
      failures.push(`${method} ${url}: ${why}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    };
    if (target === undefined) {
      fail("no node is ready");
      return;
    }
    const onward = httpRequest(target + url, { method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    });
    onward.on("error", (error) => {
      // A client that went away is no failure of a node.
      if (!response.destroyed) fail(`${target}: ${error.message}`);
    });
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });

  // It closes no connection that a client may be about to use.
  server.keepAliveTimeout = 0;

  async function isReady(node: string): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(PROBE_PATIENCE);
      return (await fetch(`${node}/readyz`, { signal })).status === 200;
    } catch {
      return false;
    }
  }
  let isClosed = false;
  async function probe(): Promise<void> {
    const nodes = balancer.nodes;
    const answers = await Promise.all(nodes.map(isReady));
    ready = nodes.filter((_, index) => answers[index]);
    if (!isClosed) setTimeout(() => void probe(), PROBE_EVERY);
  }

  server.listen(0, "localhost");
  await once(server, "listening");
  const balancer: Balancer = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    nodes: [],
    get ready() {
      return ready;
    },
    failures,
    close: async () => {
      isClosed = true;
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  void probe();
  return balancer;
}
