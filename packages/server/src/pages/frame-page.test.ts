import { expect, it } from "vitest";
import { startServer } from "../../test/test-server.ts";

const APP = "https://app.example";
const at = (origin: string): string => `/auth/frame?origin=${encodeURIComponent(origin)}`;
const start = (path = "") =>
  startServer({ issuer: `https://id.example${path}`, origins: [APP, "https://shop.example:8443"] });

it("O3: one allow-listed origin may frame it, and nothing but our script runs in it", async () => {
  const server = await start();
  const { status, headers, text } = await server.send(at(APP));
  expect([status, headers.get("Content-Type")]).toEqual([200, "text/html; charset=UTF-8"]);
  expect(headers.get("Content-Security-Policy")?.split("; ")).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${APP}`,
    "require-trusted-types-for 'script'",
    "sandbox allow-scripts allow-same-origin",
  ]);
  // It would forbid what the policy allows.
  expect(headers.get("X-Frame-Options")).toBeNull();
  expect(headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
  expect(headers.get("Cross-Origin-Resource-Policy")).toBe("same-site");
  expect(headers.get("Cache-Control")).toBe("no-store");
  expect(headers.get("Referrer-Policy")).toBe("no-referrer");
  expect(headers.getSetCookie()).toEqual([]);
  expect(text).toContain(`data-origin="${APP}"`);
  expect(text.match(/<script/g)).toHaveLength(1);
  // No other origin of the list is told.
  expect(text + headers.get("Content-Security-Policy")).not.toContain("shop");
});

it.each(["", "/base"])(
  "its script is below %j/auth, kept for good, and named by content",
  async (path) => {
    const server = await start(path);
    const { text } = await server.send(`${path}${at(APP)}`);
    const source = /<script src="([^"]+)"><\/script>/.exec(text)?.[1] ?? "";
    expect(source).toMatch(new RegExp(`^${path}/auth/frame\\.[\\w-]{16}\\.js$`));
    const script = await server.send(source);
    expect([script.status, script.headers.get("Content-Type")]).toEqual([
      200,
      "text/javascript; charset=utf-8",
    ]);
    expect(script.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    expect(script.text).toContain("/auth/refresh");
  },
);

it("O3: refuses every other origin, and lets nobody frame the refusal", async () => {
  const server = await start();
  const others = [
    "https://evil.example",
    "https://app.example.evil.example",
    "https://app.example/",
    "http://app.example",
    "null",
    "*",
    `${APP} https://evil.example`,
    `${APP}; script-src *`,
    `${APP}"><script>`,
  ];
  for (const origin of others) {
    const { status, body, headers } = await server.send(at(origin));
    expect([origin, status, body["code"]]).toEqual([origin, 403, "origin_refused"]);
    expect(headers.get("X-Frame-Options")).toBe("DENY");
    expect(headers.get("Content-Security-Policy")).toContain("frame-ancestors 'none'");
  }
});

it("refuses a page of another site, where it would have no cookie", async () => {
  const server = await start();
  const send = (site: string) => server.send(at(APP), { headers: { "Sec-Fetch-Site": site } });
  expect((await send("same-site")).status).toBe(200);
  expect(await send("cross-site")).toMatchObject({ status: 403, body: { code: "origin_refused" } });
});

it("a listed origin that could end the policy gets no frame", async () => {
  const origin = "https://app;x.example";
  const server = await startServer({ issuer: "https://id.example", origins: [origin] });
  expect((await server.send(at(origin))).status).toBe(403);
});

it("wants to know for whom", async () => {
  const server = await start();
  expect((await server.send("/auth/frame")).status).toBe(400);
  expect((await server.send(`/auth/frame?origin=${"a".repeat(513)}`)).status).toBe(400);
});
