// `crit` of a JWE. The same rules as for a JWS, kept apart because the two never meet. RFC 7516 section
// 4.1.13, RFC 7515 section 4.1.11.

import type { JsonObject } from "../encoding/json.ts";
import { JoseError } from "../error.ts";
import { MAX_CRITICAL_NAMES } from "../limits.ts";

/** Names that the specifications define, which `crit` must not list. */
export const REGISTERED_NAMES: ReadonlySet<string> = new Set(
  "alg enc zip jku jwk kid x5u x5c x5t x5t#S256 typ cty crit epk apu apv iv tag p2s p2c".split(" "),
);

/**
 * Checks `crit`, where there is one.
 *
 * @throws JoseError `header_invalid`, `critical_header_not_supported`
 */
export function checkCritical(protectedHeader: JsonObject, understood: readonly string[]): void {
  if (!Object.hasOwn(protectedHeader, "crit")) return;
  const names = protectedHeader["crit"];
  if (!Array.isArray(names) || names.length === 0 || names.length > MAX_CRITICAL_NAMES) {
    throw invalid("crit must be a short list of names");
  }
  if (new Set(names).size !== names.length) throw invalid("crit lists a name twice");
  for (const name of names as readonly unknown[]) {
    if (
      typeof name !== "string" ||
      name === "" ||
      REGISTERED_NAMES.has(name) ||
      !Object.hasOwn(protectedHeader, name)
    ) {
      throw invalid("crit lists a name that it must not list");
    }
  }
  if (!names.every((name) => understood.includes(name as string))) {
    throw new JoseError(
      "critical_header_not_supported",
      "the header requires an unknown extension",
      "crit",
    );
  }
}

function invalid(message: string): JoseError {
  return new JoseError("header_invalid", message, "crit");
}
