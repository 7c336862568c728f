// The life of a gateway process: configuration, guard, socket, ready, signal, end.

import { createServer } from "node:http";
import { resolve } from "node:path";
import type { CommandContext } from "../commands/context.ts";
import { Failure } from "../output/failure.ts";
import {
  HEADERS_TIMEOUT,
  KEEP_ALIVE_TIMEOUT,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  REQUEST_TIMEOUT,
} from "../serving/http-server.ts";
import { listen } from "../serving/listen.ts";
import { waitForSignal } from "../serving/signals.ts";
import { createAnswerer } from "./answer-question.ts";
import { loadGatewayConfig, openDemand, openGuard } from "./gateway-config.ts";
import { type ProxyName, proxyNames } from "./original-request.ts";

/** The environment variable with the secret of the client that the file names. */
export const CLIENT_SECRET_VARIABLE = "LATCHKEY_CLIENT_SECRET";

/** Flags, as commander hands them over. */
export interface GatewayFlags {
  readonly rules: string;
  readonly proxy: string;
  readonly host?: string;
  readonly port: string;
  readonly json?: boolean;
}

/**
 * Runs the gateway until a signal ends it.
 *
 * @throws Failure when it cannot start
 */
export async function serveGateway(context: CommandContext, flags: GatewayFlags): Promise<void> {
  const signal = waitForSignal(context.process);
  const proxy = parseProxy(flags.proxy);
  const port = parsePort(flags.port);
  const path = resolve(context.directory, flags.rules);
  const config = await loadGatewayConfig(path, context.environment[CLIENT_SECRET_VARIABLE]);
  const guard = openGuard(path, config.guard);
  try {
    const rules = config.demands.map(({ prefix, value }) => ({
      prefix,
      value: { gate: openDemand(path, guard, value) },
    }));
    const answer = createAnswerer({ proxy, guard, rules });
    const limits = {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    };
    const listening = await listen({
      host: flags.host,
      port,
      createServer: () => {
        const server = createServer(limits, (request, response) => {
          // The question's body, if a proxy sends one, says nothing.
          request.resume();
          void answer(request, response);
        });
        server.maxConnections = MAX_CONNECTIONS;
        return server;
      },
    });
    const url = `http://${listening.addresses[0] ?? "127.0.0.1"}:${listening.port}`;
    if (flags.json === true) context.output.json({ event: "ready", url, proxy });
    else context.output.line(`The gateway answers ${proxy} on ${url}.`);
    await signal;
    await Promise.all(
      listening.servers.map(
        (server) =>
          new Promise((done) => {
            server.close(done);
            server.closeIdleConnections();
          }),
      ),
    );
    if (flags.json === true) context.output.json({ event: "closed" });
  } finally {
    await guard.close();
  }
  context.exit(0);
}

function parseProxy(name: string): ProxyName {
  const proxy = proxyNames.find((candidate) => candidate === name);
  if (proxy === undefined) {
    throw new Failure("config_invalid", `--proxy is one of ${proxyNames.join(", ")}.`);
  }
  return proxy;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new Failure("config_invalid", "--port is a number from 0 to 65535.");
  }
  return port;
}
