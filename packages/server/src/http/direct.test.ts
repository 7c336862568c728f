// A direct route is an abbreviation: whatever is asked, it answers what the route table answers.

import { z } from "@hono/zod-openapi";
import { describe, expect, it } from "vitest";
import { createLogger } from "../observability/logger.ts";
import { createRoutes, defineRoute, jsonBody, parseBySchema } from "./app.ts";
import { findDirect } from "./direct.ts";
import { createHandler, type HandlerOptions } from "./handler.ts";
import { Refusal } from "./refusal.ts";

const schema = z.strictObject({ name: z.string().optional() });
const lines: string[] = [];
let runs = 0;

function answer(name: string | undefined) {
  if (name === "nobody") throw new Refusal("invalid_credentials");
  if (name === "defect") throw new Error("a defect");
  const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };
  return { status: 200, headers, body: JSON.stringify({ hello: name ?? null }) };
}

const routes = createRoutes();
routes.openapi(
  defineRoute({
    method: "post",
    path: "/a/hello",
    summary: "Says hello",
    request: { body: { ...jsonBody(schema), required: false } },
    responses: { 200: { description: "Hello" } },
  }),
  (c) => {
    const { body, ...init } = answer(c.req.valid("json").name);
    return new Response(body, init);
  },
);
const direct = findDirect(
  [
    {
      method: "POST",
      path: "/hello",
      answer: async (_request, body) => {
        runs += 1;
        return answer(parseBySchema(schema, body).name);
      },
    },
  ],
  "/a",
);
const options: HandlerOptions = {
  routes,
  issuer: "https://auth.example.com/a",
  origins: new Set(["https://app.example.com"]),
  trustedProxies: 0,
  bodyLimit: 64,
  log: createLogger({ destination: { write: (line) => void lines.push(line) } }),
  clock: () => 0,
};
const long = createHandler(options);
const short = createHandler({ ...options, direct });

const URL_OF_HELLO = "https://auth.example.com/a/hello";
const JSON_TYPE = { "Content-Type": "application/json" };

function post(body: string | null, headers: Record<string, string> = JSON_TYPE): Request {
  return new Request(URL_OF_HELLO, { method: "POST", body, headers });
}

async function render(response: Response) {
  const { "latchkey-request-id": id, ...headers } = Object.fromEntries(response.headers);
  expect(id).toMatch(/^[\w-]{22}$/);
  return { status: response.status, headers, body: await response.text() };
}

describe("a direct route", () => {
  it.each<[string, number, () => Request]>([
    ["a body", 200, () => post('{"name":"Ada"}')],
    ["no body", 200, () => post(null)],
    [
      "an allow-listed origin",
      200,
      () => post("{}", { ...JSON_TYPE, Origin: "https://app.example.com" }),
    ],
    ["a foreign origin", 200, () => post("{}", { ...JSON_TYPE, Origin: "https://evil.example" })],
    ["an unknown member", 400, () => post('{"other":1}')],
    ["a member twice", 400, () => post('{"name":"a","name":"b"}')],
    ["no JSON", 400, () => post("{")],
    ["a form", 415, () => post("name=a", { "Content-Type": "application/x-www-form-urlencoded" })],
    ["a compressed body", 415, () => post("{}", { ...JSON_TYPE, "Content-Encoding": "gzip" })],
    ["a body beyond the limit", 413, () => post(`{"name":"${"a".repeat(64)}"}`)],
    ["a refusal", 401, () => post('{"name":"nobody"}')],
    ["a defect", 500, () => post('{"name":"defect"}')],
  ])("answers %s as the route table does: %d", async (_, status, make) => {
    const before = runs;
    const expected = await render(await long(make()));
    expect(runs).toBe(before);
    expect(await render(await short(make()))).toEqual(expected);
    expect(expected.status).toBe(status);
  });

  it("leaves every other method and spelling to the route table", async () => {
    const before = runs;
    const spelled = ["/a/%68ello", "/a/hello/", "/a//hello", "/A/hello", "/hello", "/a/hello%3F"];
    const requests = [
      ...["GET", "HEAD", "PUT", "DELETE"].map((method) => new Request(URL_OF_HELLO, { method })),
      new Request(URL_OF_HELLO, {
        method: "OPTIONS",
        headers: { "Access-Control-Request-Method": "POST", Origin: "https://app.example.com" },
      }),
      ...spelled.map((path) => new Request(`https://auth.example.com${path}`, { method: "POST" })),
    ];
    for (const request of requests) {
      const expected = await render(await long(request.clone()));
      expect(await render(await short(request))).toEqual(expected);
    }
    expect(runs).toBe(before);
  });

  it("takes a query and logs the path without it", async () => {
    lines.length = 0;
    const response = await short(new Request(`${URL_OF_HELLO}?secret=1`, { method: "POST" }));
    expect(response.status).toBe(200);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      path: "/a/hello",
      method: "POST",
      status: 200,
      requestId: response.headers.get("Latchkey-Request-Id"),
    });
  });
});
