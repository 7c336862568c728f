// `latchkey errors [code]`: explains the codes of the registry. Needs neither server nor data.

import { type ErrorEntry, errorRegistry } from "@latchkey/protocol";
import { Command } from "commander";
import { EXIT_USAGE, Failure, isErrorCode } from "../output/failure.ts";
import { formatFields, formatTable } from "../output/text-table.ts";
import type { CommandContext } from "./context.ts";

/** Creates the command. */
export function errorsCommand(context: CommandContext): Command {
  return new Command("errors")
    .summary("explain an error code")
    .description("Lists every error code, or explains one: what causes it and what to do.")
    .argument("[code]", "an error code, such as port_in_use")
    .option("--json", "the answer as JSON on standard output")
    .action((code: string | undefined, flags: { json?: boolean }) => {
      const json = flags.json === true;
      if (code === undefined) {
        const rows = Object.entries(errorRegistry) as [string, ErrorEntry][];
        if (json) context.output.json(errorRegistry);
        else {
          const table = rows.map(([name, entry]) => [name, statusOf(entry), entry.title]);
          context.output.line(formatTable(["CODE", "STATUS", "TITLE"], table));
        }
        return;
      }
      if (!isErrorCode(code)) {
        throw new Failure("invalid_request", `There is no error code ${code}.`, {
          remedy: "`latchkey errors` lists them all.",
          exitCode: EXIT_USAGE,
        });
      }
      const entry: ErrorEntry = errorRegistry[code];
      if (json) context.output.json({ code, ...entry });
      else {
        context.output.line(
          formatFields([
            ["code", code],
            ["title", entry.title],
            ["status", statusOf(entry)],
            ["cause", entry.cause],
            ["remedy", entry.remedy],
            ...(entry.spec === undefined ? [] : [["see", entry.spec] as const]),
          ]),
        );
      }
    });
}

function statusOf(entry: ErrorEntry): string {
  return entry.status === 0 ? "command" : String(entry.status);
}
