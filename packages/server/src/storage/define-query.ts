// A query that is compiled once and only bound afterwards: for the few that every renewal runs, where
// building and compiling would cost more than the store does.

import type { CompiledQuery } from "kysely";
import type { Database, Query } from "./database.ts";

/** Stands for a value while the query is compiled. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Makes a query of its values. */
export type DefinedQuery<Values, Row> = (
  database: Pick<Database, "dialect" | "query">,
  values: Values,
) => Query<Row>;

/**
 * Defines a query. `build` runs once for each dialect, with values that only mark their places: it
 * must put each into the query as it is, and decide nothing by it.
 *
 * @example
 * ```ts
 * const readUser = defineQuery<{ id: string }, { email: string }>((query, values) =>
 *   query.selectFrom("users").select("email").where("id", "=", values.id),
 * );
 * const rows = await database.read(readUser(database, { id }));
 * ```
 */
export function defineQuery<Values extends object, Row>(
  build: (query: Database["query"], values: Values) => Query<Row>,
): DefinedQuery<Values, Row> {
  // A constant of each dialect, computed when it is first needed.
  const compiled = new Map<Database["dialect"], CompiledQuery<Row>>();
  const markers = new Proxy(
    {},
    { get: (_target, name) => new Placeholder(String(name)) },
    // The builder only carries values to their places, so a marker may pass for any of them.
  ) as Values;
  return ({ dialect, query }, values) => {
    let template = compiled.get(dialect);
    if (template === undefined) {
      template = build(query, markers).compile();
      compiled.set(dialect, template);
    }
    const parameters = template.parameters.map((parameter) =>
      parameter instanceof Placeholder ? Reflect.get(values, parameter.name) : parameter,
    );
    const bound = { ...template, parameters };
    return { compile: () => bound };
  };
}
