// Change of one's own address: /auth/me/email.

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
import { freshAccess } from "../credential-change.ts";
import { emailSchema, passwordSchema } from "../identity.ts";
import type { MailedPasswordContext } from "../recovery/set-mailed-password.ts";
import { requireProof } from "../require-proof.ts";
import { confirmEmailChange, requestEmailChange } from "./change-email.ts";
import { digitsSchema, tokenSchema } from "./mailed-code.ts";
import { requireSignedIn } from "./signed-in.ts";

/** What the routes need. */
export interface ChangeEmailRoutesContext extends MailedPasswordContext {
  readonly authenticate: Authenticate;
}

const tags = ["account"];

/** The routes of changing one's address. */
export function changeEmailRoutes(context: ChangeEmailRoutesContext): App {
  const routes = createRoutes();
  const { database, guessing, sessions, authenticate } = context;

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/me/email",
      summary: "Ask for another address: the new one gets a mail to prove it, the old one a notice",
      tags,
      security: bearer,
      request: {
        body: jsonBody(
          z.strictObject({
            email: emailSchema,
            current_password: passwordSchema.optional().openapi({
              description: "Needed when the sign-in or step-up is over 10 minutes old",
            }),
          }),
        ),
      },
      responses: { 202: jsonAnswer(z.object({}), "Accepted"), ...problems(429) },
    }),
    async (c) => {
      const { email, current_password: currentPassword } = c.req.valid("json");
      const from = callerOf(c);
      const principal = await authenticate(c.req.raw, from.now);
      const subject = await readSubject(database, { id: principal.subject });
      if (subject === undefined) throw new Refusal("invalid_token");
      await requireProof(context, { principal, subject, currentPassword }, from);
      await guessing.count("changeMail", { ...from, name: email });
      const { sessionId } = principal;
      await requestEmailChange(context, { subject, sessionId, email }, from);
      return c.json({}, 202);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/me/email/confirm",
      summary:
        "Change the address, by the mail's link or its code, where the account is signed in; ends all other sessions",
      tags,
      security: bearer,
      request: {
        body: jsonBody(
          z.union([z.strictObject({ token: tokenSchema }), z.strictObject({ code: digitsSchema })]),
        ),
      },
      responses: {
        200: jsonAnswer(
          z.object({
            access_token: z.string().optional(),
            token_type: z.literal("Bearer").optional(),
            expires_in: z.int().optional(),
          }),
          "Changed; a fresh access token for this session",
        ),
        ...problems(401, 403, 409, 429),
      },
    }),
    async (c) => {
      const body = c.req.valid("json");
      const from = callerOf(c);
      const signedIn = await requireSignedIn(c, authenticate);
      const name = "token" in body ? body.token : signedIn.userId;
      const counted = await guessing.count("mailedCode", { ...from, name });
      const sessionId = await confirmEmailChange(context, { ...body, signedIn }, from);
      await counted.pass();
      return c.json(sessionId === null ? {} : await freshAccess(sessions, sessionId, from.now));
    },
  );

  return routes;
}
