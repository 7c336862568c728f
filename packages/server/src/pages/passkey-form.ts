// The form of a passkey. A browser without scripts has none, so the form stays hidden until the
// script (assets/pages.js) has found that it can serve it; the script fills in the two fields and
// sends the form like any other.

import { html } from "hono/html";
import { type Assertion, assertionSchema } from "../credentials/passkeys/client-data.ts";
import type { FormFields } from "../http/form.ts";
import { Refusal } from "../http/refusal.ts";
import { submit } from "./fields.ts";
import { type Html } from "./layout.ts";
import { signedForm, type Visit } from "./visit.ts";

/** The fields that the script fills in. */
export const passkeyFields: readonly string[] = ["ceremony", "credential"];

/** The form, hidden until the script shows it. */
export function passkeyForm(
  visit: Visit,
  form: {
    readonly path: string;
    /** Where the script gets the options, below the issuer. */
    readonly optionsPath: string;
    readonly label: string;
    readonly carried: Html;
    /** Whether another way stands before it. */
    readonly isAlternative: boolean;
  },
): Html {
  const { words, site } = visit;
  const content = html`${form.carried}<input type="hidden" name="ceremony"><input type="hidden" name="credential">
${submit(form.label, form.isAlternative ? "second" : undefined)}
<p class="hint" role="status" data-failed="${words.passkeyFailed}"></p>`;
  return html`<div data-passkey="${site.path}${form.optionsPath}" hidden>
${form.isAlternative ? html`<p class="or">${words.or}</p>` : html`<p>${words.passkeyText}</p>`}
${signedForm(visit, form.path, content)}
</div>`;
}

/** Reads what the script filled in. @throws Refusal `passkey_refused` */
export function parsePasskey(fields: FormFields): {
  readonly credential: Assertion;
  readonly ceremony: string;
} {
  const { data } = assertionSchema.safeParse(parseJson(fields.get("credential") ?? ""));
  const ceremony = fields.get("ceremony") ?? "";
  if (data === undefined || ceremony === "" || ceremony.length > 128) {
    throw new Refusal("passkey_refused");
  }
  return { credential: data, ceremony };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
