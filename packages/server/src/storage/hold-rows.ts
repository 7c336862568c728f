// Rows that a write depends on without changing them. A store that runs writes side by side must
// hold them until the commit; one that runs every write alone has nothing to do.

import type { SelectQueryBuilder } from "kysely";
import type { Database } from "./database.ts";

/**
 * Holds the rows of a select until the commit: whoever changes them at the same time comes before (and
 * the select sees the change) or after. For a select inside a write that must hold for one that takes
 * place at once, such as "the user still has this handle".
 */
export function holdRows<Tables, Table extends keyof Tables, Row>(
  database: Pick<Database, "dialect">,
  select: SelectQueryBuilder<Tables, Table, Row>,
): SelectQueryBuilder<Tables, Table, Row> {
  return database.dialect === "postgres" ? select.forShare() : select;
}
