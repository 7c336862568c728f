import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Failure } from "../output/failure.ts";
import { isLoopbackHost, type Listening, listen } from "./listen.ts";

const servers: Server[] = [];
const makeServer = (): Server => {
  const server = createServer((_request, response) => response.end("ok"));
  servers.push(server);
  return server;
};

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

function tryListen(host: string | undefined, port: number): Promise<Listening> {
  return listen({ host, port, createServer: makeServer });
}

async function failure(listening: Promise<Listening>): Promise<Failure> {
  try {
    await listening;
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error("nothing failed");
}

test("without a host: one port on loopback in each family that the machine has", async () => {
  const { port, addresses, isLoopback, notes } = await tryListen(undefined, 0);
  expect(isLoopback).toBe(true);
  expect(addresses[0]).toBe("127.0.0.1");
  expect(addresses.length + notes.length).toBe(2);
  for (const address of addresses) {
    const host = address.includes(":") ? `[${address}]` : address;
    expect(await (await fetch(`http://${host}:${port}/`)).text()).toBe("ok");
  }
});

test("a port that somebody holds in one family only is in use", async () => {
  const { addresses } = await tryListen(undefined, 0);
  for (const address of addresses) {
    const stranger = makeServer();
    stranger.listen(0, address);
    await once(stranger, "listening");
    const { port } = stranger.address() as AddressInfo;
    const { code, message } = await failure(tryListen(undefined, port));
    expect(code).toBe("port_in_use");
    expect(message).toContain(String(port));
    // The family that was free is given back.
    const holders = servers.filter((server) => (server.address() as AddressInfo)?.port === port);
    expect(holders).toEqual([stranger]);
  }
});

test("an address that is not of this machine is config_invalid", async () => {
  const { code, message } = await failure(tryListen("192.0.2.1", 0));
  expect(code).toBe("config_invalid");
  expect(message).toContain("192.0.2.1");
});

test("loopback is told from other addresses", () => {
  expect(["localhost", "127.0.0.1", "127.9.9.9", "::1"].every(isLoopbackHost)).toBe(true);
  expect(
    ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example", "1127.0.0.1"].some(isLoopbackHost),
  ).toBe(false);
});
