// POST /auth/admin/tokens/inspect: what is in a token, and whether this server would take it. For
// administrators; the token comes in the body, since URLs are logged.

import { z } from "@hono/zod-openapi";
import { decodeJwtUnverified, JoseError } from "@latchkey/jose";
import { type App, bearer, createRoutes, defineRoute, jsonAnswer, jsonBody } from "../http/app.ts";
import { type Authenticate, refusalReason } from "./authenticate.ts";

/** Characters of a token that is inspected. */
export const MAX_INSPECTED_LENGTH = 16_384;

const inspectionSchema = z
  .object({
    header: z.record(z.string(), z.unknown()).nullable(),
    claims: z.record(z.string(), z.unknown()).nullable(),
    verified: z.boolean(),
    reason: z.string().nullable().openapi({ description: "Why not; null when it is verified" }),
  })
  .openapi("TokenInspection");

/** The route that looks into tokens. */
export function inspectRoutes(authenticate: Authenticate): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/admin/tokens/inspect",
      summary: "What is in an access token, and whether this server would take it",
      tags: ["administration"],
      security: bearer,
      request: {
        body: jsonBody(z.strictObject({ token: z.string().min(1).max(MAX_INSPECTED_LENGTH) })),
      },
      responses: { 200: jsonAnswer(inspectionSchema, "The token, read and judged") },
    }),
    async (c) => {
      const { token } = c.req.valid("json");
      const reason = await refusalReason(authenticate, token, c.get("now"));
      return c.json({ ...readToken(token), verified: reason === null, reason });
    },
  );
  return routes;
}

/** Reads what a token says, believing nothing of it; both are null for what is no token. */
export function readToken(token: string): {
  readonly header: { readonly [name: string]: unknown } | null;
  readonly claims: { readonly [name: string]: unknown } | null;
} {
  try {
    const { header, claims } = decodeJwtUnverified(token);
    return { header: { ...header }, claims: { ...claims } };
  } catch (error) {
    if (error instanceof JoseError) return { header: null, claims: null };
    throw error;
  }
}
