// DELETE /auth/admin/users/{id}/factors: for somebody who lost them.

import { z } from "@hono/zod-openapi";
import { isIdentifier } from "@latchkey/protocol";
import { actorOf } from "../../authorization/actor.ts";
import { type App, bearer, createRoutes, defineRoute } from "../../http/app.ts";
import { resetFactors, type ResetFactorsContext } from "./reset-factors.ts";

/** The administration of factors. */
export function adminFactorRoutes(context: ResetFactorsContext): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/admin/users/{id}/factors",
      summary: "Remove a user's second factors, passkeys and recovery codes; all sessions end",
      description:
        "A password that is long enough beside a second factor only is removed too: its owner sets " +
        "one by mail, and is told so.",
      tags: ["administration"],
      security: bearer,
      request: { params: z.object({ id: z.string().refine(isIdentifier) }) },
      responses: { 204: { description: "Removed" } },
    }),
    async (c) => {
      await resetFactors(context, c.req.valid("param").id, actorOf(c));
      return c.body(null, 204);
    },
  );
  return routes;
}
