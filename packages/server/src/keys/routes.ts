// GET /.well-known/jwks.json for everyone; for administrators GET /auth/admin/keys, and POST
// /auth/admin/keys/refresh, which replaces the refresh key. Who is one is
// decided above this folder, so the check comes in as a dependency and cannot be left out.

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { auditEvent } from "../audit/audit-event.ts";
import {
  type App,
  type AppEnv,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
} from "../http/app.ts";
import type { Database } from "../storage/database.ts";
import { JWK_SET_MAX_AGE, jwkSetAnswer, jwkSetResponse } from "./jwk-set-response.ts";
import type { KeyRing, KeySummary } from "./key-ring.ts";

/** What the routes need. */
export interface KeyRoutesDeps {
  readonly database: Database;
  readonly keyRing: Pick<KeyRing, "jwks" | "list" | "rotateRefreshKey">;
  /** Throws a Refusal unless the request may administer. */
  readonly authorize: (c: Context<AppEnv>) => Promise<void>;
}

const readJwks = defineRoute({
  method: "get",
  path: "/.well-known/jwks.json",
  summary: "The public keys of access tokens",
  tags: ["keys"],
  responses: { 200: jwkSetAnswer },
});

const keySchema = z
  .object({
    kid: z.string(),
    alg: z.string(),
    purpose: z.enum(["signing", "feed", "refresh"]),
    state: z.enum(["current", "next", "retired", "expired", "revoked"]),
    created_at: z.string(),
    active_at: z.string(),
    retired_at: z.string().nullable(),
  })
  .openapi("Key");

const listKeys = defineRoute({
  method: "get",
  path: "/auth/admin/keys",
  summary: "All keys, without anything secret",
  tags: ["admin"],
  security: bearer,
  responses: {
    200: jsonAnswer(
      z.object({ items: z.array(keySchema), next: z.null() }),
      "The keys of tokens, feed and refresh tokens",
    ),
  },
});

const rotateRefreshKey = defineRoute({
  method: "post",
  path: "/auth/admin/keys/refresh",
  summary: "Make a new refresh key current; nobody is signed out",
  tags: ["admin"],
  security: bearer,
  responses: { 201: jsonAnswer(keySchema, "The new key") },
});

/** The routes that tell about keys. */
export function keyRoutes(deps: KeyRoutesDeps): App {
  const routes = createRoutes();
  routes.openapi(readJwks, () => jwkSetResponse(deps.keyRing.jwks(), JWK_SET_MAX_AGE));
  routes.openapi(listKeys, async (c) => {
    await deps.authorize(c);
    return c.json({ items: deps.keyRing.list().map(renderKey), next: null });
  });
  routes.openapi(rotateRefreshKey, async (c) => {
    await deps.authorize(c);
    const audit = auditEvent(deps.database, {
      kind: "key.refresh_rotated",
      outcome: "success",
      actorId: c.get("actorId"),
      address: c.get("address"),
      userAgent: c.req.header("User-Agent") ?? null,
      now: c.get("now"),
    });
    return c.json(renderKey(await deps.keyRing.rotateRefreshKey([audit])), 201);
  });
  return routes;
}

function renderKey(key: KeySummary): z.infer<typeof keySchema> {
  return {
    kid: key.kid,
    alg: key.alg,
    purpose: key.purpose,
    state: key.state,
    created_at: new Date(key.createdAt).toISOString(),
    active_at: new Date(key.activeAt).toISOString(),
    retired_at: key.retiredAt === null ? null : new Date(key.retiredAt).toISOString(),
  };
}
