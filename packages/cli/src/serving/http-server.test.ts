import { once } from "node:events";
import { request } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import {
  createHttpServers,
  type Handler,
  type HttpServers,
  MAX_HEADER_BYTES,
} from "./http-server.ts";

const open: HttpServers[] = [];

async function start(handler: Handler): Promise<{ http: HttpServers; port: number }> {
  const http = createHttpServers({ handler, onError: () => undefined });
  open.push(http);
  const server = http.create();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { http, port: (server.address() as AddressInfo).port };
}

/** Sends raw bytes and reads until the server closes. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket: Socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => undefined);
  socket.write(bytes);
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.drain(0)));
});

describe("requests", () => {
  test("the peer's address is passed on", async () => {
    const { port } = await start(async (_request, { address }) => Response.json({ address }));
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(await response.json()).toEqual({ address: "127.0.0.1" });
  });

  test("a defect answers 500 as a problem, without its message", async () => {
    const { port } = await start(async () => {
      throw new Error("secret detail");
    });
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: "internal" });
    expect(text).not.toContain("secret detail");
  });

  test("Upgrade is answered as if it had not asked, Expect with 100", async () => {
    const { port } = await start(async (request) => new Response(await request.text()));
    const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close";
    const upgraded = await exchange(port, `${head}, Upgrade\r\nUpgrade: websocket\r\n\r\nhi`);
    expect(upgraded).toMatch(/^HTTP\/1\.1 200 /);
    const expected = await exchange(port, `${head}\r\nExpect: 100-continue\r\n\r\nhi`);
    expect(expected).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  test.each([
    ["a Host that is no host", "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400],
    ["no Host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    [
      "headers over the limit",
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(MAX_HEADER_BYTES)}\r\n\r\n`,
      431,
    ],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
  ])("%s is refused", async (_name, bytes, status) => {
    const { port } = await start(async () => new Response("reached"));
    const answer = await exchange(port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).not.toContain("reached");
  });
});

describe("drain", () => {
  test("a request under way is finished, and its connection closed", async () => {
    const arrived = Promise.withResolvers<undefined>();
    const release = Promise.withResolvers<undefined>();
    const { http, port } = await start(async () => {
      arrived.resolve(undefined);
      await release.promise;
      return new Response("done");
    });
    const answer = fetch(`http://127.0.0.1:${port}/`);
    await arrived.promise;
    const drained = http.drain(60_000);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow("fetch failed");
    release.resolve(undefined);
    const response = await answer;
    expect(await response.text()).toBe("done");
    expect(response.headers.get("connection")).toBe("close");
    expect(await drained).toBe(0);
  });

  test("idle connections and ones that never sent a byte do not hold it up", async () => {
    const { http, port } = await start(async () => new Response("ok"));
    const silent = connect(port, "127.0.0.1");
    await once(silent, "connect");
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(await http.drain(60_000)).toBe(0);
    silent.destroy();
  });

  test("what is not finished in time is cut and counted", async () => {
    const arrived = Promise.withResolvers<undefined>();
    const { http, port } = await start(() => {
      arrived.resolve(undefined);
      return new Promise<Response>(() => undefined);
    });
    const outgoing = request({ port, host: "127.0.0.1" });
    const failed = once(outgoing, "error");
    outgoing.end();
    await arrived.promise;
    expect(await http.drain(10)).toBe(1);
    expect(String((await failed)[0])).toContain("socket hang up");
  });
});
