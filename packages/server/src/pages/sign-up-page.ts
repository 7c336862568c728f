// /sign-up: a new account. What follows does not tell whether the address was known (N1, N11).

import { html } from "hono/html";
import { type SignUpContext, signUp } from "../accounts/sign-up.ts";
import type { Guessing } from "../guessing/guessing.ts";
import { type FormState, problemSummary, submit } from "./fields.ts";
import type { FormPage } from "./form-page.ts";
import type { PageContent } from "./layout.ts";
import { parsePerson, personFields } from "./person-fields.ts";
import { showCheckMail } from "./verify-page.ts";
import { pageHref, redirect, signedForm, type Visit, visitorOf } from "./visit.ts";

/** What signing up needs. */
export interface SignUpPageContext extends SignUpContext {
  readonly guessing: Guessing;
}

const PATH = "/sign-up";

/** The page. */
export function signUpPage(context: SignUpPageContext): FormPage {
  return {
    path: PATH,
    fields: ["email", "name", "password"],
    show: showSignUp,
    submit: async (visit, fields) => {
      const person = parsePerson(fields);
      const from = visitorOf(visit);
      await context.guessing.count("signUp", { ...from, name: person.email });
      // Where the account exists at once, no page asks for the code.
      const isCodeAsked = context.requireVerifiedEmail;
      const secret = await signUp(context, person, from, { isCodeAsked });
      return isCodeAsked
        ? showCheckMail(visit, { email: person.email, signUp: secret })
        : redirect(visit, pageHref(visit, "/sign-in", { notice: "created" }));
    },
  };
}

function showSignUp(visit: Visit, state: FormState): PageContent {
  const { words } = visit;
  return {
    title: words.signUpTitle,
    body: html`${problemSummary(state)}
${signedForm(visit, PATH, html`${personFields(visit, state)}${submit(words.createAccount)}`)}
<div class="more">
<p>${words.haveAccount} <a href="${pageHref(visit, "/sign-in")}">${words.signIn}</a></p>
</div>`,
  };
}
