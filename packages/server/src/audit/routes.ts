// GET /auth/admin/audit: the audit log, newest first, with filters.

import { z } from "@hono/zod-openapi";
import { isIdentifier } from "@latchkey/protocol";
import { type App, bearer, createRoutes, defineRoute, jsonAnswer } from "../http/app.ts";
import { DEFAULT_PAGE_SIZE, pageOf, pageSchema } from "../http/page.ts";
import type { Database } from "../storage/database.ts";
import { eventAnswer, eventCursor, eventPageQuery, eventSchema } from "./event-answer.ts";
import { readEvents } from "./read-events.ts";

const id = z.string().refine(isIdentifier, "Not an identifier");
const time = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => Date.parse(text))
  .optional()
  .openapi({ type: "string", format: "date-time" });

/** The route of the audit log. The gate stands in front of all of /auth/admin. */
export function auditRoutes(database: Database): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/admin/audit",
      summary: "The audit log, the newest event first",
      tags: ["administration"],
      security: bearer,
      request: {
        query: z.strictObject({
          ...eventPageQuery,
          user: id.optional().openapi({ description: "Whom the events concern" }),
          actor: z
            .union([id, z.literal("operator")])
            .optional()
            .openapi({ type: "string", description: "Who did it" }),
          kind: z
            .string()
            .regex(/^[a-z][a-z0-9_.]{0,63}$/, "Not a kind of event")
            .optional()
            .openapi({ example: "login" }),
          outcome: z.enum(["success", "failure"]).optional(),
          from: time,
          to: time,
        }),
      },
      responses: { 200: jsonAnswer(pageSchema(eventSchema), "A page of events") },
    }),
    async (c) => {
      const { limit = DEFAULT_PAGE_SIZE, user, actor, ...filter } = c.req.valid("query");
      const rows = await readEvents(database, {
        ...filter,
        userId: user,
        actorId: actor,
        limit: limit + 1,
      });
      const page = pageOf(rows, limit, eventAnswer, eventCursor);
      return c.json(page, 200, { "Cache-Control": "no-store" });
    },
  );
  return routes;
}
