// The same story through each adapter, on real servers and real sockets.

import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { type Context, Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestIssuer } from "../../test/test-issuer.ts";
import type { Guard, Rule } from "../index.ts";
import { protect as protectExpress } from "./express.ts";
import { protect as protectFastify } from "./fastify.ts";
import { type PrincipalEnv, protect as protectHono, protectHandler } from "./hono.ts";
import { protect as protectNext, protectAll } from "./next.ts";
import { protect as protectNode } from "./node.ts";
import { nodeRequest } from "./node-request.ts";
import { protect as protectRequest, refusalResponse } from "./request.ts";

interface RunningApi {
  readonly port: number;
  close(): Promise<unknown>;
}

// Each API has the same routes; only the last one's rule throws.
const READ: Rule = { permission: "patients:read" };
const OWN: Rule = {
  check: (principal, request) =>
    new URL(request.url, "http://api").pathname === "/own" && principal.subject === "user-1",
};
const BROKEN: Rule = {
  check: () => {
    throw new Error("canary in the application");
  },
};

function fail(): never {
  throw new Error("canary in the handler");
}

async function listening(server: Server): Promise<RunningApi> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function startExpress(guard: Guard): Promise<RunningApi> {
  const app = express();
  app.get("/me", protectExpress(guard), (req, res) => {
    res.json({ subject: req.principal.subject });
  });
  app.get("/patients/:id", protectExpress(guard, READ), (req, res) => {
    res.json({ subject: req.principal.subject, id: req.params.id });
  });
  app.get("/own", protectExpress(guard, OWN), (req, res) => {
    res.json({ subject: req.principal.subject });
  });
  app.get("/broken", protectExpress(guard, BROKEN), (_req, res) => {
    res.json({});
  });
  app.get("/fails", protectExpress(guard), fail);
  app.use(((_error, _req, res, _next) => {
    res.status(500).json({ error: "internal" });
  }) satisfies express.ErrorRequestHandler);
  return listening(createServer(app));
}

async function startFastify(guard: Guard): Promise<RunningApi> {
  const app = fastify();
  app.get("/me", { onRequest: protectFastify(guard) }, (request) => ({
    subject: request.principal.subject,
  }));
  app.get("/patients/:id", { onRequest: protectFastify(guard, READ) }, (request) => ({
    subject: request.principal.subject,
    id: (request.params as { readonly id: string }).id,
  }));
  app.get("/own", { preHandler: protectFastify(guard, OWN) }, (request) => ({
    subject: request.principal.subject,
  }));
  app.get("/broken", { onRequest: protectFastify(guard, BROKEN) }, () => ({}));
  app.get("/fails", { onRequest: protectFastify(guard) }, fail);
  app.setErrorHandler(async (_error, _request, reply) =>
    reply.code(500).send({ error: "internal" }),
  );
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

async function startHono(guard: Guard): Promise<RunningApi> {
  const app = new Hono();
  app.get("/me", protectHono(guard), (c) => c.json({ subject: c.get("principal").subject }));
  app.get("/patients/:id", protectHono(guard, READ), (c) =>
    c.json({ subject: c.var.principal.subject, id: c.req.param("id") }),
  );
  app.get("/own", protectHono(guard, OWN), (c) => c.json({ subject: c.get("principal").subject }));
  app.get("/broken", protectHono(guard, BROKEN), (c) => c.json({}));
  app.get("/fails", protectHono(guard), fail);
  app.onError((_error, c) => c.json({ error: "internal" }, 500));
  return serveFetch(app.fetch);
}

interface WardEnv {
  Variables: { place: string };
}

async function startHonoHandlers(guard: Guard): Promise<RunningApi> {
  const app = new Hono<WardEnv>();
  const me = protectHandler(guard, null, (c) => c.json({ subject: c.get("principal").subject }));
  app.get("/me", me);
  app.use("/patients/*", async (c, next) => {
    c.set("place", "ward 3");
    await next();
  });
  app.get(
    "/patients/:id",
    protectHandler(guard, READ, async (c: Context<WardEnv & PrincipalEnv>) => {
      const place: string = c.get("place");
      expect(place).toBe("ward 3");
      return c.json({ subject: c.var.principal.subject, id: c.req.param("id") });
    }),
  );
  app.get(
    "/own",
    protectHandler(guard, OWN, (c) => c.json({ subject: c.get("principal").subject })),
  );
  app.get(
    "/broken",
    protectHandler(guard, BROKEN, (c) => c.json({})),
  );
  app.get("/fails", protectHandler(guard, null, fail));
  app.onError((_error, c) => c.json({ error: "internal" }, 500));
  return serveFetch(app.fetch);
}

async function startRequest(guard: Guard): Promise<RunningApi> {
  const me = protectRequest(guard, null, (_request, principal) =>
    Response.json({ subject: principal.subject }),
  );
  const patients = protectRequest<[string]>(guard, READ, (_request, principal, id) =>
    Response.json({ subject: principal.subject, id }),
  );
  const own = protectRequest(guard, OWN, (_request, principal) =>
    Response.json({ subject: principal.subject }),
  );
  const broken = protectRequest(guard, BROKEN, () => Response.json({}));
  return serveFetch(async (request) => {
    const { pathname } = new URL(request.url);
    try {
      if (pathname === "/me") return await me(request);
      if (pathname === "/own") return await own(request);
      if (pathname === "/broken") return await broken(request);
      return await patients(request, pathname.replace("/patients/", ""));
    } catch {
      return Response.json({ error: "internal" }, { status: 500 });
    }
  });
}

async function startNode(guard: Guard): Promise<RunningApi> {
  const send = (response: ServerResponse, body: object): void => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(body));
  };
  const me = protectNode(guard, null, (_request, response, { subject }) => {
    send(response, { subject });
  });
  const patients = protectNode(guard, READ, (request, response, { subject }) => {
    send(response, { subject, id: request.url?.replace("/patients/", "") });
  });
  const own = protectNode(guard, OWN, (_request, response, { subject }) => {
    send(response, { subject });
  });
  const errors: unknown[] = [];
  const broken = protectNode(
    guard,
    BROKEN,
    (_request, response) => send(response, {}),
    (error) => errors.push(error),
  );
  return listening(
    createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://api");
      if (pathname === "/me") me(request, response);
      else if (pathname === "/own") own(request, response);
      else if (pathname === "/broken") broken(request, response);
      else patients(request, response);
    }),
  );
}

