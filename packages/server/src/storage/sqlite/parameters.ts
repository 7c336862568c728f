// Checks what is bound to a statement before it travels: a value that cannot be cloned, or that
// SQLite would store as something else, must fail its own caller and not a whole group.

import { requireStorable } from "../unstorable-text.ts";
import type { Parameter } from "./messages.ts";

/**
 * Makes values ready to travel.
 *
 * @throws TypeError for anything but text without U+0000, finite numbers, safe integers, bytes and null
 */
export function resolveParameters(values: readonly unknown[]): readonly Parameter[] {
  return values.map(resolveParameter);
}

function resolveParameter(value: unknown): Parameter {
  if (value === null) return value;
  if (typeof value === "string") return requireStorable(value);
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return BigInt(value);
    if (Number.isFinite(value) && !Number.isInteger(value)) return value;
    throw new TypeError("a number bound to a statement is not finite or not a safe integer");
  }
  // A copy: a Buffer is often a window on a pool that would be cloned as a whole, secrets of
  // others included, and the caller may reuse its bytes while the request waits.
  if (value instanceof Uint8Array) return new Uint8Array(value);
  throw new TypeError(`a ${typeof value} cannot be bound to a statement`);
}
