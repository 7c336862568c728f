// A world for the client in a real browser: the server, an API behind the guard, pages of the
// application, of a sibling and of an attacker, all on one port under different host names (every
// name below .localhost is this machine). Time moves on demand, answers get lost on demand.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { createGuard } from "@latchkey/guard";
import { protect } from "@latchkey/guard/request";
import { createLatchkey, createLogger, type Latchkey, type LatchkeyConfig } from "@latchkey/server";
import { build } from "esbuild";
import { root } from "./child.ts";
import { createDirectory } from "./directory.ts";
import { openShiftableDatabase } from "./engine.ts";

/** A password that the policy accepts. */
export const PASSWORD = "seven quiet herons at dawn";

/** What becomes of a request to the server. */
export type Fate =
  | "arrives"
  | "request_lost"
  | "answer_lost"
  | "answer_held"
  /** The server has no such path, as one of an older version. */
  | "path_unknown"
  /** Something on the way puts an empty page in the answer's place. */
  | "answer_replaced";

/** A request as it came in. */
export interface Arrival {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Headers;
  status: number | null;
}

/** The world. */
export interface ClientWorld {
  /** The server's URL, which is its issuer. */
  readonly issuer: string;
  /** An origin of another host on this port: `origin("evil.localhost")`. */
  origin(host: string): string;
  /**
   * The page of the application at an origin, with a client of the issuer, or of another URL; under a
   * Content-Security-Policy, if any; cross-origin isolated, or not.
   */
  page(
    origin: string,
    options?: {
      readonly name?: "app" | "react";
      readonly url?: string;
      readonly policy?: string;
      readonly isIsolated?: boolean;
    },
  ): string;
  readonly arrivals: Arrival[];
  /** Decides about each request to `/auth/`; replaced by tests. */
  fate: (path: string) => Fate;
  /** Requests to `/auth/` wait for it before the server sees them; replaced by tests. */
  gate: Promise<void>;
  /** Lets time pass for server and database. */
  advance(milliseconds: number): Promise<void>;
  createUser(email: string): Promise<void>;
  /** A request of the operator. */
  control(method: string, path: string, json?: unknown): Promise<Response>;
  countEvents(kind: string): Promise<number>;
  close(): Promise<void>;
}

/** How to make it. */
export interface WorldOptions {
  /** Host of the issuer; `localhost` by default. Only there can the API find the server. */
  readonly host?: string;
  /** Hosts whose origins are on the server's allow-list. */
  readonly allowed?: readonly string[];
  /** Over TLS, with a certificate that the browser has to be told to take. */
  readonly isHttps?: boolean;
  readonly config?: Partial<LatchkeyConfig>;
}

