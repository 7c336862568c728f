// /second-factor: what a sign-in still asks for. The token of the waiting sign-in is in the form and
// nowhere else, so the page cannot be opened by its address: whoever tries begins at sign-in. Where a
// role demands a factor that its holder has not, it is set up here, with its recovery codes.

import { html, raw } from "hono/html";
import { MAX_TYPED_RECOVERY_CODE } from "../credentials/recovery-codes/recovery-code.ts";
import type { FormFields } from "../http/form.ts";
import { Refusal } from "../http/refusal.ts";
import type { SignInTokens } from "../sessions/answer.ts";
import { beginEnrolment } from "../sign-in/enrol-at-sign-in.ts";
import { type FinishContext, finishSignIn } from "../sign-in/finish-sign-in.ts";
import { countPendingAttempt, findPendingSignIn } from "../sign-in/pending-sign-in.ts";
import type { PresentedFactor } from "../sign-in/second-factor.ts";
import { type FormState, field, hidden, problemSummary, submit } from "./fields.ts";
import { finishVisit, signInCookies, wayOn } from "./finish-visit.ts";
import type { FormPage } from "./form-page.ts";
import { FormMistake } from "./form-problem.ts";
import { type Html, NOTHING, type PageContent } from "./layout.ts";
import { digitsField, parseDigits } from "./mailed-code-page.ts";
import { parsePasskey, passkeyFields, passkeyForm } from "./passkey-form.ts";
import { pageHref, redirect, showPage, signedForm, type Visit, visitorOf } from "./visit.ts";

/** What the second factor needs. */
export type SecondFactorContext = FinishContext;

const PATH = "/second-factor";

/** The page. */
export function secondFactorPage(context: SecondFactorContext): FormPage {
  return {
    path: PATH,
    fields: ["mfa_token", "factors", "totp", "recovery_code", ...passkeyFields],
    show: (visit, state) => {
      if (!state.values.has("mfa_token")) return redirect(visit, pageHref(visit, "/sign-in"));
      // The secret was shown once: whoever lost it begins again.
      return isEnrolling(state) ? enrolmentContent(visit, state) : factorContent(visit, state);
    },
    submit: async (visit, fields) => {
      const from = visitorOf(visit);
      const presented = parseFactor(fields);
      const token = fields.get("mfa_token") ?? "";
      const pending = await countPendingAttempt(context.database, token, from.now);
      // A native client's sign-in is answered in a body, which a page has not.
      if (pending.transport !== "cookie") throw new Refusal("mfa_token_invalid");
      const tokens = await finishSignIn(context, pending, presented, from);
      return tokens.recoveryCodes === undefined
        ? finishVisit(visit, tokens)
        : showRecoveryCodes(visit, tokens, tokens.recoveryCodes);
    },
  };
}

/** Shows the factors that a sign-in can go on with. */
export function showSecondFactor(
  visit: Visit,
  waiting: { readonly token: string; readonly factors: readonly unknown[] },
): Promise<Response> {
  const values = new Map([
    ["mfa_token", waiting.token],
    ["factors", waiting.factors.join(" ")],
  ]);
  const content = factorContent(visit, { words: visit.words, values });
  return showPage(visit, content, { path: "/sign-in" });
}

/** Shows the secret for an authenticator app, where a role demands one. */
export async function showEnrolment(
  context: SecondFactorContext,
  visit: Visit,
  token: string,
): Promise<Response> {
  const { now } = visitorOf(visit);
  const pending = await findPendingSignIn(context.database, token, now);
  const enrolment = await beginEnrolment(context, pending, now);
  const values = new Map([
    ["mfa_token", token],
    ["factors", ENROLLING],
  ]);
  const { words } = visit;
  const secret = html`<p>${words.enrolText}</p>
<div class="qr" role="img" aria-label="${words.enrolQr}">${raw(enrolment.qr)}</div>
<p class="hint">${words.enrolByHand}<br><code>${enrolment.secret.replaceAll(/(.{4})(?=.)/g, "$1 ")}</code></p>`;
  const content = enrolmentContent(visit, { words, values }, secret);
  return showPage(visit, content, { path: "/sign-in" });
}

