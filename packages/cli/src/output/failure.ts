// How a command fails: a code of the error registry, and what exactly is wrong. Thrown anywhere,
// printed in one place (report-failure.ts), never with a stack trace.

import { type ErrorCode, errorRegistry, type InvalidMember } from "@latchkey/protocol";

/** Exit code of a command that was understood and failed. */
export const EXIT_FAILURE = 1;

/** Exit code of a command line that makes no sense. */
export const EXIT_USAGE = 2;

// What the file system says when a path is not ours to create, read or write.
const REFUSALS: ReadonlySet<string> = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOTDIR",
  "EEXIST",
  "ENOSPC",
  "EDQUOT",
  "ELOOP",
  "ENAMETOOLONG",
]);

const DATABASE_REMEDY = "Start the database, or correct --database or DATABASE_URL.";

/** What a failure adds to its code. */
export interface FailureOptions {
  /** What to do about it. Default: the remedy of the registry. */
  readonly remedy?: string;
  readonly errors?: readonly InvalidMember[];
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/** Thrown to end a command. The message is for people and holds no secret. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly errors: readonly InvalidMember[];
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy ?? errorRegistry[code].remedy;
    this.errors = options.errors ?? [];
    this.exitCode = options.exitCode ?? EXIT_FAILURE;
  }
}

/** Tells whether a text is a code of the registry. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(errorRegistry, code);
}

/**
 * Makes a failure of an error that carries a code of the registry, or that is a refusal of the file
 * system; undefined for any other error. `subject` is the path or name it is about.
 */
export function failureOf(error: unknown, subject: string): Failure | undefined {
  if (error instanceof Failure) return error;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  // "PostgreSQL at db/latchkey: PostgreSQL: ..." says it twice.
  const isRemote = subject.startsWith("PostgreSQL at ");
  const message = isRemote ? error.message.replace(/^PostgreSQL: /, "") : error.message;
  const detail = message.includes(subject) ? message : `${subject}: ${message}`;
  if (isErrorCode(error.code)) {
    const cause = errorRegistry[error.code].cause.replace(/\.$/, "");
    // The registry's remedy is for whoever was answered 503, and names its Retry-After.
    const isAway = isRemote && error.code === "database_unavailable";
    return new Failure(error.code, `${cause} (${detail}).`, {
      cause: error,
      ...(isAway ? { remedy: DATABASE_REMEDY } : {}),
    });
  }
  if (!("path" in error) || typeof error.code !== "string" || !REFUSALS.has(error.code)) {
    return undefined;
  }
  return new Failure("data_directory_unwritable", `A file or directory is refused: ${detail}.`, {
    cause: error,
  });
}
