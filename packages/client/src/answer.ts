// Reads answers of the server: JSON, or a problem document (RFC 9457) that becomes an error. Foreign
// data enters the client only here.

import type { ErrorCode, InvalidMember } from "@latchkey/protocol";
import { LatchkeyClientError } from "./error.ts";

/** Seconds that a Retry-After of the server is believed, at most. */
export const MAX_RETRY_AFTER = 300;

/** Reads the JSON object of an answer; an empty one when there is none. */
export async function readJson(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await response.text();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // A proxy's page, or nothing.
  }
  return {};
}

/** Makes the error of a refusal from its problem document. */
export function refusalError(
  response: Response,
  problem: Readonly<Record<string, unknown>>,
): LatchkeyClientError {
  const { status } = response;
  const { code, title, detail, errors } = problem;
  const seconds = Number(response.headers.get("Retry-After"));
  const details = {
    status,
    problem,
    errors: Array.isArray(errors) ? (errors as InvalidMember[]) : [],
    retryAfter: seconds > 0 ? Math.min(seconds, MAX_RETRY_AFTER) : undefined,
  };
  if (typeof code === "string") {
    // A newer server may have codes that this version does not list.
    const message = [title, detail].filter((text) => typeof text === "string").join(". ");
    return new LatchkeyClientError(code as ErrorCode, message, details);
  }
  return status >= 500 || status === 429
    ? new LatchkeyClientError("unreachable", `The server answered ${status}`, details)
    : unexpectedAnswer(details);
}

/** The error of an answer that no Latchkey server gives. */
export function unexpectedAnswer({ status }: { readonly status: number }): LatchkeyClientError {
  return new LatchkeyClientError(
    "unexpected_answer",
    `${status} is no answer of a Latchkey server: check the url`,
    { status },
  );
}
