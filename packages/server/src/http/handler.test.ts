import type { Problem } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createLogger } from "../observability/logger.ts";
import { createRoutes, defineRoute, jsonAnswer, jsonBody } from "./app.ts";
import { createHandler, type HandlerOptions, type RequestHandler } from "./handler.ts";

const ORIGIN = "https://id.example";

function build(changes: Partial<HandlerOptions> = {}): {
  handler: RequestHandler;
  log: () => string;
} {
  const routes = createRoutes();
  const answer = { 200: jsonAnswer(z.object({}), "Done") };
  routes.openapi(defineRoute({ method: "get", path: "/thing", responses: answer }), (c) =>
    c.json({ address: c.get("address") }),
  );
  routes.openapi(
    defineRoute({
      method: "post",
      path: "/thing",
      request: { body: jsonBody(z.strictObject({ name: z.string() })) },
      responses: answer,
    }),
    (c) => c.json(c.req.valid("json")),
  );
  routes.openapi(defineRoute({ method: "get", path: "/fail", responses: answer }), () => {
    throw new Error("select password from users");
  });
  const lines: string[] = [];
  const handler = createHandler({
    routes,
    issuer: ORIGIN,
    origins: new Set(["https://app.example"]),
    trustedProxies: 0,
    bodyLimit: 1000,
    log: createLogger({ destination: { write: (line: string) => void lines.push(line) } }),
    clock: () => 0,
    ...changes,
  });
  return { handler, log: () => lines.join("") };
}

const { handler } = build();
const send = (path: string, init: RequestInit & { duplex?: "half" } = {}): Promise<Response> =>
  handler(new Request(`${ORIGIN}${path}`, init));
const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  send("/thing", {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", ...headers },
  });
const codeOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  ((await response.json()) as Problem).code,
];

describe("O3: every answer", () => {
  it.each(["/thing", "/nowhere", "/fail"])("%s carries the security headers", async (path) => {
    const { headers } = await send(path);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "strict-transport-security": "max-age=31536000",
      "cache-control": "no-store",
      "latchkey-request-id": expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  it("has no HSTS for an http issuer", async () => {
    const { handler: plain } = build({ issuer: "http://localhost:4000" });
    const response = await plain(new Request("http://localhost:4000/thing"));
    expect(response.headers.has("Strict-Transport-Security")).toBe(false);
  });
});

describe("routing", () => {
  it("answers 404 for an unknown path", async () => {
    expect(await codeOf(await send("/nowhere"))).toEqual([404, "not_found"]);
  });

  it.each(["//thing", "/thing/", "/./thing/..//thing", "/THING", "/thing;a=b"])(
    "N7: does not route %s",
    async (path) => {
      const url = `${ORIGIN}${path}`;
      expect((await handler(new Request(url))).status).toBe(404);
    },
  );

  it.each(["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])(
    "O9: answers 405 with Allow to %s",
    async (method) => {
      const response = await send("/thing", { method });
      expect(response.headers.get("Allow")).toBe("GET, HEAD, POST");
      expect(await codeOf(response)).toEqual([405, "method_not_allowed"]);
    },
  );

  it("O9: does not let a header change the method", async () => {
    const response = await send("/thing", { headers: { "X-HTTP-Method-Override": "POST" } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ address: null });
  });

  it("O9: answers HEAD like GET, without a body", async () => {
    const response = await send("/thing", { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});

describe("bodies", () => {
  it("accepts JSON in UTF-8", async () => {
    expect((await post('{"name":"ä"}')).status).toBe(200);
    const charset = { "Content-Type": "application/json; charset=utf-8" };
    expect((await post('{"name":"a"}', charset)).status).toBe(200);
  });

  it.each([
    "application/json ;charset=utf-8",
    "application/json\t; charset=utf-8",
    'Application/JSON; charset="UTF-8"',
    "application/json;charset=utf-8 ",
  ])("O10: accepts %j (RFC 9110 section 5.6.6)", async (type) => {
    expect((await post('{"name":"a"}', { "Content-Type": type })).status).toBe(200);
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/json, text/plain",
    "application/jsonx",
    "application/vnd.api+json",
  ])("O10: refuses %s", async (type) => {
    expect(await codeOf(await post('{"name":"a"}', { "Content-Type": type }))).toEqual([
      415,
      "unsupported_media_type",
    ]);
  });

  it("O10: refuses a body without a type, and a compressed one", async () => {
    const bytes = new TextEncoder().encode('{"name":"a"}');
    const bare = await send("/thing", { method: "POST", body: bytes });
    expect(await codeOf(bare)).toEqual([415, "unsupported_media_type"]);
    const compressed = await post('{"name":"a"}', { "Content-Encoding": "gzip" });
    expect(await codeOf(compressed)).toEqual([415, "unsupported_media_type"]);
  });

  it.each([
    ["{", "invalid_json"],
    ["[]", "invalid_json"],
    ["null", "invalid_json"],
    ['{"name":"a","name":"b"}', "invalid_json"],
    ['{"name":"a","n\\u0061me":"b"}', "invalid_json"],
    ['{"name":"a","__proto__":{}}', "invalid_json"],
    ["\ufeff{}", "invalid_json"],
    [`{"name":${"[".repeat(400)}${"]".repeat(400)}}`, "invalid_json"],
    ["{}", "invalid_request"],
    ['{"name":1}', "invalid_request"],
    ['{"name":"a","role":"administrator"}', "invalid_request"],
  ])("refuses %s", async (body, code) => {
    expect(await codeOf(await post(body))).toEqual([400, code]);
  });

  it("names the members that are wrong", async () => {
    const response = await post('{"name":1,"extra":2}');
    const problem = (await response.json()) as Problem;
    expect(problem.errors?.map((error) => error.path)).toEqual(["name", ""]);
    expect(problem.errors?.[1]?.message).toContain("extra");
  });

  it("I12: counts the bytes that come, not those that are announced", async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < 20; i++) controller.enqueue(new Uint8Array(100).fill(0x20));
        controller.close();
      },
    });
    const headers = { "Content-Type": "application/json", "Content-Length": "10" };
    const response = await send("/thing", { method: "POST", body, headers, duplex: "half" });
    expect(await codeOf(response)).toEqual([413, "body_too_large"]);
  });

  it("I12: reads no more than the limit whatever length is announced", async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(100).fill(0x20));
        if (pulled === 200) controller.close();
      },
    });
    const headers = { "Content-Type": "application/json", "Content-Length": "10" };
    const response = await send("/thing", { method: "POST", body, headers, duplex: "half" });
    expect(await codeOf(response)).toEqual([413, "body_too_large"]);
    expect(pulled).toBeLessThan(20);
  });

  it("I12: stops reading at the limit", async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(100));
      },
    });
    const headers = { "Content-Type": "application/json" };
    const response = await send("/thing", { method: "POST", body, headers, duplex: "half" });
    expect(response.status).toBe(413);
    expect(pulled).toBeLessThan(20);
  });

  it("refuses a body that is announced as too large, unread", async () => {
    const response = await post("{}", { "Content-Length": "1001" });
    expect(await codeOf(response)).toEqual([413, "body_too_large"]);
  });
});

