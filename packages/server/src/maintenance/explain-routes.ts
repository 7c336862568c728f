// POST /auth/admin/tokens/why: why is this token refused, why was its user signed out? The token
// comes in the body, since URLs are logged.

import { z } from "@hono/zod-openapi";
import { type App, bearer, createRoutes, defineRoute, jsonAnswer, jsonBody } from "../http/app.ts";
import { MAX_INSPECTED_LENGTH } from "../tokens/inspect-routes.ts";
import { type ExplainDeps, explainToken } from "./explain-token.ts";

const explanationSchema = z
  .object({
    type: z.enum(["access_token", "refresh_token", "unknown"]),
    accepted: z.boolean(),
    reason: z.string().nullable(),
    because: z.array(z.string()),
    user_id: z.string().nullable(),
    session_id: z.string().nullable(),
    events: z.array(
      z.object({
        at: z.iso.datetime(),
        kind: z.string(),
        actor_id: z.string().nullable(),
        detail: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .openapi("TokenExplanation");

/** The route that explains tokens. */
export function explainRoutes(deps: ExplainDeps): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/admin/tokens/why",
      summary: "Why a token is refused, or its user was signed out",
      tags: ["administration"],
      security: bearer,
      request: {
        body: jsonBody(z.strictObject({ token: z.string().min(1).max(MAX_INSPECTED_LENGTH) })),
      },
      responses: { 200: jsonAnswer(explanationSchema, "What ledger and audit log know") },
    }),
    async (c) => {
      const why = await explainToken(deps, c.req.valid("json").token, c.get("now"));
      return c.json({
        type: why.type,
        accepted: why.accepted,
        reason: why.reason,
        because: [...why.because],
        user_id: why.userId,
        session_id: why.sessionId,
        events: why.events.map((event) => ({
          at: new Date(event.at).toISOString(),
          kind: event.kind,
          actor_id: event.actorId,
          detail: event.detail,
        })),
      });
    },
  );
  return routes;
}
