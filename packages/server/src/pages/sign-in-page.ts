// /sign-in: name and password. Ends, as every way of signing in does, in completeSignIn.

import { html } from "hono/html";
import { parseEmail, parseUsername } from "../accounts/identity.ts";
import type { FormFields } from "../http/form.ts";
import { completeSignIn } from "../sign-in/complete-sign-in.ts";
import { checkLogin, type LoginContext, PASSWORD_AMR } from "../sign-in/login.ts";
import { type PasskeySignInContext, signInWithPasskey } from "../sign-in/passkey-sign-in.ts";
import { completeVisit } from "./complete-visit.ts";
import { EMAIL_SIGN_IN_PATH } from "./email-sign-in-pages.ts";
import {
  checkbox,
  type FormState,
  field,
  hidden,
  noticeBox,
  problemSummary,
  submit,
} from "./fields.ts";
import type { FormPage } from "./form-page.ts";
import { FormMistake } from "./form-problem.ts";
import type { Messages, NoticeName } from "./languages/messages.ts";
import { NOTHING, type PageContent } from "./layout.ts";
import { parsePasskey, passkeyFields, passkeyForm } from "./passkey-form.ts";
import type { SecondFactorContext } from "./second-factor-page.ts";
import { pageHref, signedForm, type Visit, visitorOf } from "./visit.ts";

/** What signing in needs. */
export interface SignInPageContext extends LoginContext, PasskeySignInContext, SecondFactorContext {
  /** Whether a mail can sign in. */
  readonly emailSignIn: boolean;
}

const PATH = "/sign-in";

/** The page. */
export function signInPage(context: SignInPageContext): FormPage {
  return {
    path: PATH,
    fields: ["name", "password", "remember", ...passkeyFields],
    parameters: ["notice"],
    show: (visit, state) => signInContent(visit, state, context.emailSignIn),
    submit: async (visit, fields) => {
      const from = visitorOf(visit);
      const isRemembered = fields.has("remember");
      if (fields.has("credential")) {
        const answer = { ...parsePasskey(fields), transport: "cookie", isRemembered } as const;
        return completeVisit(context, visit, () => signInWithPasskey(context, answer, from));
      }
      const subject = await checkLogin(context, parseLogin(fields), from);
      return completeVisit(context, visit, () =>
        completeSignIn(context, {
          subject,
          amr: PASSWORD_AMR,
          transport: "cookie",
          isRemembered,
          from,
        }),
      );
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

function signInContent(visit: Visit, state: FormState, hasEmailSignIn: boolean): PageContent {
  const { words, site } = visit;
  const byEmail = html`<p><a href="${pageHref(visit, EMAIL_SIGN_IN_PATH)}">${words.signInByEmail}</a></p>
`;
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
${
  site.hasPasskeys
    ? passkeyForm(visit, {
        path: PATH,
        optionsPath: "/auth/login/passkey/options",
        label: words.signInByPasskey,
        carried: hidden("remember", "1"),
        isAlternative: true,
      })
    : NOTHING
}
<div class="more">
${hasEmailSignIn ? byEmail : NOTHING}<p><a href="${pageHref(visit, "/forgot")}">${words.forgotPassword}</a></p>
<p>${words.noAccount} <a href="${pageHref(visit, "/sign-up")}">${words.signUp}</a></p>
</div>`,
  };
}

function noticeOf(words: Messages, { values }: FormState): string | undefined {
  const name = values.get("notice") ?? "";
  return Object.hasOwn(words.notices, name) ? words.notices[name as NoticeName] : undefined;
}
