// The tree of commands. Everything that a command does beyond its flags is loaded when it runs, and the
// other commands are not loaded for `latchkey serve`: it does not wait for what it does not need.

import { Command } from "commander";
import type { CommandContext } from "./commands/context.ts";
import { serveCommand } from "./commands/serve.ts";

/** Creates the program for a command line: with all commands, unless its first word is `serve`. */
export async function createProgram(
  context: CommandContext,
  args: readonly string[] = [],
): Promise<Command> {
  const program = new Command("latchkey")
    .description("JWT authentication that can be taken back.")
    .version(context.version, "--version", "print the version")
    .addHelpText(
      "after",
      "\nCommands go through a running server when one has the data directory open, else they open\n" +
        "the database themselves. Exit codes: 0 done, 1 failed, 2 the command line makes no sense.\n" +
        "With --json the answer, or the failure, is JSON on standard output.",
    );
  program.addCommand(serveCommand(context));
  if (args[0] === "serve") return program;
  const { addAdministrationCommands } = await import("./administration-commands.ts");
  addAdministrationCommands(program, context);
  return program;
}
