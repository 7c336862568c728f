// GET /openapi.json: OpenAPI 3.1, made from the routes that are mounted and nothing else.

import { z } from "@hono/zod-openapi";
import { type App, createRoutes, defineRoute } from "./app.ts";

/** Seconds that the document may be cached. */
export const OPENAPI_MAX_AGE = 300;

/**
 * Adds `GET /openapi.json` to the routes, describing all of them, itself included.
 *
 * @param mount - the issuer's origin, and the path below which the routes are
 */
export function addOpenApi(
  routes: App,
  mount: { readonly origin: string; readonly path: string },
): void {
  const route = defineRoute({
    method: "get",
    path: `${mount.path}/openapi.json`,
    summary: "This document",
    tags: ["server"],
    responses: {
      200: {
        description: "OpenAPI 3.1",
        content: { "application/json": { schema: z.object({}).loose() } },
      },
    },
  });
  let document: string | undefined;
  const own = createRoutes();
  own.openapi(route, () => {
    document ??= renderDocument(routes, mount.origin);
    return new Response(document, {
      headers: {
        "Content-Type": "application/json",
        "Cache-Control": `public, max-age=${OPENAPI_MAX_AGE}`,
      },
    });
  });
  routes.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
  });
  routes.openAPIRegistry.registerComponent("securitySchemes", "client", {
    type: "http",
    scheme: "basic",
  });
  routes.route("/", own);
}

function renderDocument(routes: App, origin: string): string {
  return JSON.stringify(
    routes.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Latchkey",
        version: "0.1.0",
        description: "JWT authentication that can be taken back.",
        license: { name: "MIT", url: "https://spdx.org/licenses/MIT" },
      },
      servers: [{ url: origin }],
    }),
  );
}
