// POST /auth/introspect (RFC 7662), POST /auth/revoke (RFC 7009) and POST /auth/spend, for
// registered clients. Bodies are forms and errors have the shape of OAuth: their paths are in
// `oauthPaths`, which the handler asks. The client is judged before the body.

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type App, type AppEnv, createRoutes, defineRoute, jsonAnswer } from "../http/app.ts";
import { Refusal } from "../http/refusal.ts";
import type { AuthenticateClient } from "./authenticate-client.ts";
import type { Client } from "./client.ts";
import { findToken, isForClient, MAX_TOKEN_LENGTH } from "./find-token.ts";
import { describeAccessToken, introspect } from "./introspect.ts";
import { revoke, type RevokeDeps } from "./revoke.ts";
import { isRetiredOrSpent, spendToken } from "./spend.ts";

/** The paths of these routes, below the issuer. */
export const OAUTH_PATHS = ["/auth/introspect", "/auth/revoke", "/auth/spend"] as const;

/** What the routes need. */
export interface OAuthRoutesDeps extends RevokeDeps {
  readonly authenticateClient: AuthenticateClient;
}

const tags = ["clients"];
const security = [{ client: [] }];

// Unknown parameters are ignored, repeated ones refused: RFC 6749 section 3.2.
const body = {
  content: {
    "application/x-www-form-urlencoded": {
      schema: z.object({
        token: z.string().min(1).max(MAX_TOKEN_LENGTH),
        token_type_hint: z.string().max(64).optional(),
      }),
    },
  },
  required: true,
};

const introspectionSchema = z
  .object({ active: z.boolean() })
  .loose()
  .openapi("Introspection", { description: "RFC 7662 section 2.2" });

const refused = jsonAnswer(
  z.object({ error: z.string(), error_description: z.string().optional() }).openapi("OAuthError"),
  "An OAuth error (RFC 6749 section 5.2)",
);

// Nothing that these routes refuse is a problem document.
const refusals = {
  400: refused,
  401: refused,
  403: refused,
  413: refused,
  415: refused,
  429: refused,
  500: refused,
  503: refused,
};

/** The routes that clients call. */
export function oauthRoutes(deps: OAuthRoutesDeps): App {
  const routes = createRoutes();
  const clients = new WeakMap<Request, Client>();

  for (const path of OAUTH_PATHS) {
    routes.use(path, async (c, next) => {
      if (c.req.method === "POST") {
        clients.set(c.req.raw, await authenticate(deps, c));
      }
      await next();
    });
  }

  function clientOf(c: Context<AppEnv>): Client {
    const client = clients.get(c.req.raw);
    // Not reachable while the check stands in front; without it, refuse.
    if (client === undefined) throw new Refusal("invalid_client");
    return client;
  }

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/introspect",
      summary: "Is this token good now? (RFC 7662)",
      tags,
      security,
      request: { body },
      responses: { 200: jsonAnswer(introspectionSchema, "What is known of it"), ...refusals },
    }),
    async (c) =>
      c.json(await introspect(deps, clientOf(c), c.req.valid("form").token, c.get("now"))),
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/revoke",
      summary: "Take a token back (RFC 7009)",
      tags,
      security,
      request: { body },
      responses: {
        200: { description: "It is good no more; also when it never was" },
        ...refusals,
      },
    }),
    async (c) => {
      await revoke(deps, clientOf(c), c.req.valid("form").token, {
        address: c.get("address"),
        userAgent: c.req.header("User-Agent") ?? null,
        now: c.get("now"),
      });
      return c.body(null, 200);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/spend",
      summary: "Use a one-time token: active for the first who asks, and never again",
      tags,
      security,
      request: { body },
      responses: { 200: jsonAnswer(introspectionSchema, "As introspection"), ...refusals },
    }),
    async (c) => {
      const found = await findToken(deps, c.req.valid("form").token, c.get("now"));
      const isGood =
        found?.type === "access_token" &&
        isForClient(clientOf(c), found.audience, deps.audience) &&
        !(await isRetiredOrSpent(deps, found)) &&
        (await spendToken(deps.database, found));
      return c.json(isGood ? describeAccessToken(found) : { active: false });
    },
  );
  return routes;
}

function authenticate(deps: OAuthRoutesDeps, c: Context<AppEnv>): Promise<Client> {
  return deps.authenticateClient({
    authorization: c.req.header("Authorization") ?? null,
    address: c.get("address"),
    now: c.get("now"),
  });
}
