// POST /auth/me/password.

import { z } from "@hono/zod-openapi";
import {
  type App,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  problems,
} from "../../http/app.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Authenticate } from "../../tokens/authenticate.ts";
import { readSubject } from "../../tokens/subject.ts";
import { callerOf } from "../caller.ts";
import { passwordSchema } from "../identity.ts";
import { changePassword, type ChangePasswordContext } from "./change-password.ts";

/** What the route needs. */
export interface PasswordRoutesContext extends ChangePasswordContext {
  readonly authenticate: Authenticate;
}

/** The route of one's own password. */
export function passwordRoutes(context: PasswordRoutesContext): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/me/password",
      summary: "Change one's own password; all other sessions end",
      description:
        "Every access token of the user is taken back. The answer carries a fresh one for this " +
        "session; its refresh token stays as it is. Who has a second factor must have proved it in " +
        "the last ten minutes.",
      tags: ["account"],
      security: bearer,
      request: {
        body: jsonBody(
          z.strictObject({ current_password: passwordSchema, new_password: passwordSchema }),
        ),
      },
      responses: {
        200: jsonAnswer(
          z.object({
            access_token: z.string(),
            token_type: z.literal("Bearer"),
            expires_in: z.int().openapi({ description: "Seconds" }),
          }),
          "Changed",
        ),
        ...problems(422, 429),
      },
    }),
    async (c) => {
      const principal = await context.authenticate(c.req.raw, c.get("now"));
      const subject = await readSubject(context.database, { id: principal.subject });
      if (subject === undefined) throw new Refusal("invalid_token");
      const { sessionId } = principal;
      if (sessionId === null) {
        throw new Refusal("invalid_request", { detail: "This access token is of no session." });
      }
      const { current_password: currentPassword, new_password: newPassword } = c.req.valid("json");
      const change = { principal, subject, sessionId, currentPassword, newPassword };
      const access = await changePassword(context, change, callerOf(c));
      return c.json(access, 200, { "Cache-Control": "no-store" });
    },
  );
  return routes;
}
