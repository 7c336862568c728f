// One identifier in 64 begins with a hyphen, and a command line takes that for an option. Such an
// argument is written as `id:-...` before the command line is read; find-user.ts reads both.

import { isIdentifier } from "@latchkey/protocol";

/** What marks an identifier on the command line. */
export const IDENTIFIER_PREFIX = "id:";

/** The identifier of an argument, marked or not. */
export function readIdentifier(argument: string): string {
  return argument.startsWith(IDENTIFIER_PREFIX)
    ? argument.slice(IDENTIFIER_PREFIX.length)
    : argument;
}

/** Marks the identifiers that look like options; everything else stays as it is. */
export function protectIdentifiers(args: readonly string[]): readonly string[] {
  return args.map((arg) =>
    arg.startsWith("-") && isIdentifier(arg) ? `${IDENTIFIER_PREFIX}${arg}` : arg,
  );
}