// As Next calls them: the middleware first, then the route handler with its parameters.
async function startNext(guard: Guard): Promise<RunningApi> {
  const middleware = protectAll(guard);
  const context = (id: string) => ({ params: Promise.resolve({ id }) });
  const me = protectNext(guard, null, (_request, principal) =>
    Response.json({ subject: principal.subject }),
  );
  const patients = protectNext<Promise<{ id: string }>>(
    guard,
    READ,
    async (_request, principal, { params }) =>
      Response.json({ subject: principal.subject, id: (await params).id }),
  );
  const own = protectNext(guard, OWN, (_request, principal) =>
    Response.json({ subject: principal.subject }),
  );
  const broken = protectNext(guard, BROKEN, () => Response.json({}));
  return serveFetch(async (request) => {
    const refused = await middleware(request);
    if (refused !== undefined) return refused;
    const { pathname } = new URL(request.url);
    try {
      if (pathname === "/me") return await me(request, context(""));
      if (pathname === "/own") return await own(request, context(""));
      if (pathname === "/broken") return await broken(request, context(""));
      return await patients(request, context(pathname.replace("/patients/", "")));
    } catch {
      return Response.json({ error: "internal" }, { status: 500 });
    }
  });
}

function serveFetch(
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<RunningApi> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
      resolve({
        port,
        close: () =>
          new Promise((closed) => {
            server.close(closed);
          }),
      });
    });
  });
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** Sends raw headers, so that one can stand there twice. */
function get(port: number, path: string, authorization: readonly string[]): Promise<Answer> {
  const headers = authorization.flatMap((value) => ["Authorization", value]);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { port, host: "127.0.0.1", path, agent: false, headers: ["Host", "api", ...headers] },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text === "" ? null : JSON.parse(text),
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end();
  });
}

