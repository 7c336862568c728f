// One's own sessions: GET and DELETE /auth/sessions, DELETE /auth/sessions/{id}.

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
import { type AuthenticatorOptions, createAuthenticator } from "../tokens/authenticate.ts";
import { accessAnswer, signOutAnswer } from "./answer.ts";
import type { Ending } from "./end-session.ts";
import { formatSessionCursor } from "./list-sessions.ts";
import { parseAfter, sessionAnswer, sessionSchema } from "./session-answer.ts";
import type { Sessions } from "./session-service.ts";

const tags = ["sessions"];

const accessSchema = z
  .object({ access_token: z.string(), token_type: z.literal("Bearer"), expires_in: z.int() })
  .openapi("AccessToken");

/** Routes of the list of sessions. */
export function sessionListRoutes(
  deps: AuthenticatorOptions & { readonly sessions: Sessions },
): App {
  const { sessions } = deps;
  const authenticate = createAuthenticator(deps);
  const routes = createRoutes();

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/sessions",
      summary: "One's own live sessions, newest first",
      tags,
      security: bearer,
      request: { query: z.strictObject({ after: z.string().max(64).optional() }) },
      responses: {
        200: jsonAnswer(pageSchema(sessionSchema), "A page of sessions"),
      },
    }),
    async (c) => {
      const principal = await authenticate(c.req.raw, c.get("now"));
      const { after } = c.req.valid("query");
      const page = await sessions.list(principal.subject, parseAfter(after));
      return c.json(
        {
          items: page.items.map((item) => sessionAnswer(item, principal.sessionId)),
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
      path: "/auth/sessions",
      summary: "Sign out everywhere, or with `except=current` everywhere else",
      description:
        "All access tokens of the user are taken back at once. With `except=current` the answer " +
        "carries a fresh one for the session that stays; its refresh token stays as it is.",
      tags,
      security: bearer,
      request: { query: z.strictObject({ except: z.literal("current").optional() }) },
      responses: {
        200: jsonAnswer(accessSchema, "Signed out everywhere else"),
        204: { description: "Signed out everywhere" },
      },
    }),
    async (c) => {
      const { subject, sessionId } = await authenticate(c.req.raw, c.get("now"));
      const ending = endingOf(c, subject);
      if (c.req.valid("query").except === undefined) {
        await sessions.endAll(subject, ending);
        return signOutAnswer(deps.issuer);
      }
      if (sessionId === null) {
        const errors = [{ path: "except", message: "this access token is of no session" }];
        throw new Refusal("invalid_request", { errors });
      }
      return accessAnswer(await sessions.endOthers(subject, sessionId, ending));
    },
  );

  routes.openapi(
    defineRoute({
      method: "delete",
      path: "/auth/sessions/{id}",
      summary: "Sign one of one's own sessions out",
      tags,
      security: bearer,
      request: { params: z.object({ id: z.string().refine(isIdentifier) }) },
      responses: { 204: { description: "Signed out" } },
    }),
    async (c) => {
      const { subject } = await authenticate(c.req.raw, c.get("now"));
      const ending = { ...endingOf(c, subject), userId: subject };
      // Another user's session and one that never was get the same answer.
      if (!(await sessions.end(c.req.valid("param").id, ending))) throw new Refusal("not_found");
      return c.body(null, 204);
    },
  );

  return routes;
}

function endingOf(c: Context<AppEnv>, userId: string): Ending {
  return {
    reason: "revoked",
    actorId: userId,
    address: c.get("address"),
    userAgent: c.req.header("User-Agent") ?? null,
    now: c.get("now"),
  };
}
