import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLogger } from "../observability/logger.ts";
import {
  createBreachedPasswords,
  MAX_BREACHED_ANSWER,
  MAX_BREACHED_QUESTIONS,
} from "./breached-passwords.ts";

const PASSWORD = "seven quiet herons at dawn";
const digest = createHash("sha1").update(PASSWORD).digest("hex").toUpperCase();
const [prefix, suffix] = [digest.slice(0, 5), digest.slice(5)];

/** A real range service that answers as told. */
async function startService(answer: (response: ServerResponse) => void, timeout = 5_000) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const { port } = server.address() as AddressInfo;
  let log = "";
  const breached = createBreachedPasswords({
    url: `http://127.0.0.1:${port}/range/`,
    log: createLogger({ destination: { write: (line: string) => void (log += line) } }),
    timeout,
  });
  return { breached, requests, log: () => log };
}

const lines = (...found: string[]): string =>
  [`${"0".repeat(35)}:4`, ...found, `${"F".repeat(35)}:1`].join("\r\n");

describe("a range service", () => {
  it("learns five digits, and names the password among others", async () => {
    const service = await startService((response) => response.end(lines(`${suffix}:17`)));
    expect(await service.breached.has(PASSWORD)).toBe(true);
    expect(service.requests).toHaveLength(1);
    expect(service.requests[0]?.url).toBe(`/range/${prefix}`);
    expect(service.requests[0]?.headers["add-padding"]).toBe("true");
    expect(JSON.stringify(service.requests[0]?.headers)).not.toContain(suffix);
    expect(service.log()).toBe("");
  });

  it.each([
    ["names others only", lines()],
    ["pads the answer with it", lines(`${suffix}:0`)],
    ["names it without a count", lines(suffix)],
    ["answers nothing", ""],
    ["answers another format", "<html>"],
  ])("that %s lets the password pass", async (_what, body) => {
    const { breached, log } = await startService((response) => response.end(body));
    expect(await breached.has(PASSWORD)).toBe(false);
    expect(log()).toBe("");
  });
});

describe("a range service in trouble fails open, and the log says so without the digits", () => {
  it.each([
    ["answers 503", (response: ServerResponse) => response.writeHead(503).end()],
    ["breaks off", (response: ServerResponse) => response.destroy()],
    [
      "answers without end",
      (response: ServerResponse) => response.end(lines(`${suffix}:9`).repeat(MAX_BREACHED_ANSWER)),
    ],
  ] as const)("that %s", async (_what, answer) => {
    const { breached, log } = await startService(answer);
    expect(await breached.has(PASSWORD)).toBe(false);
    expect(log()).toContain("breached passwords not asked");
    expect(log()).not.toContain(prefix);
  });

  it("that is silent, or falls silent within its answer", async () => {
    for (const answer of [
      () => undefined,
      (response: ServerResponse) => void response.write(lines(`${suffix}:9`)),
    ]) {
      const { breached, log } = await startService(answer, 50);
      expect(await breached.has(PASSWORD)).toBe(false);
      expect(log()).toContain("TimeoutError");
    }
  });

  it("that sends elsewhere: O8, no redirect is followed", async () => {
    const elsewhere = await startService((response) => response.end(lines(`${suffix}:9`)));
    expect(await elsewhere.breached.has(PASSWORD)).toBe(true);
    const host = elsewhere.requests[0]?.headers.host ?? "";
    const { breached } = await startService((response) =>
      response.writeHead(302, { Location: `http://${host}/range/${prefix}` }).end(),
    );
    expect(await breached.has(PASSWORD)).toBe(false);
    expect(elsewhere.requests).toHaveLength(1);
  });

  it("that is asked too much at once is not asked more", async () => {
    const waiting: ServerResponse[] = [];
    const { breached, requests } = await startService((response) => waiting.push(response));
    const asked = Array.from({ length: MAX_BREACHED_QUESTIONS }, () => breached.has(PASSWORD));
    expect(await breached.has(PASSWORD)).toBe(false);
    while (waiting.length < MAX_BREACHED_QUESTIONS) await new Promise(setImmediate);
    for (const response of waiting) response.end(lines(`${suffix}:1`));
    expect(await Promise.all(asked)).toEqual(asked.map(() => true));
    expect(requests).toHaveLength(MAX_BREACHED_QUESTIONS);
  });
});