describe.each([
  ["Express 5", startExpress],
  ["Fastify 5", startFastify],
  ["Hono 4", startHono],
  ["Hono 4, around a handler", startHonoHandlers],
  ["Next.js", startNext],
  ["node:http", startNode],
  ["Request", startRequest],
])("%s", (_name, start) => {
  let issuer: TestIssuer;
  let guard: Guard;
  let api: RunningApi;
  beforeAll(async () => {
    issuer = await TestIssuer.start();
    guard = await issuer.readyGuard();
    api = await start(guard);
  });
  afterAll(async () => {
    await api.close();
    await issuer.stop();
  });
  const ask = (path: string, ...authorization: string[]): Promise<Answer> =>
    get(api.port, path, authorization);

  test("a good token: the handler gets the principal", async () => {
    const answer = await ask("/me", `Bearer ${issuer.token()}`);
    expect(answer).toMatchObject({ status: 200, body: { subject: "user-1" } });
  });

  test("a rule that is fulfilled, by a token seen first and by the same one again", async () => {
    const token = issuer.token({ permissions: ["patients:read"] });
    for (const id of ["7", "8"]) {
      const answer = await ask(`/patients/${id}`, `Bearer ${token}`);
      expect(answer).toMatchObject({ status: 200, body: { subject: "user-1", id } });
    }
  });

  test("a check sees the principal and the request", async () => {
    expect(await ask("/own", `Bearer ${issuer.token()}`)).toMatchObject({ status: 200 });
    const other = issuer.token({ sub: "user-2" });
    expect(await ask("/own", `Bearer ${other}`)).toMatchObject({ status: 403 });
  });

  test("no token: 401 with a plain challenge and a problem", async () => {
    const answer = await ask("/me");
    expect(answer).toMatchObject({
      status: 401,
      headers: {
        "www-authenticate": "Bearer",
        "cache-control": "no-store",
      },
      body: { code: "token_required", type: "urn:latchkey:error:token_required", status: 401 },
    });
    expect(answer.headers["content-type"]).toBe("application/problem+json");
  });

  test("a bad token: 401 with the reason", async () => {
    const answer = await ask("/me", `Bearer ${issuer.token({ aud: "https://other.test" })}`);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain('latchkey_reason="wrong_audience"');
    expect(answer.body).toMatchObject({ code: "invalid_token" });
  });

  test("a token that was taken back: 401 retired", async () => {
    const claims = issuer.claims();
    const token = issuer.token(claims);
    expect((await ask("/me", `Bearer ${token}`)).status).toBe(200);
    issuer.retire(claims.sid);
    await guard.refresh();
    const answer = await ask("/me", `Bearer ${token}`);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain('latchkey_reason="retired"');
  });

  test("not allowed: 403", async () => {
    const answer = await ask("/patients/7", `Bearer ${issuer.token()}`);
    expect(answer).toMatchObject({ status: 403, body: { code: "permission_denied" } });
    expect(answer.headers["www-authenticate"]).toBe('Bearer error="insufficient_scope"');
  });

  test("P1: two Authorization headers: 400", async () => {
    const bearer = `Bearer ${issuer.token()}`;
    for (const pair of [
      [bearer, bearer],
      [bearer, "Basic dXNlcjpwYXNz"],
      ["Basic dXNlcjpwYXNz", bearer],
    ]) {
      expect(await ask("/me", ...pair)).toMatchObject({
        status: 400,
        body: { code: "invalid_request" },
      });
    }
  });

  test("P2: a token in the query: 401", async () => {
    const answer = await ask(`/me?access_token=${issuer.token()}`);
    expect(answer).toMatchObject({ status: 401, body: { code: "token_required" } });
  });

  test("a check that throws never lets the request pass", async () => {
    const answer = await ask("/broken", `Bearer ${issuer.token()}`);
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain("canary");
  });

  test("a mistaken rule stops the start", () => {
    for (const build of [
      () => protectExpress(guard, {}),
      () => protectFastify(guard, {}),
      () => protectHono(guard, {}),
      () => protectNext(guard, {}, () => new Response()),
      () => protectAll(guard, {}),
      () => protectNode(guard, {}, () => undefined),
      () => protectRequest(guard, {}, () => new Response()),
    ]) {
      expect(build).toThrow(TypeError);
    }
  });
});

test("Fastify's inject goes the same way", async () => {
  const issuer = await TestIssuer.start();
  try {
    const guard = await issuer.readyGuard();
    const app = fastify();
    app.get("/me", { onRequest: protectFastify(guard) }, (request) => request.principal.subject);
    const authorization = `Bearer ${issuer.token()}`;
    expect(await app.inject({ url: "/me", headers: { authorization } })).toMatchObject({
      statusCode: 200,
      body: "user-1",
    });
    expect(await app.inject({ url: "/me" })).toMatchObject({ statusCode: 401 });
  } finally {
    await issuer.stop();
  }
});

test.each([
  ["Express 5", startExpress],
  ["Fastify 5", startFastify],
  ["Hono 4", startHono],
  ["Hono 4, around a handler", startHonoHandlers],
])(
  "%s: what a handler throws goes to the framework, whether the token was seen",
  async (_name, start) => {
    const issuer = await TestIssuer.start();
    const api = await start(await issuer.readyGuard());
    try {
      const authorization = `Bearer ${issuer.token()}`;
      for (const _time of ["first", "second"]) {
        expect(await get(api.port, "/fails", [authorization])).toMatchObject({
          status: 500,
          body: { error: "internal" },
        });
      }
      expect((await get(api.port, "/me", [authorization])).status).toBe(200);
    } finally {
      await api.close();
      await issuer.stop();
    }
  },
);

test("a refusal as a Response", async () => {
  const issuer = await TestIssuer.start();
  try {
    const guard = await issuer.readyGuard();
    const result = await guard.authenticate(new Request("https://api.test/"));
    if (result.ok) throw new Error("accepted");
    const response = refusalResponse(result);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await response.json()).toMatchObject({ code: "token_required" });
  } finally {
    await issuer.stop();
  }
});

test("node:http shows each of several headers, whatever their case", () => {
  const message = {
    method: "GET",
    url: "/x",
    rawHeaders: ["AUTHORIZATION", "Bearer a", "host", "api", "authorization", "Bearer b"],
  } as IncomingMessage;
  const shown = nodeRequest(message);
  expect(shown.headers.get("Authorization")).toBe("Bearer a, Bearer b");
  expect(shown.headers.get("cookie")).toBeNull();
});
