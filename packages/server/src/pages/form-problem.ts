// From a refusal to what a form says when it is shown again: in the reader's words, and tied to the
// field that it is about.

import { type ErrorCode, errorRegistry } from "@latchkey/protocol";
import { DEFAULT_RETRY_AFTER } from "../http/problem.ts";
import { Refusal } from "../http/refusal.ts";
import type { FormProblem } from "./fields.ts";
import type { Messages, ProblemName } from "./languages/messages.ts";
import type { Visit } from "./visit.ts";

/** Thrown by a page for what was typed wrong; nothing was asked of any feature yet. */
export class FormMistake extends Error {
  override readonly name = "FormMistake";
  readonly problem: ProblemName;
  readonly field: string;

  constructor(problem: ProblemName, field: string) {
    super(problem);
    this.problem = problem;
    this.field = field;
  }
}

/** What a form answers when it was refused. */
export interface DescribedProblem {
  readonly problem: FormProblem;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Codes that the pages say in other words, or say of a field. */
const CODES: Partial<Record<ErrorCode, { readonly name?: ProblemName; readonly field?: string }>> =
  {
    username_taken: { field: "username" },
    email_taken: { field: "email" },
    password_too_short: { field: "password" },
    password_too_long: { field: "password" },
    password_too_common: { field: "password" },
    password_breached: { field: "password" },
    code_invalid: { name: "code_refused" },
    mfa_token_invalid: { name: "sign_in_expired" },
    totp_not_pending: { name: "sign_in_expired" },
    totp_reused: { name: "factor_refused" },
    ceremony_invalid: { name: "passkey_refused" },
    passkey_wrong_origin: { name: "passkey_refused" },
    passkey_user_unverified: { name: "passkey_refused" },
    passkey_counter_refused: { name: "passkey_refused" },
  };

/** Describes a refusal; undefined for what the pages have no words for. */
export function describeProblem(
  visit: Visit,
  error: unknown,
  as?: ProblemName,
): DescribedProblem | undefined {
  const { words, site } = visit;
  if (error instanceof FormMistake) {
    const message = sentence(words, error.problem, { ...site, retryAfter: 0 });
    return { problem: { message, field: error.field }, status: 422, headers: {} };
  }
  if (!(error instanceof Refusal)) return undefined;
  const { name = error.code, field } = CODES[error.code] ?? {};
  const known = as ?? name;
  if (!isProblemName(words, known)) return undefined;
  const { status } = errorRegistry[error.code];
  const retryAfter = Number(error.headers["Retry-After"] ?? DEFAULT_RETRY_AFTER);
  return {
    problem: { message: sentence(words, known, { ...site, retryAfter }), field },
    // 401 would need a challenge, which a form is no answer to (RFC 9110 section 15.5.2).
    status: status === 401 ? 422 : status,
    headers: status === 429 || status === 503 ? { "Retry-After": String(retryAfter) } : {},
  };
}

/** Says a problem in the words of a language. */
export function sentence(
  words: Messages,
  name: ProblemName,
  facts: { readonly minPasswordLength: number; readonly retryAfter: number },
): string {
  const text = words.problems[name];
  return typeof text === "string" ? text : text(facts);
}

/** Tells whether the pages have words for a code. */
export function isProblemName(words: Messages, name: string): name is ProblemName {
  return Object.hasOwn(words.problems, name);
}
