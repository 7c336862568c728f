// The one place where errors become responses: problem+json by RFC 9457. Whatever is not a known
// refusal answers 500 with nothing but its code; the log has the rest under the request id.

import type { JsonObject } from "@latchkey/jose";
import {
  createProblem,
  type ErrorCode,
  errorRegistry,
  formatChallenge,
  type InvalidMember,
  PROBLEM_MEDIA_TYPE,
} from "@latchkey/protocol";
import { HTTPException } from "hono/http-exception";
import { DatabaseError } from "../storage/database.ts";
import { UnstorableText } from "../storage/unstorable-text.ts";
import { Refusal } from "./refusal.ts";

/** Seconds named in Retry-After when the refusal itself names none. */
export const DEFAULT_RETRY_AFTER = 1;

/** The public side of an error. */
interface PublicError {
  readonly code: ErrorCode;
  readonly detail?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly InvalidMember[] | undefined;
  readonly members?: JsonObject | undefined;
}

/** Renders an error as a problem response; never more than its code allows. */
export function problemResponse(error: unknown): Response {
  const { code, detail, errors, members, headers: own } = publicError(error);
  const problem = createProblem(code, {
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  });
  const headers = new Headers({ "Content-Type": PROBLEM_MEDIA_TYPE, "Cache-Control": "no-store" });
  // RFC 9110 section 15.5.2: a 401 MUST carry a challenge.
  if (problem.status === 401) headers.set("WWW-Authenticate", formatChallenge({}));
  if (problem.status === 429 || problem.status === 503) {
    headers.set("Retry-After", String(DEFAULT_RETRY_AFTER));
  }
  for (const [name, value] of Object.entries(own ?? {})) headers.set(name, value);
  return new Response(JSON.stringify({ ...members, ...problem }), {
    status: problem.status,
    headers,
  });
}

/**
 * Renders an error in the shape of OAuth: `error` and `error_description`.
 *
 * @see RFC 6749 section 5.2, RFC 7009 section 2.2.1
 */
export function oauthErrorResponse(error: unknown): Response {
  const { code } = publicError(error);
  const { status, headers } = problemResponse(error);
  const { title, cause } = errorRegistry[code];
  headers.set("Content-Type", "application/json");
  const name = OAUTH_ERRORS.has(code) ? code : oauthErrorOf(status);
  return new Response(JSON.stringify({ error: name, error_description: `${title}: ${cause}` }), {
    status,
    headers,
  });
}

// Codes of ours that are also the specification's.
const OAUTH_ERRORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "invalid_client",
  "invalid_request",
  "unauthorized_client",
  "unsupported_token_type",
]);

function oauthErrorOf(status: number): string {
  if (status === 503 || status === 429) return "temporarily_unavailable";
  return status >= 500 ? "server_error" : "invalid_request";
}

/** Tells whether an error is the server's fault, and so belongs into the log as one. */
export function isServerFault(error: unknown): boolean {
  return createProblem(publicError(error).code).status >= 500;
}

/** The code that an error is answered with. */
export function errorCodeOf(error: unknown): ErrorCode {
  return publicError(error).code;
}

function publicError(error: unknown): PublicError {
  if (error instanceof Refusal) {
    // Codes of start-up and commands have no status: as an answer they are our mistake.
    return createProblem(error.code).status === 0 ? { code: "internal" } : error;
  }
  if (error instanceof DatabaseError) {
    return { code: error.code === "overloaded" ? "overloaded" : "database_unavailable" };
  }
  if (error instanceof UnstorableText) return { code: "invalid_request" };
  // A write that lost a race which its feature did not name: nothing was written, so it can be
  // tried again.
  if (error instanceof Error && error.name === "WriteConflict") {
    return { code: "database_unavailable" };
  }
  if (error instanceof HTTPException) {
    if (error.status === 415) return { code: "unsupported_media_type" };
    if (error.status === 400) return { code: "invalid_request" };
  }
  return { code: "internal" };
}
