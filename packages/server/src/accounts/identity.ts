// E-mail addresses and user names: how they are checked, and the one form in which they are stored
// and looked up. Sign-up, login and administration agree because they all come through here.
//
// The rule for e-mail: exactly one `@`, printable ASCII without quotes, spaces or lists on the
// left, a domain of letter-digit-hyphen labels on the right; and the whole address is compared in
// lower case. So `Ann@Example.com` and `ann@example.com` are one account. No dots are dropped and
// no "+tag" is cut: those are habits of single providers. A domain in another script is written in
// Punycode, so no address looks like another one. docs/accounts.md has the rules for readers.
// The rule for user names: 3 to 32 of a-z, 0-9, `.`, `_`, `-`, starting with a letter; typed
// capitals are lowered. ASCII only, so no letter looks like another (a name can never hold an `@`,
// and so never be mistaken for an address).

import { z } from "@hono/zod-openapi";

/** Octets of an e-mail address; RFC 5321 section 4.5.3.1.3 less the angle brackets. */
export const MAX_EMAIL_LENGTH = 254;

/** Octets left of the `@`; RFC 5321 section 4.5.3.1.1. */
export const MAX_LOCAL_PART_LENGTH = 64;

/** Code points of a display name. */
export const MAX_NAME_LENGTH = 100;

// No nested quantifiers: linear in the length, which is bounded before (I7).
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const USERNAME = /^[a-z][a-z0-9._-]{2,31}$/;

/** Brings an address to the form that is stored; undefined when it is not an address. */
export function parseEmail(text: string): string | undefined {
  if (text.length > MAX_EMAIL_LENGTH || /[^\x21-\x7e]/.test(text)) return undefined;
  const parts = text.toLowerCase().split("@");
  const [local = "", domain = ""] = parts;
  const isAddress =
    parts.length === 2 &&
    local.length <= MAX_LOCAL_PART_LENGTH &&
    LOCAL_PART.test(local) &&
    domain.split(".").every((label) => LABEL.test(label));
  return isAddress ? `${local}@${domain}` : undefined;
}

// Says which rule it was; the text itself is not repeated.
function emailProblem(text: string): string {
  if (/[\p{Cc}\p{Cf}\s]/u.test(text)) return "Holds a blank, control or invisible character";
  if (/[^\x21-\x7e]/.test(text)) {
    return "Only ASCII; a domain in another script is written as xn--...";
  }
  return "Not one name, one @ and one domain";
}

/** Brings a user name to the form that is stored; undefined when it is not one. */
export function parseUsername(text: string): string | undefined {
  // Only ASCII is lowered: `K` (Kelvin sign) must not become `k` (J5).
  const lowered = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return USERNAME.test(lowered) ? lowered : undefined;
}

/** An e-mail address in a request body. */
export const emailSchema = z
  .string()
  .max(MAX_EMAIL_LENGTH)
  .transform((text, context) => {
    const email = parseEmail(text);
    if (email !== undefined) return email;
    context.addIssue({ code: "custom", message: emailProblem(text) });
    return z.NEVER;
  })
  .openapi({ type: "string", format: "email", example: "ann@example.com" });

/** A user name in a request body. */
export const usernameSchema = z
  .string()
  .max(32)
  .transform((text, context) => {
    const username = parseUsername(text);
    if (username !== undefined) return username;
    context.addIssue({
      code: "custom",
      message: "3 to 32 of a-z, 0-9, dot, underscore and hyphen, starting with a letter",
    });
    return z.NEVER;
  })
  .openapi({ type: "string", example: "ann" });

/** A display name in a request body: any text in NFC, without control characters. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .refine((text) => !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text), "Holds a control character")
  .transform((text) => text.normalize("NFC"))
  .openapi({ type: "string", example: "Ann" });

/** Characters of a password field: generous, since the policy judges bytes after the work. */
const MAX_PASSWORD_CHARACTERS = 16_384;

/** A password in a request body, exactly as received. */
export const passwordSchema = z
  .string()
  .max(MAX_PASSWORD_CHARACTERS)
  .openapi({ type: "string", format: "password" });
