// `latchkey clients delete`: a client that is gone for good.

import { Command } from "commander";
import { readIdentifier } from "../../protect-identifiers.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { clientPath } from "./client-answers.ts";

/** Creates the command. */
export function clientsDeleteCommand(context: CommandContext): Command {
  const command = new Command("delete")
    .summary("delete a client")
    .description("Deletes a client; its credentials are good no more.")
    .argument("<id>", "identifier of the client", readIdentifier)
    .action((id: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        await client.send("DELETE", clientPath(id));
        printAnswer(context, flags, { json: { id }, text: () => `The client ${id} is gone.` });
      }),
    );
  return addAdminFlags(command);
}
