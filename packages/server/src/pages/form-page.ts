// What every form does, so that no page can forget a step: the origin rule, the form's fields and no
// others, the signed token, and, when it is refused, the form again with what was wrong and what was
// typed. A page fills in only what is its own.

import type { App } from "../http/app.ts";
import { requireOrigin } from "../http/csrf.ts";
import { type FormFields, readForm } from "../http/form.ts";
import { isFormToken } from "../http/form-token.ts";
import { Refusal } from "../http/refusal.ts";
import type { FormState } from "./fields.ts";
import { describeProblem } from "./form-problem.ts";
import type { PageContent } from "./layout.ts";
import type { PageSite } from "./site.ts";
import { openVisit, RETURN_FIELD, showPage, TOKEN_FIELD, type Visit } from "./visit.ts";

/** A page with a form. */
export interface FormPage {
  /** Below the issuer. */
  readonly path: string;
  /** The fields that its forms may send. */
  readonly fields: readonly string[];
  /** The query parameters that GET shows a form with; they are treated like typed values. */
  readonly parameters?: readonly string[];
  /** Shows the form, or answers otherwise when there is nothing to fill in. */
  show(visit: Visit, state: FormState): PageContent | Response | Promise<PageContent | Response>;
  /** Does what the form asks for. @throws Refusal, FormMistake */
  submit(visit: Visit, fields: FormFields): Promise<Response>;
}

/** Characters of a query parameter that is shown in a form. */
const MAX_PARAMETER_LENGTH = 1024;

/** Adds the two routes of a page. */
export function addFormPage(routes: App, site: PageSite, page: FormPage): void {
  const { path } = page;
  const names = new Set([...page.fields, TOKEN_FIELD, RETURN_FIELD]);

  async function show(
    visit: Visit,
    state: FormState,
    answer: { status?: number; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> {
    const content = await page.show(visit, state);
    if (content instanceof Response) return content;
    const kept = (page.parameters ?? []).map((name) => [name, state.values.get(name)] as const);
    return showPage(visit, content, { ...answer, path, parameters: Object.fromEntries(kept) });
  }

  routes.get(path, (c) => {
    const visit = openVisit(site, c, c.req.query(RETURN_FIELD));
    const values = new Map<string, string>();
    for (const name of page.parameters ?? []) {
      const value = c.req.query(name);
      if (value !== undefined && value.length <= MAX_PARAMETER_LENGTH) values.set(name, value);
    }
    return show(visit, { words: visit.words, values });
  });

  routes.post(path, async (c) => {
    requireOrigin(c.req.raw, site);
    const fields = await readForm(c, names);
    const visit = openVisit(site, c, fields.get(RETURN_FIELD));
    const place = { path, browser: visit.browser, now: c.get("now") };
    try {
      if (!isFormToken(site.formKeys, fields.get(TOKEN_FIELD) ?? "", place)) {
        return await again(visit, fields, new Refusal("origin_refused"), "form_expired");
      }
      return await page.submit(visit, fields);
    } catch (error) {
      return again(visit, fields, error);
    }
  });

  function again(
    visit: Visit,
    fields: FormFields,
    error: unknown,
    name?: "form_expired",
  ): Promise<Response> {
    const described = describeProblem(visit, error, name);
    // What is no answer to a form is a page of its own, or a failure.
    if (described === undefined) throw error;
    if (error instanceof Refusal) site.onRefusal(error.code);
    const { problem, status, headers } = described;
    return show(visit, { words: visit.words, values: fields, problem }, { status, headers });
  }
}
