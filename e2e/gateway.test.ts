// `latchkey gateway` behind a real nginx (auth_request), and as Traefik, Caddy and Envoy ask it. The
// API behind nginx answers with the headers that it got.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, request as httpRequest, type Server as HttpServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { join as joinPath } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { node, readyLine, root, spawnChild, stopAll } from "./harness/child.ts";
import { createDirectory, removeDirectories } from "./harness/directory.ts";
import { call } from "./harness/http.ts";
import { join, logIn } from "./harness/people.ts";
import { type Server, startServer } from "./harness/server.ts";
import { createStaff, people } from "./harness/staff.ts";

const IDENTITY = ["Subject", "Session", "Client", "Roles", "Permissions", "Scopes"];

let server: Server;
let api: HttpServer;
let proxied: string;
let doctor: string;
const gateways = new Map<string, string>();

beforeAll(async () => {
  await installNginx();
  server = await startServer();
  await createStaff(server);
  doctor = (await logIn(server, people.doctor)).access_token;
  api = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ path: request.url, headers: request.headers }));
  });
  api.listen(0, "127.0.0.1");
  await once(api, "listening");
  const rules = joinPath(await createDirectory("gateway"), "gateway.json");
  await writeFile(
    rules,
    JSON.stringify({
      issuer: server.url,
      audience: server.url,
      rules: {
        "/me": "token",
        "/public": "public",
        "/calendar": { permission: "appointments:read-own-calendar" },
        "/desk": { permission: "appointments:read-any" },
      },
    }),
  );
  for (const proxy of ["nginx", "traefik", "envoy"])
    gateways.set(proxy, await startGateway(rules, proxy));
  proxied = await startNginx(gateways.get("nginx") ?? "", (api.address() as AddressInfo).port);
});

afterAll(async () => {
  await stopAll();
  api.closeAllConnections();
  api.close();
  await removeDirectories();
});

describe("behind nginx", () => {
  it("lets a good token pass and tells the API who asks", async () => {
    const answer = await ask("/me?x=1", { authorization: `Bearer ${doctor}` });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      path: "/me?x=1",
      headers: {
        "x-latchkey-client": "latchkey",
        "x-latchkey-roles": "doctor",
        "x-latchkey-permissions": "appointments:read-own-calendar",
      },
    });
    expect(answer.body.headers["x-latchkey-subject"]).toMatch(/^[\w-]{22}$/);
    expect(answer.body.headers["x-latchkey-session"]).toMatch(/^[\w-]{22}$/);
  });

  it("judges by the rule of the path", async () => {
    const headers = { authorization: `Bearer ${doctor}` };
    expect((await ask("/calendar/today", headers)).status).toBe(200);
    expect((await ask("/desk", headers)).status).toBe(403);
    expect((await ask("/elsewhere", headers)).status).toBe(403);
  });

  it("without a token, with two, or with a bad one: 401 and a challenge", async () => {
    for (const headers of [
      {},
      { authorization: "Bearer nonsense" },
      { authorization: `Bearer ${doctor}, Bearer ${doctor}` },
    ]) {
      const answer = await ask("/me", headers);
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
    }
  });

  it("P10: identity headers from outside never reach the API", async () => {
    const forged = Object.fromEntries(IDENTITY.map((name) => [`X-Latchkey-${name}`, "forged"]));
    for (const [path, headers] of [
      ["/public/x", forged],
      ["/me", { ...forged, authorization: `Bearer ${doctor}` }],
    ] as const) {
      const answer = await ask(path, headers);
      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.body)).not.toContain("forged");
    }
  });

  it("P6: a path that could be read in two ways is refused, with and without a token", async () => {
    for (const path of [
      "/public/../me",
      "/public/%2e%2e/me",
      "/public%2f..%2fme",
      "//me",
      "/public;/../me",
      "/ME",
      "/me%00",
      "/public/%252e%252e/me",
    ]) {
      expect(await rawStatus(path, doctor)).toMatch(/^(400|403)$/);
      expect(await rawStatus(path, null)).toMatch(/^(400|403)$/);
    }
  });

  it("X-Original-URI from outside changes nothing", async () => {
    const headers = { authorization: `Bearer ${doctor}`, "X-Original-URI": "/public" };
    expect((await ask("/desk", headers)).status).toBe(403);
  });

  it("no method is exempt", async () => {
    for (const method of ["HEAD", "OPTIONS", "POST", "DELETE"]) {
      expect((await ask("/me", {}, method)).status).toBe(401);
    }
  });

  it("refuses within moments of a logout", async () => {
    const login = await join(server, people.patient);
    const headers = { authorization: `Bearer ${login.access_token}` };
    expect((await ask("/me", headers)).status).toBe(200);
    await call(`${server.url}/auth/logout`, {
      json: { refresh_token: login.refresh_token },
    });
    await vi.waitFor(
      async () => {
        const answer = await ask("/me", headers);
        expect(answer.status).toBe(401);
        expect(answer.headers["www-authenticate"]).toContain('latchkey_reason="retired"');
      },
      { timeout: 5000 },
    );
  });
});

