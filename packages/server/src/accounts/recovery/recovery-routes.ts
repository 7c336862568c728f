// A forgotten password: /auth/password/forgot and /auth/password/reset.

import { z } from "@hono/zod-openapi";
import {
  type App,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  problems,
} from "../../http/app.ts";
import { callerOf } from "../caller.ts";
import { digitsSchema, tokenSchema } from "../email/mailed-code.ts";
import { emailSchema, passwordSchema } from "../identity.ts";
import { requestReset } from "./request-reset.ts";
import { resetPassword } from "./reset-password.ts";
import type { MailedPasswordContext } from "./set-mailed-password.ts";

const tags = ["account"];

/** The routes of a forgotten password. */
export function recoveryRoutes(context: MailedPasswordContext): App {
  const routes = createRoutes();
  const { guessing } = context;

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/password/forgot",
      summary: "Ask for a new password by mail; the last mail counts",
      tags,
      request: { body: jsonBody(z.strictObject({ email: emailSchema })) },
      responses: {
        202: jsonAnswer(z.object({}), "Accepted, whether or not anybody has the address"),
        ...problems(429),
      },
    }),
    async (c) => {
      const { email } = c.req.valid("json");
      await requestReset(context, email, callerOf(c));
      return c.json({}, 202);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/password/reset",
      summary:
        "Set a new password by the mail's link or code; ends all sessions and signs nobody in",
      tags,
      request: {
        body: jsonBody(
          z.union([
            z.strictObject({ token: tokenSchema, password: passwordSchema }),
            z.strictObject({ email: emailSchema, code: digitsSchema, password: passwordSchema }),
          ]),
        ),
      },
      responses: { 200: jsonAnswer(z.object({}), "Set"), ...problems(403, 422, 429) },
    }),
    async (c) => {
      const { password, ...proof } = c.req.valid("json");
      const from = callerOf(c);
      const name = "token" in proof ? proof.token : proof.email;
      const counted = await guessing.count("mailedCode", { ...from, name });
      await resetPassword(context, { proof, password }, from);
      await counted.pass();
      return c.json({}, 200);
    },
  );

  return routes;
}
