// Sign-up, proof of address, and the mail once more.

import { z } from "@hono/zod-openapi";
import {
  type App,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  problems,
} from "../../http/app.ts";
import type { Authenticate } from "../../tokens/authenticate.ts";
import { callerOf } from "../caller.ts";
import { emailSchema, nameSchema, passwordSchema, usernameSchema } from "../identity.ts";
import type { MailedPasswordContext } from "../recovery/set-mailed-password.ts";
import { signUp } from "../sign-up.ts";
import { digitsSchema, tokenSchema } from "./mailed-code.ts";
import { resendProof } from "./resend-email.ts";
import { signedInOf } from "./signed-in.ts";
import { verifyByDigits, verifyByLink } from "./verify-email.ts";

/** What the routes need. */
export interface ProofRoutesContext extends MailedPasswordContext {
  readonly requireVerifiedEmail: boolean;
  readonly authenticate: Authenticate;
}

const tags = ["account"];
const accepted = jsonAnswer(z.object({}), "Accepted, whether or not anybody has the address");

/** The routes of sign-up and proof of address. */
export function proofRoutes(context: ProofRoutesContext): App {
  const routes = createRoutes();
  const { guessing, authenticate } = context;

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/signup",
      summary: "Sign up; the answer does not tell whether the address was known",
      tags,
      request: {
        body: jsonBody(
          z.strictObject({
            email: emailSchema,
            password: passwordSchema,
            username: usernameSchema.optional(),
            name: nameSchema.optional(),
          }),
        ),
      },
      responses: {
        202: jsonAnswer(
          z.object({
            sign_up: z.string().openapi({
              description: "Goes with the code of the mail, at /auth/email/verify; a secret",
            }),
          }),
          "Accepted; a mail tells how it goes on",
        ),
        ...problems(409, 422, 429),
      },
    }),
    async (c) => {
      const input = c.req.valid("json");
      const from = callerOf(c);
      await guessing.count("signUp", { ...from, name: input.email });
      return c.json({ sign_up: await signUp(context, input, from) }, 202);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/email/verify",
      summary:
        "Prove an address: by the code with the sign-up's secret, or by the link with a password",
      tags,
      request: {
        body: jsonBody(
          z.union([
            z.strictObject({ sign_up: tokenSchema, code: digitsSchema }),
            z.strictObject({ token: tokenSchema, password: passwordSchema.optional() }),
          ]),
        ),
      },
      responses: { 200: jsonAnswer(z.object({}), "Proved"), ...problems(403, 422, 429) },
    }),
    async (c) => {
      const body = c.req.valid("json");
      const from = callerOf(c);
      const name = "token" in body ? body.token : body.sign_up;
      const counted = await guessing.count("mailedCode", { ...from, name });
      if ("token" in body) {
        const signedIn = await signedInOf(c, authenticate);
        const { token, password } = body;
        const proof = { token, password, signedInUserId: signedIn?.userId ?? null };
        await verifyByLink(context, proof, from);
      } else {
        await verifyByDigits(context, { signUp: body.sign_up, code: body.code }, from);
      }
      await counted.pass();
      return c.json({}, 200);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/email/resend",
      summary: "Mail the proof of an address once more; what was mailed before is void",
      tags,
      request: { body: jsonBody(z.strictObject({ email: emailSchema })) },
      responses: { 202: accepted, ...problems(429) },
    }),
    async (c) => {
      const { email } = c.req.valid("json");
      const from = callerOf(c);
      await guessing.count("proofMail", { ...from, name: email });
      await resendProof(context, email, from);
      return c.json({}, 202);
    },
  );

  return routes;
}
