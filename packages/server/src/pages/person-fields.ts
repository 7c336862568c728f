// The fields of a new person, as sign-up and set-up ask for them, and how they are read.

import { html } from "hono/html";
import { emailSchema, nameSchema, usernameSchema } from "../accounts/identity.ts";
import type { FormFields } from "../http/form.ts";
import { type FormState, field } from "./fields.ts";
import { FormMistake } from "./form-problem.ts";
import type { ProblemName } from "./languages/messages.ts";
import { type Html, NOTHING } from "./layout.ts";
import type { Visit } from "./visit.ts";

/** A new person, normalised. */
export interface Person {
  readonly email: string;
  readonly password: string;
  readonly username?: string;
  readonly name?: string;
}

/** The fields. */
export function personFields(
  { words, site }: Visit,
  state: FormState,
  { hasUsername = false }: { readonly hasUsername?: boolean } = {},
): Html {
  return html`${field(state, {
    name: "email",
    label: words.email,
    type: "email",
    autocomplete: "email",
    maxLength: 254,
  })}
${
  hasUsername
    ? field(state, {
        name: "username",
        label: words.username,
        autocomplete: "username",
        maxLength: 32,
        isOptional: true,
      })
    : NOTHING
}
${field(state, {
  name: "name",
  label: words.displayName,
  autocomplete: "name",
  maxLength: 100,
  isOptional: true,
})}
${field(state, {
  name: "password",
  label: words.password,
  type: "password",
  autocomplete: "new-password",
  hint: words.passwordHint(site.minPasswordLength),
})}
`;
}

/** Reads them. @throws FormMistake for what cannot be used */
export function parsePerson(fields: FormFields): Person {
  const email = parseEmailField(fields);
  const password = fields.get("password") ?? "";
  if (password === "") throw new FormMistake("password_missing", "password");
  // Browsers send optional fields empty.
  const [username, name] = [fields.get("username") ?? "", fields.get("name") ?? ""];
  return {
    email,
    password,
    ...(username === ""
      ? {}
      : { username: parse(usernameSchema, username, "username", "username_invalid") }),
    ...(name.trim() === "" ? {} : { name: parse(nameSchema, name, "name", "name_invalid") }),
  };
}

/** Reads the field of an address. @throws FormMistake when it is none */
export function parseEmailField(fields: FormFields): string {
  const text = (fields.get("email") ?? "").trim();
  if (text === "") throw new FormMistake("email_missing", "email");
  return parse(emailSchema, text, "email", "email_invalid");
}

function parse(
  schema: { safeParse(value: unknown): { success: boolean; data?: string | undefined } },
  value: string,
  name: string,
  problem: ProblemName,
): string {
  const { data } = schema.safeParse(value);
  if (data === undefined) throw new FormMistake(problem, name);
  return data;
}
