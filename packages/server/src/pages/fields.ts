// The parts that forms are made of, each with its label, its hint and its problem tied to it, as
// assistive technology reads them. WCAG 2.2: 1.3.1, 1.3.5, 3.3.1, 3.3.2, 3.3.8.

import { html } from "hono/html";
import type { Messages } from "./languages/messages.ts";
import { type Html, NOTHING } from "./layout.ts";

/** What was wrong with the last try. */
export interface FormProblem {
  readonly message: string;
  /** The field that it is about. */
  readonly field?: string | undefined;
}

/** How a form is shown: empty, or again. */
export interface FormState {
  readonly words: Messages;
  /** What was typed, without secrets. */
  readonly values: ReadonlyMap<string, string>;
  readonly problem?: FormProblem | undefined;
}

/** A field. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: "text" | "email" | "password";
  /** HTML section 4.10.18.7.1. */
  readonly autocomplete: string;
  readonly isOptional?: boolean;
  readonly hint?: string;
  readonly maxLength?: number;
  /** Never shown again: like a password, but it can be read while it is typed. */
  readonly isSecret?: boolean;
  /** For codes: a keyboard of digits. */
  readonly isDigits?: boolean;
  /** The first field of a page that people come to for typing into it. */
  readonly hasFocus?: boolean;
}

/** A labelled field. What was typed is shown again, a secret never. */
export function field(state: FormState, options: Field): Html {
  const { name, label, type = "text", hint } = options;
  const isSecret = type === "password" || options.isSecret === true;
  const value = isSecret ? undefined : state.values.get(name);
  const isWrong = state.problem?.field === name;
  const described = [isWrong ? "problem" : "", hint === undefined ? "" : `${name}-hint`]
    .filter((id) => id !== "")
    .join(" ");
  const attributes = [
    described === "" ? NOTHING : html` aria-describedby="${described}"`,
    isWrong ? html` aria-invalid="true"` : NOTHING,
    options.isOptional === true ? NOTHING : html` required`,
    options.maxLength === undefined ? NOTHING : html` maxlength="${options.maxLength}"`,
    options.isDigits === true ? html` class="digits" inputmode="numeric"` : NOTHING,
    // Names and codes are no prose.
    type === "password" || options.autocomplete === "name"
      ? NOTHING
      : html` autocapitalize="none" spellcheck="false"`,
    value === undefined || value === "" ? NOTHING : html` value="${value}"`,
    options.hasFocus === true && state.problem === undefined ? html` autofocus` : NOTHING,
  ];
  const optional =
    options.isOptional === true
      ? html` <span class="optional">(${state.words.optional})</span>`
      : NOTHING;
  return html`<div class="field">
<label for="${name}">${label}${optional}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${options.autocomplete}"${attributes}>
${type === "password" ? revealButton(state, name) : NOTHING}${hint === undefined ? NOTHING : html`<p class="hint" id="${name}-hint">${hint}</p>`}</div>`;
}

// Hidden until the script can do it.
function revealButton({ words }: FormState, name: string): Html {
  return html`<button type="button" class="reveal" data-reveal aria-controls="${name}" aria-pressed="false" hidden>${words.show}</button>`;
}

/** A box to tick. */
export function checkbox(
  state: FormState,
  options: { readonly name: string; readonly label: string; readonly isChecked: boolean },
): Html {
  const { name, label, isChecked } = options;
  // A form that comes back without it was sent unticked.
  const isOn = state.problem === undefined ? isChecked : state.values.has(name);
  const checked = isOn ? html` checked` : NOTHING;
  return html`<div class="check"><input id="${name}" name="${name}" type="checkbox" value="1"${checked}><label for="${name}">${label}</label></div>`;
}

/** A hidden field; nothing when there is no value. */
export function hidden(name: string, value: string | undefined): Html {
  return value === undefined || value === ""
    ? NOTHING
    : html`<input type="hidden" name="${name}" value="${value}">`;
}

/** The button that sends a form. */
export function submit(label: string, kind?: "second"): Html {
  return kind === undefined
    ? html`<button type="submit">${label}</button>`
    : html`<button type="submit" class="${kind}">${label}</button>`;
}

/** What was wrong, where focus goes first, with a way to the field. */
export function problemSummary(state: FormState): Html {
  const { problem } = state;
  if (problem === undefined) return NOTHING;
  const message =
    problem.field === undefined
      ? html`${problem.message}`
      : html`<a href="#${problem.field}">${problem.message}</a>`;
  return html`<div class="problem" id="problem" role="alert" tabindex="-1" autofocus><p>${message}</p></div>`;
}

/** Something good that happened before. */
export function noticeBox(text: string | undefined): Html {
  return text === undefined
    ? NOTHING
    : html`<div class="notice" role="status"><p>${text}</p></div>`;
}
