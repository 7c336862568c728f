// A set of keys and the choice among them. The token's header picks a key by `kid` and `alg` and can
// pick nothing else: a key of another algorithm is no candidate, and two candidates are an error.

import { JoseError } from "../error.ts";
import { MAX_KEYS_IN_SET } from "../limits.ts";
import { HeaderMemory, type ResolvedHeader } from "./header-memory.ts";
import { isKey, type Key } from "./key.ts";

/** The part of a header that selects a key. */
export interface KeySelector {
  readonly alg?: unknown;
  readonly kid?: unknown;
}

let readSeen: (set: KeySet) => HeaderMemory<ResolvedHeader<Key>>;

/** An immutable set of keys. */
export class KeySet {
  /** The keys, in the order given. */
  readonly keys: readonly Key[];
  readonly #byKid: ReadonlyMap<string, readonly Key[]>;
  readonly #seen = new HeaderMemory<ResolvedHeader<Key>>();

  static {
    readSeen = (set) => set.#seen;
  }

  /** Use `createKeySet` or `importJwkSet`. */
  constructor(keys: Iterable<Key>) {
    const list = [...keys];
    if (list.length > MAX_KEYS_IN_SET) {
      throw new JoseError("key_set_invalid", `a key set holds at most ${MAX_KEYS_IN_SET} keys`);
    }
    if (!list.every(isKey)) throw new TypeError("a key set holds keys made by this package");
    this.keys = Object.freeze(list);
    this.#byKid = indexByKid(list);
    Object.freeze(this);
  }

  /**
   * The one key that a header names: by `kid` and `alg`, or by `alg` alone when the header has no `kid`.
   *
   * @returns undefined when no key fits
   * @throws JoseError `key_ambiguous` when more than one fits
   */
  select(header: KeySelector): Key | undefined {
    const { alg, kid } = header;
    let candidates: readonly Key[] = this.keys;
    if (kid !== undefined) {
      if (typeof kid !== "string") return undefined;
      candidates = this.#byKid.get(kid) ?? [];
    }
    let selected: Key | undefined;
    for (const key of candidates) {
      if (key.alg !== alg) continue;
      if (selected !== undefined) {
        throw new JoseError("key_ambiguous", "more than one key fits the header", "kid");
      }
      selected = key;
    }
    return selected;
  }

  /** Whether any key has this id. */
  has(kid: string): boolean {
    return this.#byKid.has(kid);
  }

  /** Says what the keys are for, never what they are made of. */
  toJSON(): { keys: readonly Key[] } {
    return { keys: this.keys };
  }
}

/** A key, or a set of keys among which the token's header selects. */
export type Keys = Key | KeySet;

/** The authenticated headers seen with a set. */
export function seenHeaders(set: KeySet): HeaderMemory<ResolvedHeader<Key>> {
  return readSeen(set);
}

function indexByKid(keys: readonly Key[]): ReadonlyMap<string, readonly Key[]> {
  const index = new Map<string, Key[]>();
  for (const key of keys) {
    if (key.kid === undefined) continue;
    const list = index.get(key.kid);
    if (list === undefined) index.set(key.kid, [key]);
    else list.push(key);
  }
  return index;
}
