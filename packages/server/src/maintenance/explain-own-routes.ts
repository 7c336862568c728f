// POST /auth/me/tokens/inspect: what is in a token of one's own, whether it is good, and why not. For
// everybody who is signed in; about a token of anybody else there is one answer, whatever became of it.
// The token comes in the body, since URLs are logged.

import { z } from "@hono/zod-openapi";
import { type App, bearer, createRoutes, defineRoute, jsonAnswer, jsonBody } from "../http/app.ts";
import { MAX_INSPECTED_LENGTH, readToken } from "../tokens/inspect-routes.ts";
import { type ExplainDeps, explainToken } from "./explain-token.ts";

const ownInspectionSchema = z
  .object({
    header: z.record(z.string(), z.unknown()).nullable(),
    claims: z.record(z.string(), z.unknown()).nullable(),
    own: z.boolean().openapi({ description: "Whether it is a token of the caller" }),
    type: z.enum(["access_token", "refresh_token", "unknown"]),
    accepted: z.boolean().nullable().openapi({ description: "null for a token of anybody else" }),
    reason: z.string().nullable(),
    because: z.array(z.string()),
  })
  .openapi("OwnTokenInspection");

/** The route that looks into one's own tokens. */
export function explainOwnRoutes(deps: ExplainDeps): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/me/tokens/inspect",
      summary: "What is in a token of your own, and whether it is good",
      tags: ["account"],
      security: bearer,
      request: {
        body: jsonBody(z.strictObject({ token: z.string().min(1).max(MAX_INSPECTED_LENGTH) })),
      },
      responses: { 200: jsonAnswer(ownInspectionSchema, "The token, read and judged") },
    }),
    async (c) => {
      const now = c.get("now");
      const { subject } = await deps.authenticate(c.req.raw, now);
      const { token } = c.req.valid("json");
      const said = readToken(token);
      const why = await explainToken(deps, token, now);
      // A forged token may claim to be the caller's: what does not verify is judged by its text alone,
      // and of what does verify the owner is known.
      const isOwn = why.userId === null ? said.claims?.["sub"] === subject : why.userId === subject;
      const judged = isOwn
        ? { own: true, type: why.type, accepted: why.accepted, reason: why.reason }
        : { own: false, type: "unknown" as const, accepted: null, reason: null };
      return c.json({ ...said, ...judged, because: isOwn ? [...why.because] : [] }, 200, {
        "Cache-Control": "no-store",
      });
    },
  );
  return routes;
}
