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

/** What is wrong with a member of a request, to be said at its field; undefined when nothing is. */
export function problemAt(problem: ProblemError | null, path: string): string | undefined {
  const messages = (problem?.errors ?? []).filter((error) => isAt(error, path));
  return messages.length === 0 ? undefined : messages.map(({ message }) => message).join(" ");
}

/** What is left to say beside the fields that say their own; null when they say it all. */
export function problemBeside(
  problem: ProblemError | null,
  paths: readonly string[],
): ProblemError | null {
  if (problem === null || problem.errors.length === 0) return problem;
  const errors = problem.errors.filter((error) => !paths.some((path) => isAt(error, path)));
  if (errors.length === 0) return null;
  const { status, code, title, detail } = problem;
  return new ProblemError({ status, code, title, detail, errors });
}

// `permissions/3` and `permissions.3` are of the field `permissions`.
function isAt({ path }: InvalidMember, field: string): boolean {
  return path.split(/[./]/).find((part) => part !== "") === field;
}
