// The protected header: what is read from it and what is refused. Only `alg`, `kid`, `typ`, `cty`,
// `crit` and `b64` mean anything here. `jwk`, `jku`, `x5u` and `x5c` are data and never pick a key
// (attack B9). RFC 7515 section 4.

import { type JsonObject, type JsonValue, parseJsonSegment } from "../encoding/json.ts";
import { JoseError } from "../error.ts";
import { MAX_CRITICAL_NAMES } from "../limits.ts";

/** A parsed protected header. Frozen, because equal headers are shared between tokens. */
export interface JwsHeader {
  readonly alg: string;
  readonly kid?: string;
  readonly typ?: string;
  readonly cty?: string;
  readonly crit?: readonly string[];
  readonly [name: string]: JsonValue;
}

/**
 * Parses and checks a protected header.
 *
 * @throws JoseError `base64url_invalid`, `json_invalid`, `header_invalid`
 */
export function parseHeader(segment: string): JwsHeader {
  // Without a prototype, so that a polluted Object.prototype lends a header nothing (attack J1).
  const header = Object.assign(Object.create(null), parseJsonSegment(segment)) as JsonObject;
  for (const name of ["alg", "kid", "typ", "cty"]) {
    const value = header[name];
    if (value === undefined && name !== "alg") continue;
    if (typeof value !== "string") throw invalid(`${name} must be a string`, name);
  }
  if (Object.hasOwn(header, "crit")) checkCritical(header);
  // RFC 7797 section 6: b64 only counts, and may only be used, when crit names it.
  if (
    Object.hasOwn(header, "b64") &&
    !(header["crit"] as readonly string[] | undefined)?.includes("b64")
  ) {
    throw invalid("b64 must be listed in crit", "b64");
  }
  return freeze(header) as JwsHeader;
}

// RFC 7515 section 4.1.11: names that the specifications define must not be listed.
const REGISTERED: ReadonlySet<string> = new Set(
  "alg jku jwk kid x5u x5c x5t x5t#S256 typ cty crit enc zip epk apu apv iv tag p2s p2c".split(" "),
);

/**
 * Whether the payload is encoded. RFC 7797 section 3.
 *
 * @throws JoseError `header_invalid`
 */
export function isPayloadEncoded(header: JwsHeader): boolean {
  const b64 = header["b64"];
  if (b64 === undefined) return true;
  if (typeof b64 !== "boolean") throw invalid("b64 must be a boolean", "b64");
  return b64;
}

/** RFC 7515 section 4.1.11, except for whether the names are understood. */
function checkCritical(header: JsonObject): void {
  const names = header["crit"];
  if (!Array.isArray(names) || names.length === 0)
    throw invalid("crit must be a non-empty list", "crit");
  if (names.length > MAX_CRITICAL_NAMES) throw invalid("crit lists too many names", "crit");
  if (new Set(names).size !== names.length) throw invalid("crit lists a name twice", "crit");
  for (const name of names as readonly unknown[]) {
    if (
      typeof name !== "string" ||
      name === "" ||
      REGISTERED.has(name) ||
      !Object.hasOwn(header, name)
    ) {
      throw invalid("crit lists a name that it must not list", "crit");
    }
  }
}

/**
 * Refuses a header with an extension that is not understood.
 *
 * @throws JoseError `critical_header_not_supported`
 * @see RFC 7515 section 4.1.11
 */
export function checkUnderstood(header: JwsHeader, understood: readonly string[]): void {
  if (header.crit === undefined) return;
  for (const name of header.crit) {
    if (!understood.includes(name)) {
      throw new JoseError(
        "critical_header_not_supported",
        "the header requires an unknown extension",
        "crit",
      );
    }
  }
}

function freeze(value: JsonValue): JsonValue {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}

function invalid(message: string, member: string): JoseError {
  return new JoseError("header_invalid", message, member);
}
