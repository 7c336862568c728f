// What the pages behind mails have in common: reading what they spend, counting each try, and the
// page of a link that does not work. GET only looks; a mail scanner's visit changes nothing (N9).

import { html } from "hono/html";
import { digitsSchema, tokenSchema } from "../accounts/email/mailed-code.ts";
import type { Guessing } from "../guessing/guessing.ts";
import type { FormFields } from "../http/form.ts";
import { Refusal } from "../http/refusal.ts";
import { linkProblem } from "./error-page.ts";
import { type Field, type FormState, field } from "./fields.ts";
import { FormMistake } from "./form-problem.ts";
import type { Html, PageContent } from "./layout.ts";
import { pageHref, showPage, type Visit, visitorOf } from "./visit.ts";

/** Reads six digits, as people type them. @throws FormMistake */
export function parseDigits(fields: FormFields, name = "code"): string {
  const typed = (fields.get(name) ?? "").replaceAll(/[\s-]/g, "");
  const { data } = digitsSchema.safeParse(typed);
  if (data === undefined) throw new FormMistake("code_invalid", name);
  return data;
}

/** Reads the token of a link, or the secret of a sign-up. @throws Refusal `code_invalid` */
export function parseToken(text: string | undefined): string {
  const { data } = tokenSchema.safeParse(text);
  if (data === undefined) throw new Refusal("code_invalid");
  return data;
}

/** The field of six digits. */
export function digitsField(state: FormState, options: Partial<Field> = {}): Html {
  return field(state, {
    name: "code",
    label: state.words.sixDigits,
    autocomplete: "one-time-code",
    maxLength: 11,
    isDigits: true,
    isSecret: true,
    ...options,
  });
}

/** Counts a try at what was mailed, and forgets it when it was right. */
export async function countCode<Result>(
  { guessing }: { readonly guessing: Guessing },
  visit: Visit,
  spend: { readonly name: string; readonly run: () => Promise<Result> },
): Promise<Result> {
  const { address, now } = visitorOf(visit);
  const counted = await guessing.count("mailedCode", { name: spend.name, address, now });
  const result = await spend.run();
  await counted.pass();
  return result;
}

/**
 * Shows the page behind a link, when the link works.
 *
 * @param startPath - where a new mail can be asked for
 */
export async function showLink(
  visit: Visit,
  link: {
    readonly check: () => Promise<unknown>;
    readonly content: () => PageContent;
    readonly startPath: string;
    /** What the link to it says. */
    readonly start: string;
  },
): Promise<PageContent | Response> {
  try {
    await link.check();
    return link.content();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "code_invalid") throw error;
    visit.site.onRefusal(error.code);
    const more = html`<p><a class="button" href="${pageHref(visit, link.startPath)}">${link.start}</a></p>`;
    return showPage(visit, linkProblem(visit, "code_refused", more), { status: 403 });
  }
}
