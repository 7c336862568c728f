// What a command says to the admin API, whichever way it goes: a request with JSON, and an answer
// that is JSON or a problem. A problem becomes a Failure with the same code.

import type { ErrorCode, InvalidMember } from "@latchkey/protocol";
import { Failure, isErrorCode } from "../output/failure.ts";

/** Bytes of an answer that a command reads. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Methods of the admin API. */
export type AdminMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A way to the admin API. */
export interface AdminClient {
  /**
   * Sends one request to a path under `/auth/admin`.
   *
   * @returns the JSON of the answer, or undefined when it has no body
   * @throws Failure with the problem's code
   */
  send(method: AdminMethod, path: string, body?: object): Promise<unknown>;
  close(): Promise<void>;
}

/** An answer before its JSON is read. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/** Reads an answer: its JSON, or a Failure. */
export function readAnswer(answer: RawAnswer): unknown {
  if (answer.status === 204 || (answer.status < 300 && answer.body === "")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(answer.body);
  } catch (cause) {
    throw new Failure("internal", `The server answered ${answer.status} without JSON.`, { cause });
  }
  if (answer.status < 300) return value;
  throw problemFailure(answer.status, value);
}

function problemFailure(status: number, value: unknown): Failure {
  const problem = (typeof value === "object" && value !== null ? value : {}) as {
    code?: unknown;
    title?: unknown;
    detail?: unknown;
    errors?: unknown;
  };
  const code: ErrorCode = isErrorCode(problem.code) ? problem.code : "internal";
  const title = typeof problem.title === "string" ? problem.title : `HTTP status ${status}`;
  const errors = Array.isArray(problem.errors) ? (problem.errors as InvalidMember[]) : [];
  return new Failure(code, `${title}.`, {
    errors,
    ...(typeof problem.detail === "string" ? { remedy: problem.detail } : {}),
  });
}