describe("other proxies", () => {
  const get = (proxy: string, path: string, headers: Record<string, string>) =>
    fetch(`${gateways.get(proxy)}${path}`, {
      headers: { authorization: `Bearer ${doctor}`, ...headers },
    });

  it("Traefik and Caddy: the original request in X-Forwarded-*", async () => {
    const forwarded = (uri: string) => ({ "x-forwarded-method": "GET", "x-forwarded-uri": uri });
    const answer = await get("traefik", "/verify", forwarded("/me"));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-latchkey-roles")).toBe("doctor");
    expect((await get("traefik", "/verify", forwarded("/desk"))).status).toBe(403);
    // Another proxy's headers are the client's.
    const original = { "x-original-uri": "/me", "x-original-method": "GET" };
    expect((await get("traefik", "/verify", original)).status).toBe(403);
    expect((await get("traefik", "/verify", {})).status).toBe(403);
  });

  it("Envoy: the original request itself, behind a prefix", async () => {
    expect((await get("envoy", "/verify/me", {})).status).toBe(200);
    expect((await get("envoy", "/verify/desk", {})).status).toBe(403);
    expect((await get("envoy", "/me", {})).status).toBe(403);
    expect((await get("envoy", "/verify", { "x-original-uri": "/me" })).status).toBe(403);
  });

  it("M5: a disguised identity header is refused", async () => {
    expect((await get("envoy", "/verify/me", { x_latchkey_subject: "forged" })).status).toBe(403);
  });

  it("says how it is", async () => {
    const health = await fetch(`${gateways.get("nginx")}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ ready: true, issuer: server.url });
  });
});

it("a mistake in the file stops the start", async () => {
  const rules = joinPath(await createDirectory("gateway"), "gateway.json");
  const file = { issuer: server.url, audience: server.url };
  for (const [mistake, message] of [
    [{ ...file, rules: {} }, "rules is empty"],
    [{ ...file, rules: { "/a/../b": "token" } }, "no path prefix"],
    [{ ...file, rules: { "/": "anybody" } }, "or an object"],
    [{ ...file, rules: { "/": { permissions: "x" } } }, "no member permissions"],
    [{ ...file, rules: { "/": "token" }, audiences: "x" }, "no option audiences"],
    [{ issuer: server.url, rules: { "/": "token" } }, "audience is"],
  ] as const) {
    await writeFile(rules, JSON.stringify(mistake));
    const child = spawnGateway(rules, "nginx");
    expect(await child.exit).not.toBe(0);
    expect(child.stdout() + child.stderr()).toContain(message);
  }
});

interface Echo {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function ask(path: string, headers: Readonly<Record<string, string>>, method = "GET") {
  return new Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly body: Echo;
  }>((resolve, reject) => {
    const sent = httpRequest(`${proxied}${path}`, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        const isEcho = response.headers["content-type"] === "application/json" && text !== "";
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: isEcho ? (JSON.parse(text) as Echo) : { path: "", headers: {} },
        });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** Sends a request line as it is; Node's client would tidy it up. */
async function rawStatus(path: string, token: string | null): Promise<string> {
  const socket = connect(Number(new URL(proxied).port), "127.0.0.1");
  const authorization = token === null ? "" : `Authorization: Bearer ${token}\r\n`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: api\r\n${authorization}Connection: close\r\n\r\n`);
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? text;
}

function spawnGateway(rules: string, proxy: string) {
  const main = `${root}/packages/cli/src/main.ts`;
  return spawnChild({
    label: `latchkey gateway ${proxy}`,
    command: node,
    args: [
      "--conditions=latchkey-source",
      main,
      "gateway",
      "--json",
      "--rules",
      rules,
      "--proxy",
      proxy,
      "--port",
      "0",
    ],
  });
}

async function startGateway(rules: string, proxy: string): Promise<string> {
  const ready = await readyLine(spawnGateway(rules, proxy));
  return String(ready["url"]);
}

async function startNginx(gateway: string, apiPort: number): Promise<string> {
  const directory = await createDirectory("nginx");
  const port = await freePort();
  const variables = IDENTITY.map((name) => name.toLowerCase());
  const config = `
    daemon off; master_process off; pid ${directory}/nginx.pid; error_log stderr error;
    ${process.getuid?.() === 0 ? "user root;" : ""}
    events {}
    http {
      access_log off;
      ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${directory}/${kind};`).join("\n")}
      server {
        listen 127.0.0.1:${port};
        merge_slashes off;
        location / {
          auth_request /_verify;
          ${variables.map((name) => `auth_request_set $lk_${name} $upstream_http_x_latchkey_${name};`).join("\n")}
          ${variables.map((name) => `proxy_set_header X-Latchkey-${name} $lk_${name};`).join("\n")}
          proxy_pass http://127.0.0.1:${apiPort};
        }
        location = /_verify {
          internal;
          proxy_pass ${gateway}/verify;
          proxy_method GET;
          proxy_pass_request_body off;
          proxy_set_header Content-Length "";
          proxy_set_header X-Original-URI $request_uri;
          proxy_set_header X-Original-Method $request_method;
        }
      }
    }`;
  await writeFile(joinPath(directory, "nginx.conf"), config);
  spawnChild({
    label: "nginx",
    command: nginxPath(),
    args: ["-p", directory, "-c", joinPath(directory, "nginx.conf")],
  });
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/me`)).status).toBe(401), {
    timeout: 10_000,
  });
  return url;
}

async function freePort(): Promise<number> {
  const probe = createTcpServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

function nginxPath(): string {
  return existsSync("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
}

// Debian's package; a machine that has an nginx on its PATH keeps its own.
async function installNginx(): Promise<void> {
  const run = promisify(execFile);
  try {
    await run(nginxPath(), ["-v"]);
  } catch {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "-y", "--no-install-recommends", "nginx-light"], { env });
  }
}
