// The argument of commands whose token comes from standard input: `-`, which says so, or nothing.

import { type Command, InvalidArgumentError } from "commander";

/** Adds the argument. A token in its place is refused: shells keep arguments. */
export function addInputArgument(command: Command): Command {
  return command.argument("[-]", "standard input", (value: string) => {
    if (value !== "-") {
      throw new InvalidArgumentError("The token comes from standard input: put - here.");
    }
    return value;
  });
}
