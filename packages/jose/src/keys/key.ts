// The key object. It is opaque: what node:crypto needs is reachable only through `materialOf`, which
// the package's entry does not export, so neither JSON, util.inspect, a spread nor a log can print it.
// Each key is bound to one algorithm and one use for its whole life (RFC 8725 section 3.1).

import type { KeyObject, SignKeyObjectInput, VerifyKeyObjectInput } from "node:crypto";
import type { AlgorithmRow, KeyAlgorithm } from "../algorithms.ts";
import type { Curve } from "../curves.ts";
import { HeaderMemory, type ResolvedHeader } from "./header-memory.ts";
import type { MacState } from "./hmac.ts";
import type { PublicJwk } from "./jwk.ts";

/** What a key is made of. Never leaves this package. */
export interface KeyMaterial {
  readonly row: AlgorithmRow;
  /** The curve, for keys that have one. */
  readonly curve: Curve | undefined;
  readonly handle: KeyObject;
  /** What crypto.sign and crypto.verify take: the handle, or the handle with the padding for PSS. */
  readonly signInput: KeyObject | SignKeyObjectInput;
  readonly verifyInput: KeyObject | VerifyKeyObjectInput;
  /** The keyed hash, for HMAC keys. */
  readonly mac: MacState | undefined;
  /** From `key_ops`, where the JWK restricted the key. */
  readonly canSign: boolean;
  readonly canVerify: boolean;
  /** The public members; undefined for a secret. */
  readonly publicJwk: PublicJwk | undefined;
  /** The public side of a private key. */
  readonly publicKey: Key | undefined;
  /** Authenticated headers seen with this key. */
  readonly seen: HeaderMemory<ResolvedHeader<Key>>;
  /** Headers written with this key, by `typ`. */
  readonly written: HeaderMemory<string>;
}

const GUARD = Symbol("key");

let readMaterial: (key: Key) => KeyMaterial;
let hasMaterial: (value: object) => value is Key;

/**
 * A key bound to one algorithm and one use. Immutable; made only by the import and generate functions.
 *
 * @see RFC 8725 section 3.1
 */
export class Key {
  /** The only algorithm this key is used with. */
  readonly alg: KeyAlgorithm;
  /** The key's id, where it has one. */
  readonly kid: string | undefined;
  /** `sig` for signatures and MACs, `enc` for encryption. */
  readonly use: "sig" | "enc";
  /** `secret` for symmetric keys, `private` or `public` for the halves of a pair. */
  readonly type: "secret" | "private" | "public";
  readonly #material: KeyMaterial;

  static {
    readMaterial = (key) => key.#material;
    hasMaterial = (value): value is Key => #material in value;
  }

  private constructor(guard: symbol, kid: string | undefined, material: KeyMaterial) {
    if (guard !== GUARD) throw new TypeError("a Key is made by importing or generating it");
    this.alg = material.row.name;
    this.kid = kid;
    this.use = material.row.use;
    this.type = material.handle.type;
    this.#material = material;
    Object.freeze(this);
  }

  /** Says what the key is for, never what it is made of. */
  toJSON(): { alg: KeyAlgorithm; kid: string | undefined; use: "sig" | "enc"; type: string } {
    return { alg: this.alg, kid: this.kid, use: this.use, type: this.type };
  }
}

type KeyConstructor = new (guard: symbol, kid: string | undefined, material: KeyMaterial) => Key;

/** Makes a key of checked material. */
export function createKey(
  kid: string | undefined,
  material: Omit<KeyMaterial, "seen" | "written">,
): Key {
  // The constructor is private so that the type cannot be built outside either.
  return new (Key as unknown as KeyConstructor)(GUARD, kid, {
    ...material,
    seen: new HeaderMemory(),
    written: new HeaderMemory(),
  });
}

/** Whether a value is a key made here: a look-alike object is not. */
export function isKey(value: unknown): value is Key {
  return typeof value === "object" && value !== null && hasMaterial(value);
}

/**
 * What a key is made of.
 *
 * @throws TypeError when it is not a key made here
 */
export function materialOf(key: Key): KeyMaterial {
  if (!isKey(key)) throw new TypeError("not a Key: import or generate one");
  return readMaterial(key);
}
