// Which statements a connection has prepared. A statement's name is a hash of its text and the
// types of its values, so it means
// the same on every connection and a pooler that shares connections can keep them apart.

import { createHash } from "node:crypto";

/** Statements that a connection prepares before it is replaced: each costs the server memory. */
export const PREPARED_STATEMENTS = 500;

/** Texts whose names are remembered. */
const REMEMBERED_NAMES = 2_000;

interface Named {
  readonly types: readonly number[];
  readonly name: string;
}

function areSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((type, index) => type === b[index]);
}

/** The names of statements, of all connections. */
export class StatementNames {
  // By text; the same text with values of other types has another name.
  readonly #names = new Map<string, Named[]>();
  #generation = 0;
  #isUnnamed = false;

  /** The name of a text with values of these types; the same until `renew`. Empty: without one. */
  nameOf(text: string, types: readonly number[]): string {
    if (this.#isUnnamed) return "";
    const known = this.#names.get(text);
    const found = known?.find((named) => areSame(named.types, types));
    if (found !== undefined) return found.name;
    if (this.#names.size >= REMEMBERED_NAMES) this.#names.clear();
    const hash = createHash("sha256").update(`${types.join()} ${text}`).digest("base64url");
    const name = `lk${this.#generation}_${hash.slice(0, 22)}`;
    this.#names.set(text, [...(known ?? []), { types, name }]);
    return name;
  }

  /** Gives every text another name: what was prepared before is out of date. */
  renew(): void {
    this.#generation += 1;
    this.#names.clear();
  }

  /**
   * Gives up names: what was prepared is not there, since a pooler hands out connections and does not
   * know of statements (PgBouncer before 1.21). Each is sent with its text from now on.
   */
  giveUp(): void {
    this.#isUnnamed = true;
  }
}

/** The statements of one connection. */
export class PreparedStatements {
  readonly #names: StatementNames;
  readonly #prepared = new Set<string>();
  // Sent and not yet confirmed, in order. After an error the server skips what follows, so only a
  // confirmation tells that a name exists.
  #sent: string[] = [];

  constructor(names: StatementNames) {
    this.#names = names;
  }

  /** Whether the connection should be replaced. */
  get isFull(): boolean {
    return this.#prepared.size >= PREPARED_STATEMENTS;
  }

  /** The name of a statement, and whether its text must be sent with it. */
  prepare(
    text: string,
    types: readonly number[],
  ): { readonly name: string; readonly isNew: boolean } {
    const name = this.#names.nameOf(text, types);
    const isKnown = this.#prepared.has(name) || this.#sent.includes(name);
    // One without a name is replaced by the next.
    if (isKnown && name !== "") return { name, isNew: false };
    this.#sent.push(name);
    return { name, isNew: true };
  }

  /** The server has prepared the next statement that was sent. */
  confirm(): void {
    const name = this.#sent.shift();
    if (name !== undefined && name !== "") this.#prepared.add(name);
  }

  /** The batch is over: what was not confirmed by now was skipped. */
  endBatch(): void {
    this.#sent = [];
  }
}
