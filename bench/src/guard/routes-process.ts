// The same small route in Hono, Fastify and Express, each open, behind the guard, and behind the JWT
// checks that people use there.

import { createPublicKey, type JsonWebKey } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import fastifyJwt from "@fastify/jwt";
import { serve } from "@hono/node-server";
import { createGuard } from "@latchkey/guard";
import { protect as protectExpress } from "@latchkey/guard/express";
import { protect as protectFastify } from "@latchkey/guard/fastify";
import { protect as protectHono, protectHandler } from "@latchkey/guard/hono";
import express from "express";
import { expressjwt } from "express-jwt";
import { auth } from "express-oauth2-jwt-bearer";
import fastify from "fastify";
import { Hono } from "hono";
import { jwt } from "hono/jwt";
import { answerQuestions } from "../take-back/child.ts";

const [issuer = "", jwk = "{}"] = process.argv.slice(2);
const publicJwk = JSON.parse(jwk) as JsonWebKey;
const pem = createPublicKey({ key: publicJwk, format: "jwk" }).export({
  type: "spki",
  format: "pem",
});
const guard = createGuard({
  issuer,
  audience: issuer,
  startupTimeout: 60,
  // hono/jwt takes no other type, and all see the same token.
  dangerouslyAcceptTypes: ["JWT"],
});
const answer = { patients: [{ id: 7, name: "Ana" }] };

const hono = new Hono();
hono.get("/open", (c) => c.json(answer));
hono.get(
  "/empty",
  async (_c, next) => {
    await next();
  },
  (c) => c.json(answer),
);
hono.get(
  "/guarded-handler",
  protectHandler(guard, null, (c) => c.json(answer)),
);
hono.get("/guarded", protectHono(guard), (c) => c.json(answer));
hono.get("/peer", jwt({ secret: publicJwk, alg: "ES256" }), (c) => c.json(answer));

const app = fastify();
// Its own cache is on: the peer at its best.
await app.register(fastifyJwt, {
  secret: { public: pem.toString() },
  verify: { algorithms: ["ES256"], cache: true },
});
app.get("/open", () => answer);
app.get("/guarded", { onRequest: protectFastify(guard) }, () => answer);
app.get("/peer", { onRequest: (request) => request.jwtVerify() }, () => answer);
await app.listen({ port: 0, host: "127.0.0.1" });

const classic = express().disable("x-powered-by").disable("etag");
classic.get("/open", (_request, response) => void response.json(answer));
classic.get("/guarded", protectExpress(guard), (_request, response) => void response.json(answer));
classic.get(
  "/peer",
  expressjwt({ secret: pem.toString(), algorithms: ["ES256"], issuer, audience: issuer }),
  (_request, response) => void response.json(answer),
);
classic.get(
  "/other-peer",
  auth({
    issuer,
    audience: issuer,
    jwksUri: `${issuer}/jwks`,
    tokenSigningAlg: "ES256",
  }),
  (_request, response) => void response.json(answer),
);
const classicServer = classic.listen(0, "127.0.0.1");
await once(classicServer, "listening");

const server = serve({ fetch: hono.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
  answerQuestions(
    {
      hono: port,
      fastify: (app.server.address() as AddressInfo).port,
      express: (classicServer.address() as AddressInfo).port,
    },
    {
      /** Processor time so far, in seconds. */
      cpu: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    },
  );
});
process.once("SIGTERM", () => {
  server.close();
  process.exit(0);
});
