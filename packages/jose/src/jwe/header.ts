// The header of a JWE: what is read from it, where each part may stand, and what is refused. `alg`, `enc`,
// `kid`, `zip`, `crit` and the parameters of the key algorithms mean something; `jwk`, `jku`, `x5u` and `x5c`
// are data and never pick a key (attack B9). RFC 7516 section 4.

import type { Buffer } from "node:buffer";
import { type JsonObject, type JsonValue, parseJsonObject } from "../encoding/json.ts";
import { decodeSegment } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import { checkCritical } from "./critical.ts";

/** A header: the union of its protected and unprotected parts. Frozen. */
export interface JweHeader {
  readonly alg: string;
  readonly enc: string;
  readonly kid?: string;
  readonly typ?: string;
  readonly cty?: string;
  readonly zip?: string;
  readonly crit?: readonly string[];
  readonly [name: string]: JsonValue;
}

/** The parts of a header as they arrive. */
export interface HeaderParts {
  readonly protectedHeader: JsonObject;
  /** `unprotected`, the same for all recipients. */
  readonly shared?: JsonObject | undefined;
  /** `header` of one recipient. */
  readonly recipient?: JsonObject | undefined;
}

/** What may stand in a header. */
export interface HeaderRules {
  /** Extensions in `crit` that the caller understands. */
  readonly understood: readonly string[];
  /** Accepts `enc` outside the protected header. */
  readonly allowUnprotectedEnc: boolean;
}

/**
 * Parses a protected header.
 *
 * @throws JoseError `base64url_invalid`, `json_invalid`
 */
export function parseProtectedHeader(segment: string): JsonObject {
  return parseJsonObject(decodeSegment(segment));
}

/**
 * Joins the parts of a header and checks them.
 *
 * @throws JoseError `header_invalid`, `critical_header_not_supported`
 * @see RFC 7516 sections 4 and 7.2.1
 */
export function joinHeader(parts: HeaderParts, rules: HeaderRules): JweHeader {
  const { protectedHeader, shared, recipient } = parts;
  const joined: { [name: string]: JsonValue } = { ...protectedHeader };
  for (const part of [shared, recipient]) {
    if (part === undefined) continue;
    for (const [name, value] of Object.entries(part)) {
      // "the Header Parameter names in the three locations MUST be disjoint" (attack G4).
      if (Object.hasOwn(joined, name)) throw invalid("a parameter stands in two places", undefined);
      if (name === "zip" || name === "crit" || (name === "enc" && !rules.allowUnprotectedEnc)) {
        throw invalid(`${name} must be protected`, name);
      }
      joined[name] = value;
    }
  }
  // One message has one content encryption; a recipient has no say in it (attack D12).
  if (recipient !== undefined && Object.hasOwn(recipient, "enc")) {
    throw invalid("enc must be the same for all recipients", "enc");
  }
  for (const name of ["alg", "enc"]) {
    if (typeof joined[name] !== "string") throw invalid(`${name} must be a string`, name);
  }
  for (const name of ["kid", "typ", "cty", "zip"]) {
    if (joined[name] !== undefined && typeof joined[name] !== "string") {
      throw invalid(`${name} must be a string`, name);
    }
  }
  checkCritical(protectedHeader, rules.understood);
  return freeze(joined) as JweHeader;
}

/**
 * Reads a header parameter that holds bytes.
 *
 * @throws JoseError `header_invalid` when it is missing, not canonical base64url, or out of bounds
 */
export function readBinary(
  header: JweHeader,
  name: string,
  minBytes: number,
  maxBytes: number,
): Buffer {
  const value = header[name];
  // Bounded before it is decoded.
  if (typeof value !== "string" || value.length > maxBytes * 2) {
    throw invalid(`${name} is missing or has the wrong length`, name);
  }
  let bytes: Buffer;
  try {
    bytes = decodeSegment(value);
  } catch {
    throw invalid(`${name} is not canonical base64url`, name);
  }
  if (bytes.length < minBytes || bytes.length > maxBytes) {
    throw invalid(`${name} is missing or has the wrong length`, name);
  }
  return bytes;
}

function freeze(value: JsonValue): JsonValue {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}

function invalid(message: string, member: string | undefined): JoseError {
  return new JoseError("header_invalid", message, member);
}
