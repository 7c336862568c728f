// GET and POST /auth/setup. GET only shows the form; POST spends the code. People see these
// answers, so refusals are pages too.

import { z } from "@hono/zod-openapi";
import { errorRegistry } from "@latchkey/protocol";
import type { Context } from "hono";
import { userAgentOf } from "../authorization/actor.ts";
import { type App, type AppEnv, createRoutes, defineRoute, problems } from "../http/app.ts";
import { type OriginPolicy, requireOrigin } from "../http/csrf.ts";
import { Refusal } from "../http/refusal.ts";
import { emailSchema, nameSchema, passwordSchema, usernameSchema } from "./identity.ts";
import { createFirstAdministrator, isSetupCode, type SetupContext } from "./setup.ts";
import {
  PAGE_POLICY,
  PAGE_REFERRER_POLICY,
  setupDonePage,
  setupFormPage,
  setupLinkPage,
} from "./setup-page.ts";

/** Path of the form, below the issuer. */
export const SETUP_PATH = "/auth/setup";

/** Characters of a code in a request. */
const MAX_CODE_LENGTH = 64;

const code = z.string().max(MAX_CODE_LENGTH);
// Judged by hand below: a person gets the form again, with what was wrong in words.
const formSchema = z.strictObject({
  code,
  email: z.string().max(1024),
  username: z.string().max(1024).optional(),
  name: z.string().max(1024).optional(),
  password: passwordSchema,
});
const page = { content: { "text/html": { schema: z.string() } } };

/** What the routes need. */
export interface SetupRoutesContext extends SetupContext, OriginPolicy {}

/** The routes of the set-up form. */
export function setupRoutes(context: SetupRoutesContext): App {
  const routes = createRoutes();
  const { database, minPasswordLength } = context;

  routes.openapi(
    defineRoute({
      method: "get",
      path: SETUP_PATH,
      summary: "The form that creates the first administrator",
      tags: ["set-up"],
      request: { query: z.strictObject({ code: code.optional() }) },
      responses: {
        200: { description: "The form", ...page },
        403: { description: "The link does not work", ...page },
      },
    }),
    async (c) => {
      const { code = "" } = c.req.valid("query");
      return (await isSetupCode(database, code, c.get("now")))
        ? show(c, setupFormPage({ code, minPasswordLength }), 200)
        : showLinkProblem(c);
    },
  );

  routes.openapi(
    defineRoute({
      method: "post",
      path: SETUP_PATH,
      summary: "Creates the first administrator and spends the link",
      tags: ["set-up"],
      request: {
        body: {
          content: { "application/x-www-form-urlencoded": { schema: formSchema } },
          required: true,
        },
      },
      responses: {
        200: { description: "Created", ...page },
        403: { description: "The link does not work", ...page },
        422: { description: "The form again, with what was wrong", ...page },
        ...problems(409),
      },
    }),
    async (c) => {
      requireOrigin(c.req.raw, context);
      const fields = c.req.valid("form");
      try {
        await createFirstAdministrator(context, parseFields(fields), {
          address: c.get("address"),
          userAgent: userAgentOf(c),
          now: c.get("now"),
        });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code === "setup_link_invalid") return showLinkProblem(c);
        if (!FORM_PROBLEMS.has(error.code)) throw error;
        const problem = error.detail ?? `${error.message}. ${errorRegistry[error.code].remedy}`;
        const { password: _, ...shown } = fields;
        return show(c, setupFormPage({ ...shown, problem, minPasswordLength }), 422);
      }
      return show(c, setupDonePage(), 200);
    },
  );

  return routes;
}

const FORM_PROBLEMS: ReadonlySet<string> = new Set([
  "email_taken",
  "username_taken",
  "password_too_short",
  "password_too_long",
  "password_too_common",
  "invalid_request",
]);

// Browsers send optional fields empty.
function parseFields(fields: z.infer<typeof formSchema>) {
  const { username = "", name = "" } = fields;
  return {
    code: fields.code,
    password: fields.password,
    email: parseField(emailSchema, fields.email, "That is not an e-mail address."),
    ...(username === ""
      ? {}
      : { username: parseField(usernameSchema, username, "That user name cannot be used.") }),
    ...(name === "" ? {} : { name: parseField(nameSchema, name, "That name cannot be used.") }),
  };
}

function parseField(
  schema: { safeParse(value: unknown): { success: boolean; data?: string | undefined } },
  value: string,
  detail: string,
): string {
  const { data } = schema.safeParse(value);
  if (data === undefined) throw new Refusal("invalid_request", { detail });
  return data;
}

function showLinkProblem(c: Context<AppEnv>) {
  const code = "setup_link_invalid";
  return show(c, setupLinkPage({ code, ...errorRegistry[code] }), 403);
}

function show(
  c: Context<AppEnv>,
  content: ReturnType<typeof setupDonePage>,
  status: 200 | 403 | 422,
) {
  return c.html(content, status, {
    "Content-Security-Policy": PAGE_POLICY,
    "Referrer-Policy": PAGE_REFERRER_POLICY,
    "Cache-Control": "no-store",
  });
}
