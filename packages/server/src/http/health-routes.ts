// GET /healthz: the process answers. GET /readyz: it can serve, its store included.

import { z } from "@hono/zod-openapi";
import { type App, createRoutes, defineRoute, jsonAnswer } from "./app.ts";

const okSchema = z.object({ status: z.literal("ok") }).openapi("Health");

/**
 * The routes that probes ask.
 *
 * @param checkReady - rejects when the server cannot serve; its error is the answer
 */
export function healthRoutes(checkReady: () => Promise<void>): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "get",
      path: "/healthz",
      summary: "The process is alive",
      tags: ["server"],
      responses: { 200: jsonAnswer(okSchema, "Alive") },
    }),
    (c) => c.json({ status: "ok" }),
  );
  routes.openapi(
    defineRoute({
      method: "get",
      path: "/readyz",
      summary: "The server can serve",
      tags: ["server"],
      responses: { 200: jsonAnswer(okSchema, "Ready") },
    }),
    async (c) => {
      await checkReady();
      return c.json({ status: "ok" });
    },
  );
  return routes;
}