/** In the place of the factors: there is none yet. */
const ENROLLING = "enrolment";

function isEnrolling({ values }: FormState): boolean {
  return values.get("factors") === ENROLLING;
}

function parseFactor(fields: FormFields): PresentedFactor {
  if (fields.has("credential")) {
    const { credential, ceremony } = parsePasskey(fields);
    return { passkey: credential, ceremony };
  }
  if (fields.has("totp")) return { totp: parseDigits(fields, "totp") };
  const typed = (fields.get("recovery_code") ?? "").trim();
  if (typed === "") throw new FormMistake("code_missing", "recovery_code");
  if (typed.length > MAX_TYPED_RECOVERY_CODE) throw new Refusal("factor_refused");
  return { recovery_code: typed };
}

function carried({ values }: FormState): Html {
  return html`${hidden("mfa_token", values.get("mfa_token"))}${hidden("factors", values.get("factors"))}`;
}

function factorContent(visit: Visit, state: FormState): PageContent {
  const { words } = visit;
  const factors = (state.values.get("factors") ?? "").split(" ");
  const hasTotp = factors.includes("totp");
  const hasPasskey = factors.includes("passkey");
  const totp = html`<p>${words.totpText}</p>
${signedForm(visit, PATH, html`${carried(state)}${totpField(state)}${submit(words.continue)}`)}`;
  return {
    title: words.secondFactorTitle,
    body: html`${problemSummary(state)}
${hasTotp ? totp : NOTHING}
${
  hasPasskey
    ? passkeyForm(visit, {
        path: PATH,
        optionsPath: "/auth/login/mfa/passkey-options",
        label: words.usePasskey,
        carried: carried(state),
        isAlternative: hasTotp,
      })
    : NOTHING
}
${factors.includes("recovery_code") ? recoveryForm(visit, state) : NOTHING}
${startAgain(visit)}`,
  };
}

function recoveryForm(visit: Visit, state: FormState): Html {
  const { words } = visit;
  const isOpen = state.problem !== undefined && state.values.has("recovery_code");
  return html`<details${isOpen ? html` open` : NOTHING}><summary>${words.useRecoveryCode}</summary>
<p>${words.recoveryText}</p>
${signedForm(
  visit,
  PATH,
  html`${carried(state)}${field(state, {
    name: "recovery_code",
    label: words.recoveryCode,
    autocomplete: "off",
    maxLength: MAX_TYPED_RECOVERY_CODE,
    isSecret: true,
  })}${submit(words.continue, "second")}`,
)}</details>`;
}

function enrolmentContent(visit: Visit, state: FormState, secret: Html = NOTHING): PageContent {
  const { words } = visit;
  return {
    title: words.enrolTitle,
    body: html`${problemSummary(state)}${secret}
${signedForm(visit, PATH, html`${carried(state)}${totpField(state)}${submit(words.continue)}`)}
${startAgain(visit)}`,
  };
}

function totpField(state: FormState): Html {
  return digitsField(state, { name: "totp", label: state.words.totp, hasFocus: true });
}

function startAgain(visit: Visit): Html {
  return html`<div class="more"><p><a href="${pageHref(visit, "/sign-in")}">${visit.words.startAgain}</a></p></div>`;
}

function showRecoveryCodes(
  visit: Visit,
  tokens: SignInTokens,
  codes: readonly string[],
): Promise<Response> {
  const { words } = visit;
  const content = {
    title: words.recoveryCodesTitle,
    body: html`<p>${words.recoveryCodesText}</p>
<ul class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
<p><a class="button" href="${wayOn(visit)}">${words.recoveryCodesKept}</a></p>`,
  };
  return showPage({ ...visit, cookies: [...visit.cookies, ...signInCookies(tokens)] }, content, {
    path: "/sign-in",
  });
}
