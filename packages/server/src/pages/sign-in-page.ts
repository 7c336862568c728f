// /sign-in: name and password. Ends, as every way of signing in does, in completeSignIn.

import { html } from "hono/html";
import { parseEmail, parseUsername } from "../accounts/identity.ts";
import type { FormFields } from "../http/form.ts";
import { completeSignIn, type SignInContext } from "../sign-in/complete-sign-in.ts";
import { checkLogin, type LoginContext, PASSWORD_AMR } from "../sign-in/login.ts";
import { checkbox, field, type FormState, noticeBox, problemSummary, submit } from "./fields.ts";
import { finishSignIn } from "./finish-sign-in.ts";
import type { FormPage } from "./form-page.ts";
import { FormMistake } from "./form-problem.ts";
import type { Messages, NoticeName } from "./languages/messages.ts";
import type { PageContent } from "./layout.ts";
import { callerOf, pageHref, signedForm, type Visit } from "./visit.ts";

/** What signing in needs. */
export interface SignInPageContext extends LoginContext, SignInContext {}

const PATH = "/sign-in";

/** The page. */
export function signInPage(context: SignInPageContext): FormPage {
  return {
    path: PATH,
    fields: ["name", "password", "remember"],
    parameters: ["notice"],
    show: showSignIn,
    submit: async (visit, fields) => {
      const from = callerOf(visit);
      const subject = await checkLogin(context, parseLogin(fields), from);
      const tokens = await completeSignIn(context, {
        subject,
        amr: PASSWORD_AMR,
        transport: "cookie",
        isRemembered: fields.has("remember"),
        from,
      });
      return finishSignIn(visit, tokens);
    },
  };
}

function parseLogin(fields: FormFields) {
  const name = (fields.get("name") ?? "").trim();
  const password = fields.get("password") ?? "";
  if (name === "") throw new FormMistake("name_missing", "name");
  if (password === "") throw new FormMistake("password_missing", "password");
  // A name that cannot exist is looked up all the same, so that it costs what any other costs.
  const by = name.includes("@")
    ? { email: parseEmail(name) ?? "" }
    : { username: parseUsername(name) ?? "" };
  return { by, password };
}

function showSignIn(visit: Visit, state: FormState): PageContent {
  const { words, site } = visit;
  return {
    title: words.signInTitle(site.productName),
    body: html`${noticeBox(state.problem === undefined ? noticeOf(words, state) : undefined)}
${problemSummary(state)}
${signedForm(
  visit,
  PATH,
  html`${field(state, {
    name: "name",
    label: words.emailOrUsername,
    autocomplete: "username",
    maxLength: 254,
    hasFocus: true,
  })}
${field(state, {
  name: "password",
  label: words.password,
  type: "password",
  autocomplete: "current-password",
})}
${checkbox(state, { name: "remember", label: words.remember, isChecked: true })}
${submit(words.signIn)}`,
)}
<div class="more">
<p><a href="${pageHref(visit, "/forgot")}">${words.forgotPassword}</a></p>
<p>${words.noAccount} <a href="${pageHref(visit, "/sign-up")}">${words.signUp}</a></p>
</div>`,
  };
}

function noticeOf(words: Messages, { values }: FormState): string | undefined {
  const name = values.get("notice") ?? "";
  return Object.hasOwn(words.notices, name) ? words.notices[name as NoticeName] : undefined;
}
