// The sessions of a user, for administrators. The gate stands in front of all of /auth/admin.

import { z } from "@hono/zod-openapi";
import { isIdentifier } from "@latchkey/protocol";
import type { Context } from "hono";
import {
  type App,
  type AppEnv,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
} from "../http/app.ts";
import { pageSchema } from "../http/page.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database } from "../storage/database.ts";
import { readSubject } from "../tokens/subject.ts";
import type { Ending } from "./end-session.ts";
import { formatSessionCursor } from "./list-sessions.ts";
import { parseAfter, sessionAnswer, sessionSchema } from "./session-answer.ts";
import type { Sessions } from "./session-service.ts";

const id = z.string().refine(isIdentifier);
const tags = ["administration"];

/** The administration of sessions. */
export function adminSessionRoutes(deps: {
  readonly database: Database;
  readonly sessions: Pick<Sessions, "endAll" | "end" | "list">;
}): App {
  const { database, sessions } = deps;
  const routes = createRoutes();

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/admin/users/{id}/sessions",
      summary: "A user's live sessions, newest first",
      tags,
      security: bearer,
      request: {
        params: z.object({ id }),
        query: z.strictObject({ after: z.string().max(64).optional() }),
      },
      responses: { 200: jsonAnswer(pageSchema(sessionSchema), "A page of sessions") },
    }),
    async (c) => {
      const userId = c.req.valid("param").id;
      await requireUser(database, userId);
      const page = await sessions.list(userId, parseAfter(c.req.valid("query").after));
      return c.json(
        {
          items: page.items.map((item) => sessionAnswer(item, null)),
          next: page.next === null ? null : formatSessionCursor(page.next),
        },
        200,
        { "Cache-Control": "no-store" },
      );
    },
  );

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/admin/users/{id}/sessions",
      summary: "Sign a user out everywhere, and take all access tokens back",
      tags,
      security: bearer,
      request: { params: z.object({ id }) },
      responses: { 204: { description: "Signed out everywhere" } },
    }),
    async (c) => {
      const userId = c.req.valid("param").id;
      await requireUser(database, userId);
      await sessions.endAll(userId, endingOf(c));
      return c.body(null, 204);
    },
  );

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/admin/users/{id}/sessions/{session}",
      summary: "Sign a user out of one session",
      tags,
      security: bearer,
      request: { params: z.object({ id, session: id }) },
      responses: { 204: { description: "Signed out" } },
    }),
    async (c) => {
      const { id: userId, session } = c.req.valid("param");
      if (!(await sessions.end(session, { ...endingOf(c), userId }))) {
        throw new Refusal("not_found");
      }
      return c.body(null, 204);
    },
  );

  return routes;
}

async function requireUser(database: Database, id: string): Promise<void> {
  if ((await readSubject(database, { id })) === undefined) throw new Refusal("not_found");
}

function endingOf(c: Context<AppEnv>): Ending {
  const actorId: string | undefined = c.get("actorId");
  // Not reachable while the gate is mounted.
  if (actorId === undefined) throw new Error("an administrative route without its gate");
  return {
    reason: "administrator",
    actorId,
    address: c.get("address"),
    userAgent: c.req.header("User-Agent") ?? null,
    now: c.get("now"),
  };
}
