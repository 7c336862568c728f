// JSON as a token needs it: one reading only. JSON.parse keeps the last of two equal members, so two
// parsers can see two tokens in one text (RFC 7515 section 4, RFC 7519 section 4). This reader refuses
// duplicates, invalid UTF-8, a byte order mark, lone surrogates, numbers beyond a double, `__proto__`,
// deep nesting, and anything but an object.
//
// How duplicates are found at little cost: a scan of the bytes counts the members that are written,
// a walk over the parsed value counts the members that are there. JSON.parse proves the syntax, so
// the counts are equal exactly when no name came twice, whatever escapes it was written with.

import { type Buffer, isUtf8 } from "node:buffer";
import { JoseError } from "../error.ts";
import { MAX_JSON_DEPTH } from "../limits.ts";
import { borrowMemory } from "./scratch.ts";
import { asBuffer, decodeSegmentInto } from "./segment.ts";

/** Any JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A JSON object. */
export type JsonObject = { readonly [name: string]: JsonValue };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Reads a JSON object strictly.
 *
 * @param bytes - UTF-8 without a byte order mark
 * @throws JoseError `json_invalid`
 * @see RFC 7515 section 4, RFC 7519 section 7.2 step 10, RFC 8725 section 3.7
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject {
  if (!(bytes instanceof Uint8Array)) throw new TypeError("parseJsonObject takes bytes");
  return readObject(asBuffer(bytes), bytes.length);
}

/**
 * Reads a base64url segment as a JSON object strictly.
 *
 * @throws JoseError `base64url_invalid`, `json_invalid`
 */
export function parseJsonSegment(segment: string): JsonObject {
  const memory = borrowMemory(segment.length);
  return readObject(memory, decodeSegmentInto(memory, 0, segment));
}

/** `parseJsonObject` for the first `length` bytes of memory that is borrowed. */
export function parseJsonMemory(memory: Buffer, length: number): JsonObject {
  return readObject(memory, length);
}

/** `parseJsonSegment` for a segment whose spelling has been checked. */
export function parseCheckedSegment(segment: string): JsonObject {
  const memory = borrowMemory(segment.length);
  return readObject(memory, memory.write(segment, 0, "base64url"));
}

/** Reads the first `length` bytes. */
function readObject(bytes: Buffer, length: number): JsonObject {
  const scan = scanMembers(bytes, length);
  if (!scan.isAscii && !isUtf8(bytes.subarray(0, length))) throw refused("the text is not UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString(scan.isAscii ? "latin1" : "utf8", 0, length));
  } catch {
    // The parser's message quotes its input, so neither it nor the error goes further.
    throw refused("the text is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refused("the text is not a JSON object");
  }
  if (countMembers(value as Container) !== scan.members) throw refused("a member appears twice");
  if (scan.hasEscapes && !isWellFormed(value)) {
    throw refused("a string holds a lone surrogate");
  }
  return value as JsonObject;
}

type Container = readonly unknown[] | { readonly [name: string]: unknown };

interface Scan {
  readonly members: number;
  readonly hasEscapes: boolean;
  readonly isAscii: boolean;
}

/** Counts members (colons outside strings) and bounds the depth before the parser sees the text. */
function scanMembers(bytes: Buffer, length: number): Scan {
  let members = 0;
  let depth = 0;
  let hasEscapes = false;
  // All bytes laid over each other: the top bit shows whether any was beyond ASCII.
  let bits = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] ?? 0;
    bits |= byte;
    if (byte === QUOTE) {
      for (i++; i < length; i++) {
        const inner = bytes[i] ?? 0;
        bits |= inner;
        if (inner === QUOTE) break;
        if (inner === BACKSLASH) {
          hasEscapes = true;
          // The byte behind it is ASCII or the parser refuses the text.
          i++;
        }
      }
    } else if (byte === COLON) {
      members++;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      if (depth > MAX_JSON_DEPTH) throw refused("the text is nested too deeply");
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
    }
  }
  return { members, hasEscapes, isAscii: bits < 0x80 };
}

/** Counts the members of a parsed value; its depth is already bounded. */
function countMembers(container: Container): number {
  let members = 0;
  if (Array.isArray(container)) {
    for (const item of container) members += countInside(item);
    return members;
  }
  const object = container as { readonly [name: string]: unknown };
  for (const name in object) {
    // As an own member it is harmless until somebody writes Object.assign({}, claims).
    if (name === "__proto__") throw refused("the member __proto__ is not allowed");
    members += 1 + countInside(object[name]);
  }
  return members;
}

function countInside(value: unknown): number {
  if (typeof value === "object" && value !== null) return countMembers(value as Container);
  // 1e400 is valid JSON and reads as Infinity: an expiry that never comes.
  if (typeof value === "number" && !Number.isFinite(value)) throw refused("a number is too large");
  return 0;
}

/** Whether no string in a JSON value, names included, holds a lone surrogate. */
export function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isWellFormed);
  return Object.entries(value).every(([name, inner]) => name.isWellFormed() && isWellFormed(inner));
}

function refused(reason: string): JoseError {
  return new JoseError("json_invalid", `JSON refused: ${reason}`);
}
