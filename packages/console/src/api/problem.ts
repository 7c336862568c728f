// A refusal of the server as an error: RFC 9457. The title says what is wrong, the detail how to
// go on; both are for people.

import { LatchkeyClientError } from "@latchkey/client";

/** One member of a request that is wrong. */
export interface InvalidMember {
  readonly path: string;
  readonly message: string;
}

/** Thrown when the server refuses, or cannot be reached (status 0). */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly InvalidMember[];

  constructor(problem: {
    readonly status: number;
    readonly code: string;
    readonly title: string;
    readonly detail: string;
    readonly errors?: readonly InvalidMember[];
  }) {
    super(`${problem.code}: ${problem.title}`);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
  }
}

/** Makes the problem of whatever a call threw; what is missing gets words of its own. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (!(error instanceof LatchkeyClientError) || error.status === undefined) {
    return new ProblemError({
      status: 0,
      code: "unreachable",
      title: "The server cannot be reached",
      detail: "Check the network, then try again.",
    });
  }
  const { title, detail } = error.problem;
  return new ProblemError({
    status: error.status,
    code: error.code,
    title: typeof title === "string" ? title : "The server gave an answer that is not its own",
    detail:
      typeof detail === "string"
        ? detail
        : "Something between this page and the server answered. Try again in a moment.",
    errors: error.errors,
  });
}
