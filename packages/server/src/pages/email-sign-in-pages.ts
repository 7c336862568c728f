// /sign-in/email and /sign-in/link: signing in by a mail, where it is switched on.

import { html } from "hono/html";
import type { MailedCodeContext } from "../accounts/email/mailed-code.ts";
import { checkEmailSignIn, requestEmailSignIn } from "../accounts/email-sign-in/email-sign-in.ts";
import { findLinkCode } from "../codes/check-code.ts";
import type { Guessing } from "../guessing/guessing.ts";
import type { FormFields } from "../http/form.ts";
import { completeSignIn } from "../sign-in/complete-sign-in.ts";
import { completeVisit } from "./complete-visit.ts";
import { checkbox, type FormState, hidden, problemSummary, submit } from "./fields.ts";
import type { FormPage } from "./form-page.ts";
import type { Html, PageContent } from "./layout.ts";
import { countCode, digitsField, parseDigits, parseToken, showLink } from "./mailed-code-page.ts";
import { parseEmailField } from "./person-fields.ts";
import { emailField } from "./reset-pages.ts";
import type { SecondFactorContext } from "./second-factor-page.ts";
import { pageHref, showPage, signedForm, type Visit, visitorOf } from "./visit.ts";

/** What signing in by mail needs. */
export type EmailSignInContext = MailedCodeContext &
  SecondFactorContext & { readonly guessing: Guessing };

/** Where the mail is asked for. */
export const EMAIL_SIGN_IN_PATH = "/sign-in/email";

const LINK_PATH = "/sign-in/link";

/** The page that asks for the mail. */
export function emailSignInPage(context: EmailSignInContext): FormPage {
  return {
    path: EMAIL_SIGN_IN_PATH,
    fields: ["email"],
    show: (visit, state) => ({
      title: visit.words.emailSignInTitle,
      body: html`<p>${visit.words.emailSignInText}</p>
${problemSummary(state)}
${signedForm(visit, EMAIL_SIGN_IN_PATH, html`${emailField(state)}${submit(visit.words.sendMail)}`)}
<div class="more"><p><a href="${pageHref(visit, "/sign-in")}">${visit.words.back}</a></p></div>`,
    }),
    submit: async (visit, fields) => {
      const email = parseEmailField(fields);
      const from = visitorOf(visit);
      await context.guessing.count("signInMail", {
        name: email,
        address: from.address,
        now: from.now,
      });
      await requestEmailSignIn(context, email, from);
      const state = { words: visit.words, values: new Map([["email", email]]) };
      return showPage(visit, digitsContent(visit, state), { path: EMAIL_SIGN_IN_PATH });
    },
  };
}

/** The page behind the mail: its link, or its digits. */
export function signInLinkPage(context: EmailSignInContext): FormPage {
  return {
    path: LINK_PATH,
    fields: ["token", "email", "code", "remember"],
    parameters: ["token"],
    show: (visit, state) => {
      const token = state.values.get("token");
      if (token === undefined && state.values.has("email")) return digitsContent(visit, state);
      const now = visitorOf(visit).now;
      return showLink(visit, {
        check: () => findLinkCode(context.database, ["sign_in"], { token: parseToken(token), now }),
        content: () => linkContent(visit, state),
        startPath: EMAIL_SIGN_IN_PATH,
        start: visit.words.askAgain,
      });
    },
    submit: async (visit, fields) => {
      const from = visitorOf(visit);
      const proof = parseProof(fields);
      const name = "token" in proof ? proof.token : proof.email;
      const run = () => checkEmailSignIn(context, proof, from);
      const checked = await countCode(context, visit, { name, run });
      return completeVisit(context, visit, () =>
        completeSignIn(context, {
          ...checked,
          transport: "cookie",
          isRemembered: fields.has("remember"),
          from,
        }),
      );
    },
  };
}

function parseProof(fields: FormFields) {
  return fields.has("token")
    ? { token: parseToken(fields.get("token")) }
    : { email: parseEmailField(fields), code: parseDigits(fields) };
}

function remember(state: FormState): Html {
  return checkbox(state, { name: "remember", label: state.words.remember, isChecked: true });
}

function digitsContent(visit: Visit, state: FormState): PageContent {
  const { words } = visit;
  const email = state.values.get("email") ?? "";
  return {
    title: words.checkMailTitle,
    body: html`<p>${words.emailSignInSentText(email)}</p>
${problemSummary(state)}
${signedForm(
  visit,
  LINK_PATH,
  html`${hidden("email", email)}${digitsField(state)}${remember(state)}${submit(words.signIn)}`,
)}
<div class="more"><p><a href="${pageHref(visit, EMAIL_SIGN_IN_PATH)}">${words.askAgain}</a></p></div>`,
  };
}

function linkContent(visit: Visit, state: FormState): PageContent {
  const { words } = visit;
  return {
    title: words.signInLinkTitle,
    body: html`<p>${words.signInLinkText}</p>
${problemSummary(state)}
${signedForm(
  visit,
  LINK_PATH,
  html`${hidden("token", state.values.get("token"))}${remember(state)}${submit(words.signIn)}`,
)}`,
  };
}
