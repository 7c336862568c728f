// The one place where failures become output: one line for people on standard error, or one JSON
// object on standard output where `--json` was asked for. Never a stack trace.

import { errorRegistry } from "@latchkey/protocol";
import { EXIT_FAILURE, Failure } from "./failure.ts";
import type { Output } from "./output.ts";

/** Prints a failure and returns the exit code. */
export function reportFailure(output: Output, error: unknown, isJson: boolean): number {
  const failure = error instanceof Failure ? error : unexpected(error);
  if (isJson) {
    output.json({
      event: "error",
      code: failure.code,
      title: errorRegistry[failure.code].title,
      message: failure.message,
      remedy: failure.remedy,
      ...(failure.errors.length === 0 ? {} : { errors: failure.errors }),
    });
  } else {
    output.error(formatFailure(failure));
  }
  return failure.exitCode;
}

/** One line: code, what is wrong, what to do. */
export function formatFailure(failure: Failure): string {
  const members = failure.errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  const what = members === "" ? failure.message : `${failure.message} (${members})`;
  return `latchkey: ${failure.code}: ${oneLine(what)} ${oneLine(failure.remedy)}`;
}

// Names of files and values end up in messages; a line break or an escape sequence in one must not
// forge a second line or drive the terminal.
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
}

function unexpected(error: unknown): Failure {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : "unknown error";
  return new Failure("internal", `The command failed: ${what}.`, {
    remedy: "This is a defect of Latchkey: please report it with the command that you ran.",
    exitCode: EXIT_FAILURE,
    cause: error,
  });
}
