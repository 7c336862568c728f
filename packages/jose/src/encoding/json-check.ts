// Checks that a value the caller wants signed is plain JSON data, so that what a verifier reads is what
// the caller meant: no NaN that becomes null, no toJSON or getter that answers twice (attack J3), no
// value our own strict reader would refuse.

import { isWellFormed } from "./json.ts";
import { MAX_JSON_DEPTH } from "../limits.ts";

/**
 * The JSON text of an object of plain JSON data. Members that are `undefined` are allowed at any depth
 * and left out.
 *
 * @throws TypeError
 */
export function stringifyJsonObject(value: unknown): string {
  checkPlainObject(value);
  checkContainer(value, MAX_JSON_DEPTH);
  const text = JSON.stringify(value);
  // JSON.stringify escapes a lone surrogate, so text without this holds none. A backslash before "ud" in
  // a string looks the same, hence the second look.
  if (text.includes("\\ud") && !isWellFormed(JSON.parse(text))) {
    throw new TypeError("a string holds a lone surrogate");
  }
  return text;
}

/**
 * Checks that a value is an object of plain JSON data.
 *
 * @throws TypeError
 */
export function checkJsonObject(value: unknown): void {
  stringifyJsonObject(value);
}

/**
 * Checks that a value is a plain object, whatever it holds.
 *
 * @throws TypeError
 */
export function checkPlainObject(value: unknown): asserts value is object {
  if (typeof value !== "object" || value === null || !isPlain(value)) {
    throw new TypeError("expected a plain object");
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function checkValue(value: unknown, depth: number): void {
  switch (typeof value) {
    case "string":
    case "boolean":
      return;
    case "number":
      if (!Number.isFinite(value)) throw new TypeError("a number is not finite");
      return;
    case "object":
      if (value !== null) checkContainer(value, depth);
      return;
    default:
      throw new TypeError("a value is not JSON data");
  }
}

function checkContainer(value: object, depth: number): void {
  if (depth === 0) throw new TypeError("the data is nested too deeply");
  if (Array.isArray(value)) {
    if (Object.getPrototypeOf(value) !== Array.prototype || "toJSON" in value) {
      throw new TypeError("only plain objects and arrays are JSON data");
    }
    for (let i = 0; i < value.length; i++) checkValue(value[i], depth - 1);
    return;
  }
  if (!isPlain(value)) throw new TypeError("only plain objects and arrays are JSON data");
  const object = value as { readonly [name: string]: unknown };
  // Over the names in place: a list of them would be made for each object.
  for (const name in object) {
    if (name === "__proto__" || name === "toJSON") {
      throw new TypeError(`the member ${name} is not allowed`);
    }
    const inner = object[name];
    if (typeof inner === "string") continue;
    if (inner !== undefined) checkValue(inner, depth - 1);
  }
}
