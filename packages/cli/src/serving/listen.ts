// Opens the listening sockets. Without --host that is loopback in both families on one port:
// `localhost` means either, and a stranger who held the other one would be handed the tokens.

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Failure } from "../output/failure.ts";

/** The loopback addresses, IPv4 first: it exists everywhere. */
export const LOOPBACK_HOSTS = ["127.0.0.1", "::1"] as const;

/** How often a free port is tried that must be free in both families. */
const FREE_PORT_ATTEMPTS = 10;

/** Connections that the kernel may hold before we accept them. */
const BACKLOG = 1024;

/** Sockets that listen. */
export interface Listening {
  readonly servers: readonly Server[];
  readonly port: number;
  /** The addresses, for people. */
  readonly addresses: readonly string[];
  /** Whether only this machine can connect. */
  readonly isLoopback: boolean;
  /** What went less well than asked for. */
  readonly notes: readonly string[];
}

/**
 * Listens on `host`, or on loopback in both families.
 *
 * @throws Failure port_in_use, or config_invalid when the address is not usable here
 */
export async function listen(options: {
  readonly host: string | undefined;
  readonly port: number;
  readonly createServer: () => Server;
}): Promise<Listening> {
  const { host, port } = options;
  if (host !== undefined && host !== "localhost") {
    const server = options.createServer();
    await listenOn(server, host, port);
    return {
      servers: [server],
      port: portOf(server),
      addresses: [host],
      isLoopback: isLoopbackHost(host),
      notes: [],
    };
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listenOnLoopback(options.createServer, port);
    } catch (error) {
      const isTaken = error instanceof Failure && error.code === "port_in_use";
      if (port !== 0 || !isTaken || attempt === FREE_PORT_ATTEMPTS) throw error;
    }
  }
}

/** Tells whether an address is reachable from this machine only. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

async function listenOnLoopback(createServer: () => Server, port: number): Promise<Listening> {
  const [ipv4, ipv6] = LOOPBACK_HOSTS;
  const first = createServer();
  await listenOn(first, ipv4, port);
  const bound = portOf(first);
  const second = createServer();
  try {
    await listenOn(second, ipv6, bound);
  } catch (error) {
    if (!isFamilyMissing(error)) {
      await new Promise((done) => first.close(done));
      throw error;
    }
    return {
      servers: [first],
      port: bound,
      addresses: [ipv4],
      isLoopback: true,
      notes: ["This machine has no IPv6 loopback (::1), so only 127.0.0.1 is served."],
    };
  }
  return {
    servers: [first, second],
    port: bound,
    addresses: [ipv4, ipv6],
    isLoopback: true,
    notes: [],
  };
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, fail) => {
    const onError = (error: NodeJS.ErrnoException): void => fail(explain(error, host, port));
    server.once("error", onError);
    server.listen({ host, port, backlog: BACKLOG, ipv6Only: host === "::1" }, () => {
      server.removeListener("error", onError);
      done();
    });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Failure {
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  if (error.code === "EADDRINUSE") {
    return new Failure("port_in_use", `Another process listens on ${address}.`, { cause: error });
  }
  const what = `Cannot listen on ${address} (${error.code ?? error.message}).`;
  const remedy =
    error.code === "EACCES"
      ? "Choose a --port of 1024 or above, or let this user bind low ports."
      : "Choose a --host that is an address of this machine.";
  return new Failure("config_invalid", what, { remedy, cause: error });
}

function isFamilyMissing(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : undefined;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT" || code === "EINVAL";
}

function portOf(server: Server): number {
  // A TCP server that listens has an AddressInfo; text is for sockets of the file system.
  return (server.address() as AddressInfo).port;
}
