// /forgot and /reset: a forgotten password. What is said does not depend on whether there is an
// account (N1, N9); nobody is signed in by it, so a second factor is still asked for.

import { html } from "hono/html";
import { requestReset } from "../accounts/recovery/request-reset.ts";
import { checkResetLink, resetPassword } from "../accounts/recovery/reset-password.ts";
import type { MailedPasswordContext } from "../accounts/recovery/set-mailed-password.ts";
import type { FormFields } from "../http/form.ts";
import { type FormState, field, hidden, problemSummary, submit } from "./fields.ts";
import type { FormPage } from "./form-page.ts";
import { FormMistake } from "./form-problem.ts";
import type { Html, PageContent } from "./layout.ts";
import { countCode, digitsField, parseDigits, parseToken, showLink } from "./mailed-code-page.ts";
import { parseEmailField } from "./person-fields.ts";
import { pageHref, redirect, showPage, signedForm, type Visit, visitorOf } from "./visit.ts";

const FORGOT_PATH = "/forgot";
const RESET_PATH = "/reset";

/** The page that asks for the mail. */
export function forgotPage(context: MailedPasswordContext): FormPage {
  return {
    path: FORGOT_PATH,
    fields: ["email"],
    show: (visit, state) => ({
      title: visit.words.forgotTitle,
      body: html`<p>${visit.words.forgotText}</p>
${problemSummary(state)}
${signedForm(visit, FORGOT_PATH, html`${emailField(state)}${submit(visit.words.sendMail)}`)}
<div class="more"><p><a href="${pageHref(visit, "/sign-in")}">${visit.words.toSignIn}</a></p></div>`,
    }),
    submit: async (visit, fields) => {
      const email = parseEmailField(fields);
      await requestReset(context, email, visitorOf(visit));
      const state = { words: visit.words, values: new Map([["email", email]]) };
      return showPage(visit, digitsContent(visit, state), { path: FORGOT_PATH });
    },
  };
}

/** The page that sets the new password: by the link of the mail, or by its digits. */
export function resetPage(context: MailedPasswordContext): FormPage {
  return {
    path: RESET_PATH,
    fields: ["token", "email", "code", "password"],
    parameters: ["token"],
    show: (visit, state) => {
      const token = state.values.get("token");
      if (token === undefined && state.values.has("email")) return digitsContent(visit, state);
      return showLink(visit, {
        check: () => checkResetLink(context, parseToken(token), visitorOf(visit).now),
        content: () => linkContent(visit, state),
        startPath: FORGOT_PATH,
        start: visit.words.askAgain,
      });
    },
    submit: async (visit, fields) => {
      const proof = parseProof(fields);
      const password = fields.get("password") ?? "";
      if (password === "") throw new FormMistake("password_missing", "password");
      const name = "token" in proof ? proof.token : proof.email;
      const run = () => resetPassword(context, { proof, password }, visitorOf(visit));
      await countCode(context, visit, { name, run });
      return redirect(visit, pageHref(visit, "/sign-in", { notice: "reset" }));
    },
  };
}

function parseProof(fields: FormFields) {
  return fields.has("token")
    ? { token: parseToken(fields.get("token")) }
    : { email: parseEmailField(fields), code: parseDigits(fields) };
}

/** The field of an address, where the address is all that is asked. */
export function emailField(state: FormState): Html {
  return field(state, {
    name: "email",
    label: state.words.email,
    type: "email",
    autocomplete: "username",
    maxLength: 254,
    hasFocus: true,
  });
}

function digitsContent(visit: Visit, state: FormState): PageContent {
  const { words } = visit;
  const email = state.values.get("email") ?? "";
  return {
    title: words.checkMailTitle,
    body: html`<p>${words.forgotSentText(email)}</p>
${problemSummary(state)}
${signedForm(
  visit,
  RESET_PATH,
  html`${hidden("email", email)}${digitsField(state)}
${newPasswordField(visit, state)}${submit(words.savePassword)}`,
)}
<div class="more"><p><a href="${pageHref(visit, FORGOT_PATH)}">${words.askAgain}</a></p></div>`,
  };
}

function linkContent(visit: Visit, state: FormState): PageContent {
  const { words } = visit;
  return {
    title: words.resetTitle,
    body: html`<p>${words.resetText}</p>
${problemSummary(state)}
${signedForm(
  visit,
  RESET_PATH,
  html`${hidden("token", state.values.get("token"))}
${newPasswordField(visit, state)}${submit(words.savePassword)}`,
)}`,
  };
}

function newPasswordField({ words, site }: Visit, state: FormState): Html {
  return field(state, {
    name: "password",
    label: words.newPassword,
    type: "password",
    autocomplete: "new-password",
    hint: words.passwordHint(site.minPasswordLength),
  });
}
