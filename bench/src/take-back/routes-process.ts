// The same small route six times: Hono and Fastify, each open, behind the guard, and behind the JWT
// check that comes with the framework.

import { createPublicKey, type JsonWebKey } from "node:crypto";
import type { AddressInfo } from "node:net";
import fastifyJwt from "@fastify/jwt";
import { serve } from "@hono/node-server";
import { createGuard } from "@latchkey/guard";
import { protect as protectFastify } from "@latchkey/guard/fastify";
import { protect as protectHono } from "@latchkey/guard/hono";
import fastify from "fastify";
import { Hono } from "hono";
import { jwt } from "hono/jwt";
import { answerQuestions } from "./child.ts";

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
const server = serve({ fetch: hono.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
  answerQuestions(
    { hono: port, fastify: (app.server.address() as AddressInfo).port },
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
