// Reads the fields of an HTML form: each name once, a bounded number of them, and only as a form:
// JSON in its place is not read as one (O10, J4).

import type { Context } from "hono";
import type { AppEnv } from "./app.ts";
import { isFormContentType } from "./body.ts";
import { Refusal } from "./refusal.ts";

/** Fields of a form, at most. */
export const MAX_FORM_FIELDS = 32;

/** Characters of a field, at most: passwords are the longest, and judged by their own limit. */
export const MAX_FIELD_LENGTH = 16_384;

/** The fields of a form. */
export type FormFields = ReadonlyMap<string, string>;

/**
 * Reads a form.
 *
 * @param names - the fields that it may have
 * @throws Refusal `unsupported_media_type`, `invalid_request`
 */
export async function readForm(
  c: Context<AppEnv>,
  names: ReadonlySet<string>,
): Promise<FormFields> {
  if (!isFormContentType(c.req.raw.headers.get("Content-Type"))) {
    throw new Refusal("unsupported_media_type");
  }
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(await c.req.text())) {
    const isWrong = !names.has(name) || fields.has(name) || value.length > MAX_FIELD_LENGTH;
    if (isWrong || fields.size >= MAX_FORM_FIELDS) throw new Refusal("invalid_request");
    fields.set(name, value);
  }
  return fields;
}
