// Checks what is bound to a statement, by the same rules as the embedded store: a value that the
// database would understand as something else fails its caller before anything is sent.

import { requireStorable } from "../unstorable-text.ts";

/** A value as the driver sends it: text, or bytes in binary form. */
export type BoundValue = string | Buffer | null;

// Object identifiers of built-in types. A number says that it is one: left to itself PostgreSQL
// guesses from what stands beside it, and takes `$1 + 1` for 32 bits.
const UNSPECIFIED = 0;
const INT8 = 20;
const FLOAT8 = 701;

/**
 * Makes values ready to be sent.
 *
 * @throws TypeError for anything but text without U+0000, finite numbers, safe integers, bytes and null
 */
export function resolveValues(values: readonly unknown[]): readonly BoundValue[] {
  return values.map(resolveValue);
}

/** The type of each value: of numbers; the others are what their place makes them. */
export function typesOf(values: readonly unknown[]): readonly number[] {
  return values.map((value) => {
    if (typeof value !== "number") return UNSPECIFIED;
    return Number.isInteger(value) ? INT8 : FLOAT8;
  });
}

function resolveValue(value: unknown): BoundValue {
  if (value === null) return value;
  if (typeof value === "string") return requireStorable(value);
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return String(value);
    if (Number.isFinite(value) && !Number.isInteger(value)) return String(value);
    throw new TypeError("a number bound to a statement is not finite or not a safe integer");
  }
  // A copy: the caller may reuse its bytes while the statement waits for a connection.
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw new TypeError(`a ${typeof value} cannot be bound to a statement`);
}
