// Signing in by a mail: /auth/login/email. Mounted only where `emailSignIn` is on.

import { z } from "@hono/zod-openapi";
import type { Guessing } from "../../guessing/guessing.ts";
import {
  type App,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  problems,
} from "../../http/app.ts";
import type { OriginPolicy } from "../../http/csrf.ts";
import { signInAnswer } from "../../sessions/answer.ts";
import { completeSignIn, type SignInContext } from "../../sign-in/complete-sign-in.ts";
import {
  checkSignInTransport,
  firstStepProblem,
  loginAnswerSchema,
  signInMembers,
} from "../../sign-in/sign-in-request.ts";
import { callerOf } from "../caller.ts";
import { digitsSchema, type MailedCodeContext, tokenSchema } from "../email/mailed-code.ts";
import { emailSchema } from "../identity.ts";
import { checkEmailSignIn, requestEmailSignIn } from "./email-sign-in.ts";

/** What the routes need. */
export type EmailSignInRoutesContext = MailedCodeContext &
  SignInContext &
  OriginPolicy & { readonly guessing: Guessing };

const tags = ["account"];

/** The routes of signing in by mail. */
export function emailSignInRoutes(context: EmailSignInRoutesContext): App {
  const routes = createRoutes();
  const { guessing } = context;

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/login/email",
      summary: "Ask for a mail that signs in; what was mailed before is void",
      tags,
      request: { body: jsonBody(z.strictObject({ email: emailSchema })) },
      responses: {
        202: jsonAnswer(z.object({}), "Accepted, whether or not anybody has the address"),
        ...problems(429),
      },
    }),
    async (c) => {
      const { email } = c.req.valid("json");
      const from = callerOf(c);
      await guessing.count("signInMail", { ...from, name: email });
      await requestEmailSignIn(context, email, from);
      return c.json({}, 202);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/login/email/confirm",
      summary: "Sign in by the mail's link or code",
      tags,
      request: {
        body: jsonBody(
          z.union([
            z.strictObject({ token: tokenSchema, ...signInMembers }),
            z.strictObject({ email: emailSchema, code: digitsSchema, ...signInMembers }),
          ]),
        ),
      },
      responses: {
        200: jsonAnswer(loginAnswerSchema, "Signed in"),
        ...problems(401, 429),
        ...firstStepProblem,
      },
    }),
    async (c) => {
      const { transport = "body", remember = true, ...proof } = c.req.valid("json");
      checkSignInTransport(c.req.raw, transport, context);
      const from = callerOf(c);
      const name = "token" in proof ? proof.token : proof.email;
      const counted = await guessing.count("mailedCode", { ...from, name });
      const checked = await checkEmailSignIn(context, proof, from);
      await counted.pass();
      return signInAnswer(
        await completeSignIn(context, {
          ...checked,
          transport,
          isRemembered: remember,
          from,
        }),
      );
    },
  );

  return routes;
}