/** Opens a world; `close` ends it. */
export async function openClientWorld(options: WorldOptions = {}): Promise<ClientWorld> {
  const { host = "localhost", allowed = [], isHttps = false, config = {} } = options;
  const scripts = {
    app: await bundle("client-plain-page.ts"),
    react: await bundle("client-react-page.ts"),
  };
  const store = await openShiftableDatabase();
  const { database } = store;
  const arrivals: Arrival[] = [];
  let offset = 0;
  let latchkey: Latchkey | undefined;
  let closeApi: (() => Promise<void>) | undefined;
  let api: ((request: Request) => Promise<Response>) | undefined;

  const server = createAdaptorServer({
    fetch: async (request, bindings) => {
      const { outgoing } = bindings as HttpBindings;
      const url = new URL(request.url);
      const { pathname } = url;
      const page = /^\/page\/(app|react)$/.exec(pathname)?.[1];
      if (page !== undefined) {
        const answer = htmlPage(`<div id="root"></div>`, `/script/${page}`);
        const policy = url.searchParams.get("policy");
        if (policy !== null) answer.headers.set("Content-Security-Policy", policy);
        if (url.searchParams.has("isolated")) {
          answer.headers.set("Cross-Origin-Opener-Policy", "same-origin");
          answer.headers.set("Cross-Origin-Embedder-Policy", "require-corp");
        }
        return answer;
      }
      const script = /^\/script\/(app|react)$/.exec(pathname)?.[1];
      if (script !== undefined) return javaScript(scripts[script as keyof typeof scripts]);
      if (pathname === "/attack") return htmlPage(attackForms(url.searchParams));

      const arrival: Arrival = {
        method: request.method,
        host: url.host,
        path: pathname,
        headers: new Headers(request.headers),
        status: null,
      };
      arrivals.push(arrival);
      if (pathname.startsWith("/elsewhere")) return withCors(new Response("{}"), request);
      if (pathname.startsWith("/api/")) return withCors(await callApi(api, request), request);
      const fate = pathname.startsWith("/auth/") ? world.fate(pathname) : "arrives";
      if (fate === "request_lost") return cut(outgoing);
      if (pathname.startsWith("/auth/")) await world.gate;
      const asked =
        fate === "path_unknown" ? new Request(new URL("/auth/unknown", url), request) : request;
      const response = (await latchkey?.fetch(asked)) ?? new Response(null, { status: 503 });
      arrival.status = response.status;
      if (fate === "answer_lost") return cut(outgoing);
      if (fate === "answer_replaced") return withCors(htmlPage(""), request);
      return fate === "answer_held" ? never() : response;
    },
    ...(isHttps ? { createServer: createHttpsServer, serverOptions: await certificate() } : {}),
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const origin = (name: string): string => `http${isHttps ? "s" : ""}://${name}:${port}`;
  const issuer = origin(host);
  const opened = createLatchkey({
    issuer,
    database,
    keyEncryption: { directory: join(await createDirectory("kek"), "keys") },
    logger: createLogger({ destination: { write: () => {} } }),
    clock: () => Date.now() + offset,
    origins: allowed.map(origin),
    passwordHashing: { dangerouslyCheap: true },
    ...config,
  });
  latchkey = opened;
  await opened.ready();
  if (host === "localhost") {
    const guard = createGuard({ issuer, audience: issuer });
    closeApi = () => guard.close();
    api = protect(guard, null, (_request, { roles }) => Response.json({ roles }));
  }

  const world: ClientWorld = {
    issuer,
    origin,
    // Requests to `/auth/` reach the server on every host: each is a same-site proxy of its own.
    page: (at, { name = "app", url = issuer, policy, isIsolated = false } = {}) => {
      const query = new URLSearchParams({ url });
      if (policy !== undefined) query.set("policy", policy);
      if (isIsolated) query.set("isolated", "");
      return `${at}/page/${name}?${query}`;
    },
    arrivals,
    fate: () => "arrives",
    gate: Promise.resolve(),
    advance: (milliseconds) => {
      offset += milliseconds;
      return store.setClockOffset(offset);
    },
    createUser: async (email) => {
      const body = JSON.stringify({ email, password: PASSWORD });
      const headers = { "Content-Type": "application/json" };
      const response = await opened.fetch(
        new Request(`${issuer}/auth/signup`, { method: "POST", headers, body }),
      );
      if (response.status !== 202) throw new Error(`sign-up answered ${response.status}`);
    },
    control: (method, path, json) =>
      opened.control(
        new Request(`${issuer}${path}`, {
          method,
          ...(json === undefined
            ? {}
            : { body: JSON.stringify(json), headers: { "Content-Type": "application/json" } }),
        }),
      ),
    countEvents: async (kind) => {
      const query = database.query.selectFrom("audit_events").select("n").where("kind", "=", kind);
      return (await database.read(query)).length;
    },
    close: async () => {
      if ("closeAllConnections" in server) server.closeAllConnections();
      server.close();
      await closeApi?.();
      await opened.close();
      await database.close();
    },
  };
  return world;
}

/** The certificate of the command line's tests. */
async function certificate(): Promise<{ readonly cert: Buffer; readonly key: Buffer }> {
  const folder = join(root, "packages/cli/test/tls");
  return {
    cert: await readFile(join(folder, "localhost-cert.pem")),
    key: await readFile(join(folder, "localhost-key.pem")),
  };
}

/** The connection ends without an answer. */
function cut(outgoing: { destroy(): void }): Promise<Response> {
  outgoing.destroy();
  return never();
}

function never(): Promise<Response> {
  return new Promise(() => {});
}

/** `/api/roles` answers the roles; `/api/away` sends to another host. */
async function callApi(
  api: ((request: Request) => Promise<Response>) | undefined,
  request: Request,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (request.method === "OPTIONS") return new Response(null, { status: 204 });
  if (pathname === "/api/away") {
    return new Response(null, {
      status: 307,
      headers: { Location: searchParams.get("to") ?? "/" },
    });
  }
  return (await api?.(request)) ?? new Response(null, { status: 404 });
}

function withCors(response: Response, request: Request): Response {
  const headers = new Headers(response.headers);
  headers.set("Access-Control-Allow-Origin", request.headers.get("Origin") ?? "*");
  headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
  headers.set("Access-Control-Expose-Headers", "WWW-Authenticate");
  return new Response(response.body, { status: response.status, headers });
}

function htmlPage(body: string, script?: string): Response {
  const tag = script === undefined ? "" : `<script type="module" src="${script}"></script>`;
  return new Response(`<!doctype html><title>page</title><body>${body}${tag}</body>`, {
    headers: { "Content-Type": "text/html; charset=utf-8" },
  });
}

function javaScript(text: string): Response {
  return new Response(text, { headers: { "Content-Type": "text/javascript" } });
}

/** Forms of an attacker, as a browser sends them without asking: by POST, without a preflight. */
function attackForms(query: URLSearchParams): string {
  const target = query.get("target") ?? "";
  const types = ["text/plain", "application/x-www-form-urlencoded"];
  return ["refresh", "logout"]
    .flatMap((path) => types.map((type) => ({ path, type })))
    .map(
      ({ path, type }, index) =>
        `<iframe name="f${index}"></iframe><form target="f${index}" method="post" ` +
        `enctype="${type}" action="${target}/auth/${path}"><input name='{"a":"' value='"}'></form>`,
    )
    .join("");
}

/** Scripts by file: the same for every world of a test file. */
const bundles = new Map<string, Promise<string>>();

function bundle(file: string): Promise<string> {
  const made = bundles.get(file) ?? buildBundle(file);
  bundles.set(file, made);
  return made;
}

async function buildBundle(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, file)],
    conditions: ["latchkey-source"],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
