// GET /auth/me/export and GET /auth/me/activity: what is known about oneself.

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { auditEvent } from "../../audit/audit-event.ts";
import { eventCursor, eventPageQuery } from "../../audit/event-answer.ts";
import { readEvents } from "../../audit/read-events.ts";
import type { Guessing } from "../../guessing/guessing.ts";
import {
  type App,
  type AppEnv,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  problems,
} from "../../http/app.ts";
import { DEFAULT_PAGE_SIZE, pageOf, pageSchema } from "../../http/page.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Database } from "../../storage/database.ts";
import { writeAll } from "../../storage/write.ts";
import type { Authenticate } from "../../tokens/authenticate.ts";
import { readSubject } from "../../tokens/subject.ts";
import { callerOf } from "../caller.ts";
import { activityAnswer } from "./activity.ts";
import { readExport } from "./read-export.ts";

/** What the routes need. */
export interface OwnDataContext {
  readonly database: Database;
  readonly authenticate: Authenticate;
  readonly guessing: Guessing;
}

const activitySchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    kind: z.string(),
    outcome: z.enum(["success", "failure"]),
    by: z.enum(["you", "administrator"]).nullable(),
    session_id: z.string().nullable(),
    address: z.string().nullable(),
    device: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .openapi("Activity");

const tags = ["account"];
const noStore = { "Cache-Control": "no-store" };

/** The routes of what is known about oneself. */
export function ownDataRoutes(context: OwnDataContext): App {
  const routes = createRoutes();
  const { database, guessing } = context;

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/me/export",
      summary: "Everything that is stored about oneself, as one JSON file without secrets",
      tags,
      security: bearer,
      responses: {
        200: jsonAnswer(z.record(z.string(), z.unknown()), "The file"),
        ...problems(429),
      },
    }),
    async (c) => {
      const subject = await currentSubject(c, context);
      const { acceptLanguage: _, ...from } = callerOf(c);
      await guessing.count("dataExport", { ...from, name: subject.id });
      await writeAll(database, [
        auditEvent(database, {
          ...from,
          kind: "user.exported",
          outcome: "success",
          actorId: subject.id,
          userId: subject.id,
        }),
      ]);
      return c.json(await readExport(database, subject, from.now), 200, {
        ...noStore,
        "Content-Disposition": 'attachment; filename="account.json"',
      });
    },
  );

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/me/activity",
      summary: "What happened to one's own account, the newest first",
      tags,
      security: bearer,
      request: { query: z.strictObject(eventPageQuery) },
      responses: { 200: jsonAnswer(pageSchema(activitySchema), "A page of events") },
    }),
    async (c) => {
      const { subject: userId } = await context.authenticate(c.req.raw, c.get("now"));
      const { limit = DEFAULT_PAGE_SIZE, before } = c.req.valid("query");
      const rows = await readEvents(database, { userId, before, limit: limit + 1 });
      return c.json(pageOf(rows, limit, activityAnswer, eventCursor), 200, noStore);
    },
  );

  return routes;
}

async function currentSubject(c: Context<AppEnv>, { authenticate, database }: OwnDataContext) {
  const principal = await authenticate(c.req.raw, c.get("now"));
  const subject = await readSubject(database, { id: principal.subject });
  if (subject === undefined) throw new Refusal("invalid_token");
  return subject;
}
