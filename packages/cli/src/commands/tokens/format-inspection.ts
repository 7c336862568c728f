// How `latchkey tokens inspect` prints a token: header, claims, and NumericDate members in words
// (RFC 7519 section 2).

import type { RefusalReason } from "@latchkey/protocol";
import { formatFields } from "../../output/text-table.ts";
import { formatTime } from "../../output/time-words.ts";

/** What the server says about a token. */
export interface Inspection {
  readonly header: Readonly<Record<string, unknown>> | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly verified: boolean;
  /** Why it is not valid; null when it is. */
  readonly reason: string | null;
}

const EXPLANATIONS: Readonly<Record<RefusalReason, string>> = {
  expired: "its time is over; see exp.",
  retired: "it was taken back: signed out, disabled, or changed in roles or password.",
  malformed: "it is not a whole access token; look for characters that are missing or too many.",
  not_yet_valid: "its time has not come; see nbf and iat, and compare the clocks.",
  wrong_audience: "it is for another audience; see aud.",
  wrong_issuer: "another server issued it, or this one under another --issuer; see iss.",
  wrong_type: "it is a token of another kind; an access token has typ at+jwt.",
  unknown_key: "this server has no key with its kid and alg.",
  bad_signature: "the signature does not fit: it was changed, or signed with another key.",
};

const TIMES: ReadonlySet<string> = new Set(["exp", "iat", "nbf", "auth_time"]);

/** Formats an inspection; `now` in milliseconds. */
export function formatInspection(inspection: Inspection, now: number): string {
  const { header, claims, verified, reason } = inspection;
  return [
    verified
      ? "Valid: this server takes the token."
      : `NOT VALID (${reason ?? "unknown"}): ${explain(reason)}`,
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

function explain(reason: string | null): string {
  const isKnown = reason !== null && Object.hasOwn(EXPLANATIONS, reason);
  return isKnown ? EXPLANATIONS[reason as RefusalReason] : "the server gives no reason.";
}
