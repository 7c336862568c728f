// What a migration is. A migration is forward only, and its statements run in one transaction.

/** A numbered change of the schema, with its statements for each engine. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sqlite: readonly string[];
}
