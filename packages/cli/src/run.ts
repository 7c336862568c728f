// Runs one command line from beginning to exit code. Apart from main.ts so that nothing here
// touches the process but through its argument.

import { type Command, CommanderError } from "commander";
import type { CommandContext } from "./commands/context.ts";
import { EXIT_USAGE, Failure } from "./output/failure.ts";
import { createOutput } from "./output/output.ts";
import { reportFailure } from "./output/report-failure.ts";
import { createProgram } from "./program.ts";
import { protectIdentifiers } from "./protect-identifiers.ts";
import { readVersion } from "./version.ts";

/** Milliseconds that a finished command may linger. */
const LINGER = 1000;

/** Runs a command; `process` is where it reads from and writes to. */
export async function run(process: NodeJS.Process): Promise<void> {
  const output = createOutput(process);
  const context: CommandContext = {
    environment: process.env,
    directory: process.cwd(),
    // Not touched unless a command reads: opening standard input is work.
    get input() {
      return process.stdin;
    },
    prompts: process.stderr,
    output,
    process,
    version: readVersion(),
    exit: (code) => {
      process.exitCode = code;
    },
  };
  const args = protectIdentifiers(process.argv.slice(2));
  const program = await createProgram(context, args);
  prepare(program);
  const isJson = args.includes("--json");
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    const failure = error instanceof CommanderError ? usageFailure(error) : error;
    if (failure === undefined) return;
    process.exitCode = reportFailure(output, failure, isJson);
  } finally {
    // The command is done. A handle that somebody forgot must not keep the process.
    setTimeout(() => process.exit(), LINGER).unref();
  }
}

// Commander writes help and version itself; its refusals are thrown and reported like any other.
function prepare(command: Command): void {
  command.exitOverride();
  command.configureOutput({ outputError: () => undefined });
  command.helpOption("-h, --help", "show this help");
  if (command.commands.length > 0) {
    command.helpCommand(false);
    command.showHelpAfterError(false);
  }
  for (const child of command.commands) prepare(child);
}

function usageFailure(error: CommanderError): Failure | undefined {
  if (error.exitCode === 0) return undefined;
  // A group without one of its commands: the help on standard error was the answer.
  const isHelp = error.code === "commander.help";
  const message = isHelp ? "A command is missing." : sentence(error.message);
  return new Failure("config_invalid", message, {
    remedy: "Add --help to the command to see what it takes.",
    exitCode: EXIT_USAGE,
  });
}

// "error: unknown option '--prot'\n(Did you mean --port?)" -> "Unknown option '--prot' (Did ...)."
function sentence(message: string): string {
  const text = message.replace(/^error: /, "").replace(/\s+/g, " ");
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!)]$/.test(start) ? start : `${start}.`;
}
