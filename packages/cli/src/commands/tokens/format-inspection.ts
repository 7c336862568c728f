// How `latchkey tokens inspect` prints a token: header, claims, and NumericDate members in words
// (RFC 7519 section 2).

import { formatFields } from "../../output/text-table.ts";
import { formatTime } from "../../output/time-words.ts";

/** What the server says about a token. */
export interface Inspection {
  readonly header: Readonly<Record<string, unknown>> | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly verified: boolean;
  /** Why it is not valid; null when it is. */
  readonly reason: string | null;
  readonly detail?: string | null;
}

const TIMES: ReadonlySet<string> = new Set(["exp", "iat", "nbf", "auth_time"]);

/** Formats an inspection; `now` in milliseconds. */
export function formatInspection(inspection: Inspection, now: number): string {
  const { header, claims, verified, reason, detail } = inspection;
  const why = [reason, detail].filter((part) => typeof part === "string").join(": ");
  return [
    verified ? "Valid: this server takes the token." : `NOT VALID: ${why}`,
    "",
    "Header",
    indent(header === null ? "(not readable)" : formatMembers(header, now)),
    "",
    "Claims",
    indent(claims === null ? "(not readable)" : formatMembers(claims, now)),
  ].join("\n");
}

function formatMembers(members: Readonly<Record<string, unknown>>, now: number): string {
  return formatFields(
    Object.entries(members).map(([name, value]) => {
      if (TIMES.has(name) && typeof value === "number") {
        return [name, formatTime(value * 1000, now)] as const;
      }
      return [name, typeof value === "string" ? value : JSON.stringify(value)] as const;
    }),
  );
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
