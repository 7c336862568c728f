// `latchkey clients suspend` and `resume`: a client that may not act, and may again.

import { Command } from "commander";
import { readIdentifier } from "../../protect-identifiers.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { clientPath } from "./client-answers.ts";

/** Creates the command that suspends. */
export function clientsSuspendCommand(context: CommandContext): Command {
  return createCommand(context, "suspend", "keep a client from acting", true);
}

/** Creates the command that lets a client act again. */
export function clientsResumeCommand(context: CommandContext): Command {
  return createCommand(context, "resume", "let a suspended client act again", false);
}

function createCommand(
  context: CommandContext,
  name: string,
  summary: string,
  suspended: boolean,
): Command {
  const command = new Command(name)
    .summary(summary)
    .description(`${summary[0]?.toUpperCase() ?? ""}${summary.slice(1)}.`)
    .argument("<id>", "identifier of the client", readIdentifier)
    .action((id: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const json = await client.send("PATCH", clientPath(id), { suspended });
        const text = (): string => `The client ${id} ${suspended ? "is suspended" : "acts again"}.`;
        printAnswer(context, flags, { json, text });
      }),
    );
  return addAdminFlags(command);
}
