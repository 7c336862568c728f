// The pages behind links whose button does all there is to do: /confirm-email and /cancel-deletion. A
// new address is confirmed by the account itself, so its button may ask for a sign-in first.

import { html } from "hono/html";
import { cancelDeletion } from "../accounts/deletion/cancel-deletion.ts";
import { type ChangeEmailContext, confirmEmailChange } from "../accounts/email/change-email.ts";
import { findLinkCode } from "../codes/check-code.ts";
import type { CodePurpose } from "../codes/code-purposes.ts";
import { refreshCookies } from "../sessions/transport.ts";
import type { Guessing } from "../guessing/guessing.ts";
import type { Database } from "../storage/database.ts";
import { type FormState, hidden, problemSummary, submit } from "./fields.ts";
import { wayOn } from "./finish-visit.ts";
import type { FormPage } from "./form-page.ts";
import type { Messages } from "./languages/messages.ts";
import { countCode, parseToken, showLink } from "./mailed-code-page.ts";
import { pageHref, redirect, showPage, signedForm, type Visit, visitorOf } from "./visit.ts";

const CONFIRM_EMAIL_PATH = "/confirm-email";

/** What the pages need. */
export interface LinkPagesContext extends ChangeEmailContext {
  readonly guessing: Guessing;
}

/** One such page. */
interface ButtonPage {
  readonly path: string;
  readonly purpose: CodePurpose;
  readonly words: (words: Messages) => { title: string; text: string; button: string };
  /** Does it, and says so. */
  readonly spend: (visit: Visit, token: string) => Promise<Response>;
}

/** The pages. */
export function linkPages(context: LinkPagesContext): readonly FormPage[] {
  const confirmEmail: ButtonPage = {
    path: CONFIRM_EMAIL_PATH,
    purpose: "change_email",
    words: (words) => ({
      title: words.confirmEmailTitle,
      text: words.confirmEmailText,
      button: words.confirm,
    }),
    spend: async (visit, token) => {
      const from = visitorOf(visit);
      const { userId } = await findLinkCode(context.database, ["change_email"], {
        token,
        now: from.now,
      });
      // Only now: the cookies are SameSite=Strict, and a visit from a mail comes without them.
      const tokens = refreshCookies(visit.c.req.raw, visit.site.issuer);
      const signedIn = await context.sessions.findPresented(tokens);
      if (signedIn === null || signedIn.userId !== userId) return askSignIn(visit, token);
      await confirmEmailChange(context, { token, signedIn }, from);
      return showPage(
        visit,
        {
          title: visit.words.confirmEmailDoneTitle,
          body: html`<p>${visit.words.confirmEmailDoneText}</p>
<p><a class="button" href="${wayOn(visit)}">${visit.words.continue}</a></p>`,
        },
        { path: "/sign-in" },
      );
    },
  };
  const keepAccount: ButtonPage = {
    path: "/cancel-deletion",
    purpose: "cancel_deletion",
    words: (words) => ({
      title: words.cancelDeletionTitle,
      text: words.cancelDeletionText,
      button: words.keepAccount,
    }),
    spend: async (visit, token) => {
      const { acceptLanguage: _, ...from } = visitorOf(visit);
      await cancelDeletion(context.database, token, from);
      return redirect(visit, pageHref(visit, "/sign-in", { notice: "kept" }));
    },
  };
  return [buttonPage(context, confirmEmail), buttonPage(context, keepAccount)];
}

// Signs in first, and comes back to the link. Nobody learns whose link it is, or whose session.
function askSignIn(visit: Visit, token: string): Response {
  const returnTo = `${visit.site.path}${CONFIRM_EMAIL_PATH}?token=${token}`;
  return redirect(visit, pageHref({ ...visit, returnTo }, "/sign-in", { notice: "confirm_email" }));
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
      return countCode(context, visit, { name: token, run: () => page.spend(visit, token) });
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
