// GET and POST /auth/setup: the form that makes the first administrator. GET only shows it; POST
// spends the code. Its link is printed by the command line and its routes are in the API document,
// so it keeps its path. The code in the form is what another page cannot know: it takes the place of
// a form token, and works where cookies do not.

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { html } from "hono/html";
import {
  createFirstAdministrator,
  isSetupCode,
  SETUP_PATH,
  type SetupContext,
} from "../accounts/setup.ts";
import { type App, type AppEnv, createRoutes, defineRoute } from "../http/app.ts";
import { requireOrigin } from "../http/csrf.ts";
import { type FormFields, readForm } from "../http/form.ts";
import { Refusal } from "../http/refusal.ts";
import { linkProblem } from "./error-page.ts";
import { type FormState, hidden, problemSummary, submit } from "./fields.ts";
import { describeProblem } from "./form-problem.ts";
import type { PageContent } from "./layout.ts";
import { parsePerson, personFields } from "./person-fields.ts";
import type { PageSite } from "./site.ts";
import { openVisit, showPage, type Visit, visitorOf } from "./visit.ts";

/** Characters of a code in a request. */
const MAX_CODE_LENGTH = 64;

const FIELDS: ReadonlySet<string> = new Set(["code", "email", "username", "name", "password"]);

const page = { content: { "text/html": { schema: z.string() } } };
const refusals = {
  400: { description: "Not this form", ...page },
  403: { description: "The link does not work, or another site sent the form", ...page },
  413: { description: "Too large", ...page },
  415: { description: "Not a form", ...page },
  500: { description: "A failure", ...page },
  503: { description: "Try again later", ...page },
};

/** The routes of the set-up form. */
export function setupRoutes(context: SetupContext, site: PageSite): App {
  const routes = createRoutes();

  routes.openapi(
    defineRoute({
      method: "get",
      path: SETUP_PATH,
      summary: "The form that creates the first administrator",
      tags: ["set-up"],
      request: { query: z.object({ code: z.string().max(MAX_CODE_LENGTH).optional() }) },
      responses: { 200: { description: "The form", ...page }, ...refusals },
    }),
    async (c) => {
      const visit = openVisit(site, c);
      const { code = "" } = c.req.valid("query");
      return (await isSetupCode(context.database, code, c.get("now")))
        ? show(visit, { words: visit.words, values: new Map([["code", code]]) })
        : showLinkProblem(visit);
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
          content: {
            "application/x-www-form-urlencoded": {
              schema: z.object({
                code: z.string(),
                email: z.string(),
                username: z.string().optional(),
                name: z.string().optional(),
                password: z.string(),
              }),
            },
          },
          // The form is read below: what is wrong with it is said on a page.
          required: false,
        },
      },
      responses: {
        200: { description: "Created", ...page },
        ...refusals,
        409: { description: "The form again: the name is taken", ...page },
        422: { description: "The form again, with what was wrong", ...page },
      },
    }),
    (c) => createAdministrator(c),
  );

  return routes;

  async function createAdministrator(c: Context<AppEnv>): Promise<Response> {
    requireOrigin(c.req.raw, site);
    const fields = await readForm(c, FIELDS);
    const code = fields.get("code");
    if (code === undefined || code.length > MAX_CODE_LENGTH) throw new Refusal("invalid_request");
    const visit = openVisit(site, c);
    try {
      // Nobody without a code is told what would be wrong with a name.
      const isGood = await isSetupCode(context.database, code, c.get("now"));
      if (!isGood) throw new Refusal("setup_link_invalid");
      await createFirstAdministrator(context, { code, ...parsePerson(fields) }, visitorOf(visit));
    } catch (error) {
      return showRefusal(visit, fields, error);
    }
    return showPage(visit, doneContent(visit), { path: "/sign-in" });
  }
}

function showRefusal(visit: Visit, fields: FormFields, error: unknown): Promise<Response> {
  if (error instanceof Refusal && error.code === "setup_link_invalid") {
    return showLinkProblem(visit);
  }
  const described = describeProblem(visit, error);
  if (described === undefined) throw error;
  const { problem, status, headers } = described;
  return show(visit, { words: visit.words, values: fields, problem }, { status, headers });
}

function show(
  visit: Visit,
  state: FormState,
  answer: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const code = state.values.get("code");
  return showPage(visit, formContent(visit, state), { ...answer, parameters: { code } });
}

function showLinkProblem(visit: Visit): Promise<Response> {
  const name = "setup_link_invalid";
  const more = html`<p class="hint"><code>${name}</code></p>`;
  return showPage(visit, linkProblem(visit, name, more), { status: 403 });
}

function formContent(visit: Visit, state: FormState): PageContent {
  const { words, site } = visit;
  return {
    title: words.setupTitle,
    body: html`<p class="quiet">${words.setupText(site.productName)}</p>
${problemSummary(state)}
<form method="post" action="${site.path}${SETUP_PATH}">
${hidden("code", state.values.get("code"))}
${personFields(visit, state, { hasUsername: true })}${submit(words.setupButton)}
</form>`,
  };
}

function doneContent({ words, site }: Visit): PageContent {
  const admin = new URLSearchParams({ return_to: `${site.path}/admin` });
  const query = site.hasConsole ? `?${admin.toString()}` : "";
  return {
    title: words.setupDoneTitle,
    body: html`<p>${words.setupDoneText}</p>
<p><a class="button" href="${site.path}/sign-in${query}">${words.signIn}</a></p>`,
  };
}
