// A refusal of the server as an error: RFC 9457. The title says what is wrong, the detail how to
// go on; both are for people.

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

/** Reads the problem of an answer. Foreign data: whatever is missing gets words of its own. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const text = await response.text();
  const body = parseObject(text);
  const { code, title, detail, errors } = body;
  return new ProblemError({
    status: response.status,
    code: typeof code === "string" ? code : "unexpected_answer",
    title: typeof title === "string" ? title : "The server gave an answer that is not its own",
    detail:
      typeof detail === "string"
        ? detail
        : "Something between this page and the server answered. Try again in a moment.",
    // The server's own shape; members are only shown.
    ...(Array.isArray(errors) ? { errors: errors as InvalidMember[] } : {}),
  });
}

/** The error of a server that cannot be reached. */
export function unreachable(): ProblemError {
  return new ProblemError({
    status: 0,
    code: "unreachable",
    title: "The server cannot be reached",
    detail: "Check the network, then try again.",
  });
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // A proxy's page.
  }
  return {};
}
