// The pages behind links whose button does all there is to do: /confirm-email and /cancel-deletion.

import { html } from "hono/html";
import { cancelDeletion } from "../accounts/deletion/cancel-deletion.ts";
import { type ChangeEmailContext, confirmEmailChange } from "../accounts/email/change-email.ts";
import { findLinkCode } from "../codes/check-code.ts";
import type { CodePurpose } from "../codes/code-purposes.ts";
import type { Guessing } from "../guessing/guessing.ts";
import type { Database } from "../storage/database.ts";
import { type FormState, hidden, problemSummary, submit } from "./fields.ts";
import type { FormPage } from "./form-page.ts";
import type { Messages } from "./languages/messages.ts";
import { countCode, parseToken, showLink } from "./mailed-code-page.ts";
import { pageHref, redirect, showPage, signedForm, type Visit, visitorOf } from "./visit.ts";

/** What the pages need. */
export interface LinkPagesContext extends ChangeEmailContext {
  readonly guessing: Guessing;
}

/** One such page. */
interface ButtonPage {
  readonly path: string;
  readonly purpose: CodePurpose;
  readonly words: (words: Messages) => { title: string; text: string; button: string };
  readonly spend: (visit: Visit, token: string) => Promise<unknown>;
  readonly done: (visit: Visit) => Response | Promise<Response>;
}

/** The pages. */
export function linkPages(context: LinkPagesContext): readonly FormPage[] {
  const confirmEmail: ButtonPage = {
    path: "/confirm-email",
    purpose: "change_email",
    words: (words) => ({
      title: words.confirmEmailTitle,
      text: words.confirmEmailText,
      button: words.confirm,
    }),
    spend: (visit, token) =>
      confirmEmailChange(context, { token, signedIn: null }, visitorOf(visit)),
    done: (visit) =>
      showPage(
        visit,
        {
          title: visit.words.confirmEmailDoneTitle,
          body: html`<p>${visit.words.confirmEmailDoneText}</p>
<p><a class="button" href="${pageHref(visit, "/sign-in")}">${visit.words.signIn}</a></p>`,
        },
        { path: "/sign-in" },
      ),
  };
  const keepAccount: ButtonPage = {
    path: "/cancel-deletion",
    purpose: "cancel_deletion",
    words: (words) => ({
      title: words.cancelDeletionTitle,
      text: words.cancelDeletionText,
      button: words.keepAccount,
    }),
    spend: (visit, token) => {
      const { acceptLanguage: _, ...from } = visitorOf(visit);
      return cancelDeletion(context.database, token, from);
    },
    done: (visit) => redirect(visit, pageHref(visit, "/sign-in", { notice: "kept" })),
  };
  return [buttonPage(context, confirmEmail), buttonPage(context, keepAccount)];
}

function buttonPage(
  context: { readonly database: Database; readonly guessing: Guessing },
  page: ButtonPage,
): FormPage {
  const { path, purpose } = page;
  return {
    path,
    fields: ["token"],
    parameters: ["token"],
    show: (visit, state) =>
      showLink(visit, {
        check: () => {
          const token = parseToken(state.values.get("token"));
          return findLinkCode(context.database, [purpose], { token, now: visitorOf(visit).now });
        },
        content: () => contentOf(page, visit, state),
        startPath: "/sign-in",
        start: visit.words.toSignIn,
      }),
    submit: async (visit, fields) => {
      const token = parseToken(fields.get("token"));
      await countCode(context, visit, { name: token, run: () => page.spend(visit, token) });
      return page.done(visit);
    },
  };
}

function contentOf(page: ButtonPage, visit: Visit, state: FormState) {
  const { title, text, button } = page.words(visit.words);
  const token = state.values.get("token");
  return {
    title,
    body: html`<p>${text}</p>
${problemSummary(state)}
${signedForm(visit, page.path, html`${hidden("token", token)}${submit(button)}`)}`,
  };
}
