// The routes of one's own account: login, /auth/me.

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import type { Guessing } from "../guessing/guessing.ts";
import {
  type App,
  type AppEnv,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  problems,
} from "../http/app.ts";
import type { OriginPolicy } from "../http/csrf.ts";
import { Refusal } from "../http/refusal.ts";
import { signInAnswer } from "../sessions/answer.ts";
import type { Sessions } from "../sessions/session-service.ts";
import type { Database } from "../storage/database.ts";
import type { Authenticate } from "../tokens/authenticate.ts";
import { readSubject } from "../tokens/subject.ts";
import { changeProfile, loadSubject } from "./change-users.ts";
import {
  nameSchema,
  parseEmail,
  parseUsername,
  passwordSchema,
  usernameSchema,
} from "./identity.ts";
import { completeSignIn } from "../sign-in/complete-sign-in.ts";
import { checkLogin, PASSWORD_AMR } from "../sign-in/login.ts";
import {
  checkSignInTransport,
  firstStepProblem,
  loginAnswerSchema,
  signInMembers,
} from "../sign-in/sign-in-request.ts";
import { callerOf } from "./caller.ts";
import { userAnswer, userSchema } from "../sign-in/user-answer.ts";

/** What the routes need. */
export interface AccountRoutesContext extends OriginPolicy {
  readonly database: Database;
  readonly hasher: PasswordHasher;
  readonly guessing: Guessing;
  readonly sessions: Sessions;
  readonly authenticate: Authenticate;
  readonly issuer: string;
  /** Code points. */
  readonly minPasswordLength: number;
  readonly requireVerifiedEmail: boolean;
}

// Names are not judged here: a login with a name that nobody can have is a login that fails.
const loginSchema = z
  .strictObject({
    email: z.string().max(1024).optional(),
    username: z.string().max(1024).optional(),
    password: passwordSchema,
    ...signInMembers,
  })
  .refine((body) => (body.email === undefined) !== (body.username === undefined), {
    message: "Either email or username",
    path: ["email"],
  });

const tags = ["account"];

/** The routes of one's own account. */
export function accountRoutes(context: AccountRoutesContext): App {
  const routes = createRoutes();
  const { database } = context;

  routes.openapi(
    defineRoute({
      method: "post",
      path: "/auth/login",
      summary: "Sign in: tokens and the account's data in one answer",
      tags,
      request: { body: jsonBody(loginSchema) },
      responses: {
        200: jsonAnswer(loginAnswerSchema, "Signed in"),
        ...problems(401, 429),
        ...firstStepProblem,
      },
    }),
    async (c) => {
      const { password, transport = "body", remember = true, ...names } = c.req.valid("json");
      checkSignInTransport(c.req.raw, transport, context);
      const from = callerOf(c);
      const checked = await checkLogin(context, { by: loginName(names), password }, from);
      return signInAnswer(
        await completeSignIn(context, {
          subject: checked,
          amr: PASSWORD_AMR,
          transport,
          isRemembered: remember,
          from,
        }),
      );
    },
  );

  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/me",
      summary: "The signed-in user",
      tags,
      security: bearer,
      responses: { 200: jsonAnswer(userSchema, "The user") },
    }),
    async (c) => c.json(userAnswer(await currentSubject(c, context))),
  );

  routes.openapi(
    defineRoute({
      method: "patch",
      path: "/auth/me",
      summary: "Change one's own name or user name",
      tags,
      security: bearer,
      request: {
        body: jsonBody(
          z.strictObject({
            name: nameSchema.nullable().optional(),
            username: usernameSchema.nullable().optional(),
          }),
        ),
      },
      responses: { 200: jsonAnswer(userSchema, "The user"), ...problems(409) },
    }),
    async (c) => {
      const subject = await currentSubject(c, context);
      const actor = { ...callerOf(c), actorId: subject.id };
      await changeProfile(database, subject.id, c.req.valid("json"), actor);
      return c.json(userAnswer(await loadSubject(database, subject.id)));
    },
  );

  return routes;
}

async function currentSubject(c: Context<AppEnv>, context: AccountRoutesContext) {
  const principal = await context.authenticate(c.req.raw, c.get("now"));
  const subject = await readSubject(context.database, { id: principal.subject });
  if (subject === undefined) throw new Refusal("invalid_token");
  return subject;
}

// A name that cannot exist is looked up all the same, so that it costs what any other costs.
function loginName(names: { email?: string | undefined; username?: string | undefined }) {
  return names.email === undefined
    ? { username: parseUsername(names.username ?? "") ?? "" }
    : { email: parseEmail(names.email) ?? "" };
}
