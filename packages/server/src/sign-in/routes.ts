// The routes of signing in beyond a password: the second factor of a sign-in that waits, and passkeys
// alone. POST /auth/login itself is in accounts/routes.ts.

import { z } from "@hono/zod-openapi";
import { assertionSchema } from "../credentials/passkeys/client-data.ts";
import { beginAssertion } from "../credentials/passkeys/verify-passkey.ts";
import { MAX_TYPED_RECOVERY_CODE } from "../credentials/recovery-codes/recovery-code.ts";
import {
  type App,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  optionalJsonBody,
  problems,
} from "../http/app.ts";
import type { OriginPolicy } from "../http/csrf.ts";
import { signInAnswer } from "../sessions/answer.ts";
import { beginEnrolment } from "./enrol-at-sign-in.ts";
import { type FinishContext, finishSignIn } from "./finish-sign-in.ts";
import {
  beginPasskeySignIn,
  type PasskeySignInContext,
  signInWithPasskey,
} from "./passkey-sign-in.ts";
import { countPendingAttempt, findPendingSignIn, MAX_MFA_TOKEN_LENGTH } from "./pending-sign-in.ts";
import { checkSignInTransport, loginAnswerSchema, signInMembers } from "./sign-in-request.ts";
import { signingInFrom } from "./signing-in.ts";

/** What the routes need. */
export interface SignInRoutesContext extends FinishContext, PasskeySignInContext, OriginPolicy {}

const tags = ["account"];

const mfaToken = z.string().min(1).max(MAX_MFA_TOKEN_LENGTH);

/** A time-based code as it is typed. */
export const totpSchema = z
  .string()
  .regex(/^\d{6}$/, "Six digits")
  .openapi({ example: "492039" });

/** The name of a ceremony. */
export const ceremonySchema = z.string().min(1).max(128);

/** A ceremony and the options for `navigator.credentials`. */
export const ceremonyAnswerSchema = z.object({
  ceremony: z.string(),
  options: z.record(z.string(), z.unknown()).openapi({
    description: "For navigator.credentials, by PublicKeyCredential.parse...OptionsFromJSON",
  }),
});

/** A secret for an authenticator app. */
export const enrolmentSchema = z
  .object({
    secret: z.string().openapi({ description: "Base32, to type" }),
    uri: z.string().openapi({ description: "otpauth://" }),
    qr: z.string().openapi({ description: "SVG of the URI" }),
  })
  .openapi("TotpEnrolment");

const mfaSchema = z.union([
  z.strictObject({ mfa_token: mfaToken, totp: totpSchema }),
  z.strictObject({
    mfa_token: mfaToken,
    recovery_code: z.string().min(1).max(MAX_TYPED_RECOVERY_CODE),
  }),
  z.strictObject({
    mfa_token: mfaToken,
    passkey: assertionSchema,
    ceremony: ceremonySchema.optional(),
  }),
]);

/** The routes of signing in with more than a password. */
export function signInRoutes(context: SignInRoutesContext): App {
  const routes = createRoutes();
  const { database } = context;

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/login/mfa",
      summary: "The second factor of a sign-in; answers like the sign-in itself",
      description:
        "Also takes the first code of an authenticator app that is set up because a role demands it.",
      tags,
      request: { body: jsonBody(mfaSchema) },
      responses: {
        200: jsonAnswer(loginAnswerSchema, "Signed in"),
        ...problems(401, 403, 409, 429),
      },
    }),
    async (c) => {
      const { mfa_token: token, ...presented } = c.req.valid("json");
      const from = signingInFrom(c);
      const pending = await countPendingAttempt(database, token, from.now);
      checkSignInTransport(c.req.raw, pending.transport, context);
      return signInAnswer(await finishSignIn(context, pending, presented, from));
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/login/mfa/passkey-options",
      summary: "Begin the use of a passkey as the second factor",
      tags,
      request: { body: jsonBody(z.strictObject({ mfa_token: mfaToken })) },
      responses: {
        200: jsonAnswer(ceremonyAnswerSchema, "The ceremony"),
        ...problems(401, 409, 429),
      },
    }),
    async (c) => {
      const { address, now } = signingInFrom(c);
      await context.guessing.count("ceremony", { name: "", address, now });
      const token = c.req.valid("json").mfa_token;
      const { subject } = await findPendingSignIn(database, token, now);
      const ceremony = { purpose: "second_factor", user: subject } as const;
      return c.json(await beginAssertion(context, ceremony, now), 200, NO_STORE);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/login/mfa/totp",
      summary: "A secret for an authenticator app, where a role demands a second factor",
      tags,
      request: { body: jsonBody(z.strictObject({ mfa_token: mfaToken })) },
      responses: {
        200: jsonAnswer(enrolmentSchema, "The secret, shown once"),
        ...problems(401, 429),
      },
    }),
    async (c) => {
      const { address, now } = signingInFrom(c);
      await context.guessing.count("ceremony", { name: "", address, now });
      const token = c.req.valid("json").mfa_token;
      const pending = await findPendingSignIn(database, token, now);
      return c.json(await beginEnrolment(context, pending, now), 200, NO_STORE);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/login/passkey/options",
      summary: "Begin a sign-in with a passkey; the answer is the same for everybody",
      tags,
      request: { body: optionalJsonBody(z.strictObject({})) },
      responses: { 200: jsonAnswer(ceremonyAnswerSchema, "The ceremony"), ...problems(409, 429) },
    }),
    async (c) => c.json(await beginPasskeySignIn(context, signingInFrom(c)), 200, NO_STORE),
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/login/passkey",
      summary: "Sign in with a passkey alone",
      tags,
      request: {
        body: jsonBody(
          z.strictObject({
            ceremony: ceremonySchema,
            credential: assertionSchema,
            ...signInMembers,
          }),
        ),
      },
      responses: {
        200: jsonAnswer(loginAnswerSchema, "Signed in"),
        ...problems(401, 403, 409, 429),
      },
    }),
    async (c) => {
      const { ceremony, credential, transport = "body", remember = true } = c.req.valid("json");
      checkSignInTransport(c.req.raw, transport, context);
      const answer = { ceremony, credential, transport, isRemembered: remember };
      return signInAnswer(await signInWithPasskey(context, answer, signingInFrom(c)));
    },
  );

  return routes;
}

const NO_STORE = { "Cache-Control": "no-store" };
