// Lists come in pages: `{items, next}`, where `next` is the cursor that `after` takes. A page is
// read by asking for one row more than it shows.

import { z } from "@hono/zod-openapi";
import type { Page } from "@latchkey/protocol";
import type { ZodType } from "zod";

/** Items of a page, by default. */
export const DEFAULT_PAGE_SIZE = 50;

/** Items of a page, at most. */
export const MAX_PAGE_SIZE = 200;

/** Characters of a cursor. */
export const MAX_CURSOR_LENGTH = 128;

/** The query parameters of a list. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, "A whole number from 1 to 200")
    .transform(Number)
    .refine((limit) => limit <= MAX_PAGE_SIZE, "A whole number from 1 to 200")
    .optional()
    .openapi({ type: "integer", minimum: 1, maximum: MAX_PAGE_SIZE }),
  after: z.string().min(1).max(MAX_CURSOR_LENGTH).optional(),
};

/** Makes a page of rows that were read with `limit + 1`. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => Item,
  cursor: (row: Row) => string,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(show),
    next: rows.length > limit && last !== undefined ? cursor(last) : null,
  };
}

/** {@link Page} for the API document. */
export function pageSchema<Item extends ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
