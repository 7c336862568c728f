// /verify: proof of an address. After a sign-up, with the six digits of the mail, which count together
// with the secret in the form; or from the link of the mail, where the password is chosen anew: who
// reads the mail need not be who signed up (pre-hijacking; accounts/email/verify-email.ts). Where the
// account exists and is signed in here, a button is enough, and nothing ends.

import { html } from "hono/html";
import { resendProof } from "../accounts/email/resend-email.ts";
import { checkVerifyLink, verifyByDigits, verifyByLink } from "../accounts/email/verify-email.ts";
import type { MailedPasswordContext } from "../accounts/recovery/set-mailed-password.ts";
import type { FormFields } from "../http/form.ts";
import { refreshCookies } from "../sessions/transport.ts";
import { type FormState, field, hidden, noticeBox, problemSummary, submit } from "./fields.ts";
import { wayOn } from "./finish-visit.ts";
import type { FormPage } from "./form-page.ts";
import { FormMistake } from "./form-problem.ts";
import type { Html, PageContent } from "./layout.ts";
import { countCode, digitsField, parseDigits, parseToken, showLink } from "./mailed-code-page.ts";
import { parseEmailField } from "./person-fields.ts";
import { pageHref, redirect, showPage, signedForm, type Visit, visitorOf } from "./visit.ts";

const PATH = "/verify";

/** The page. */
export function verifyPage(context: MailedPasswordContext): FormPage {
  return {
    path: PATH,
    fields: ["token", "password", "signed_in", "sign_up", "email", "code", "resend"],
    parameters: ["token"],
    show: (visit, state) => {
      const token = state.values.get("token");
      if (token === undefined && state.values.has("sign_up")) return signUpContent(visit, state);
      let userId: string | null = null;
      return showLink(visit, {
        check: async () => {
          const { now } = visitorOf(visit);
          userId = await checkVerifyLink(context.database, parseToken(token), now);
        },
        content: () => (userId === null ? linkContent(visit, state) : knownContent(visit, state)),
        startPath: "/sign-up",
        start: visit.words.signUp,
      });
    },
    submit: async (visit, fields) => {
      if (fields.has("resend")) return resend(context, visit, fields);
      const from = visitorOf(visit);
      if (fields.has("signed_in")) {
        const token = parseToken(fields.get("token"));
        const run = () => confirmSignedIn(context, visit, token);
        await countCode(context, visit, { name: token, run });
        return redirect(visit, wayOn(visit));
      }
      if (fields.has("token")) {
        const token = parseToken(fields.get("token"));
        const password = fields.get("password") ?? "";
        if (password === "") throw new FormMistake("password_missing", "password");
        const proof = { token, password, signedInUserId: null };
        const run = () => verifyByLink(context, proof, from);
        await countCode(context, visit, { name: token, run });
      } else {
        const signUp = parseToken(fields.get("sign_up"));
        const code = parseDigits(fields);
        const run = () => verifyByDigits(context, { signUp, code }, from);
        await countCode(context, visit, { name: signUp, run });
      }
      return redirect(visit, pageHref(visit, "/sign-in", { notice: "verified" }));
    },
  };
}

// Only at the button: the cookies are SameSite=Strict, and a visit from a mail comes without them.
async function confirmSignedIn(
  context: MailedPasswordContext,
  visit: Visit,
  token: string,
): Promise<void> {
  const from = visitorOf(visit);
  const userId = await checkVerifyLink(context.database, token, from.now);
  const tokens = refreshCookies(visit.c.req.raw, visit.site.issuer);
  const signedIn = await context.sessions.findPresented(tokens);
  if (signedIn === null || signedIn.userId !== userId) {
    throw new FormMistake("not_signed_in_here", "password");
  }
  await verifyByLink(context, { token, signedInUserId: signedIn.userId }, from);
}

/** The page after a sign-up. @param signUp - the secret that goes with the digits */
export function showCheckMail(
  visit: Visit,
  waiting: { readonly email: string; readonly signUp: string },
): Promise<Response> {
  const values = new Map([
    ["email", waiting.email],
    ["sign_up", waiting.signUp],
  ]);
  return showPage(visit, signUpContent(visit, { words: visit.words, values }), {
    path: "/sign-in",
  });
}

async function resend(
  context: MailedPasswordContext,
  visit: Visit,
  fields: FormFields,
): Promise<Response> {
  const from = visitorOf(visit);
  const email = parseEmailField(fields);
  await context.guessing.count("proofMail", { name: email, address: from.address, now: from.now });
  await resendProof(context, email, from);
  const state = { words: visit.words, values: fields };
  return showPage(visit, signUpContent(visit, state, visit.words.notices.resent), {
    path: "/sign-in",
  });
}

function signUpContent(visit: Visit, state: FormState, notice?: string): PageContent {
  const { words } = visit;
  const email = state.values.get("email") ?? "";
  const carried = html`${hidden("sign_up", state.values.get("sign_up"))}${hidden("email", email)}`;
  return {
    title: words.checkMailTitle,
    body: html`${noticeBox(notice)}<p>${words.checkMailText(email)}</p>
${problemSummary(state)}
${signedForm(visit, PATH, html`${carried}${digitsField(state)}${submit(words.confirm)}`)}
${signedForm(visit, PATH, html`${carried}${hidden("resend", "1")}${submit(words.resend, "second")}`)}`,
  };
}

function linkContent(visit: Visit, state: FormState): PageContent {
  const { words } = visit;
  return {
    title: words.verifyTitle,
    body: html`<p>${words.verifyPasswordText}</p>
${problemSummary(state)}
${passwordForm(visit, state)}`,
  };
}

// An account that nobody proved to be theirs: its own holder, signed in here, or a new beginning.
function knownContent(visit: Visit, state: FormState): PageContent {
  const { words } = visit;
  const token = hidden("token", state.values.get("token"));
  return {
    title: words.verifyTitle,
    body: html`${problemSummary(state)}<p>${words.verifySignedInText}</p>
${signedForm(visit, PATH, html`${token}${hidden("signed_in", "1")}${submit(words.confirm)}`)}
<div class="more"><p>${words.verifyAnewText}</p></div>
${passwordForm(visit, state, "second")}`,
  };
}

function passwordForm(visit: Visit, state: FormState, kind?: "second"): Html {
  const { words, site } = visit;
  return signedForm(
    visit,
    PATH,
    html`${hidden("token", state.values.get("token"))}
${field(state, {
  name: "password",
  label: words.password,
  type: "password",
  autocomplete: "new-password",
  hint: words.passwordHint(site.minPasswordLength),
})}${submit(kind === undefined ? words.confirm : words.verifyAnew, kind)}`,
  );
}