describe("O7: failures", () => {
  it("answers 500 without any detail, and logs it under the request id", async () => {
    const { handler: failing, log } = build();
    const response = await failing(new Request(`${ORIGIN}/fail`));
    const text = await response.text();
    expect([response.status, JSON.parse(text).code]).toEqual([500, "internal"]);
    expect(text).not.toContain("select");
    expect(text).not.toMatch(/\bat \S+:\d+/);
    expect(log()).toContain("select password from users");
    expect(log()).toContain(response.headers.get("Latchkey-Request-Id"));
  });

  it("O6: logs the path without its query", async () => {
    const { handler: logging, log } = build();
    await logging(new Request(`${ORIGIN}/thing?code=sesame`, { headers: { Cookie: "a=sesame" } }));
    expect(log()).toContain('"path":"/thing"');
    expect(log()).not.toContain("sesame");
  });
});

describe("O1: CORS", () => {
  const preflight = (origin: string): Promise<Response> =>
    send("/thing", {
      method: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
    });

  it("lets an allow-listed origin in, with credentials, by name", async () => {
    const response = await preflight("https://app.example");
    expect(response.status).toBe(204);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
    expect(response.headers.get("Access-Control-Allow-Credentials")).toBe("true");
    expect(response.headers.get("Access-Control-Allow-Methods")).toBe("GET, HEAD, POST");
    expect(response.headers.get("Access-Control-Allow-Headers")).toContain("Latchkey-Request");
    expect(response.headers.get("Vary")).toContain("Origin");
  });

  it.each([
    "null",
    "https://evil.example",
    "https://evilapp.example",
    "https://app.example.evil.example",
    "http://app.example",
    "https://app.example:444",
    "https://app.example/",
    "https://APP.example",
    "*",
  ])("refuses %s", async (origin) => {
    const refused = await preflight(origin);
    expect(refused.headers.has("Access-Control-Allow-Origin")).toBe(false);
    expect(await codeOf(refused)).toEqual([403, "origin_refused"]);
    const plain = await send("/thing", { headers: { Origin: origin } });
    expect(plain.headers.has("Access-Control-Allow-Origin")).toBe(false);
    expect(plain.headers.has("Access-Control-Allow-Credentials")).toBe(false);
    expect(plain.headers.get("Vary")).toContain("Origin");
  });

  it("answers errors so that an allowed application can read them", async () => {
    const response = await send("/nowhere", { headers: { Origin: "https://app.example" } });
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
  });
});

describe("N7: the client's address", () => {
  it("is the connection's, whatever X-Forwarded-For says", async () => {
    const request = new Request(`${ORIGIN}/thing`, { headers: { "X-Forwarded-For": "1.1.1.1" } });
    const response = await handler(request, { address: "192.0.2.7" });
    expect(await response.json()).toEqual({ address: "192.0.2.7" });
  });
});
