// Ends all sessions of a user, by an administrator. The gate stands in front of all of /auth/admin.

import { z } from "@hono/zod-openapi";
import { isIdentifier } from "@latchkey/protocol";
import { type App, bearer, createRoutes, defineRoute } from "../http/app.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database } from "../storage/database.ts";
import { readSubject } from "../tokens/subject.ts";
import type { Sessions } from "./session-service.ts";

/** The administration of sessions. */
export function adminSessionRoutes(deps: {
  readonly database: Database;
  readonly sessions: Pick<Sessions, "endAll">;
}): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/admin/users/{id}/sessions",
      summary: "Sign a user out everywhere, and take all access tokens back",
      tags: ["administration"],
      security: bearer,
      request: { params: z.object({ id: z.string().refine(isIdentifier) }) },
      responses: { 204: { description: "Signed out everywhere" } },
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      const actorId: string | undefined = c.get("actorId");
      // Not reachable while the gate is mounted.
      if (actorId === undefined) throw new Error("an administrative route without its gate");
      if ((await readSubject(deps.database, { id })) === undefined) throw new Refusal("not_found");
      await deps.sessions.endAll(id, {
        reason: "administrator",
        actorId,
        address: c.get("address"),
        userAgent: c.req.header("User-Agent") ?? null,
        now: c.get("now"),
      });
      return c.body(null, 204);
    },
  );
  return routes;
}
