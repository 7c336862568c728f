// `latchkey clients rotate-secret`: a new secret; the old one is good no more.

import { Command } from "commander";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { type ClientWithSecret, clientPath } from "./client-answers.ts";
import { formatSecret } from "./create.ts";

/** Creates the command. */
export function clientsRotateSecretCommand(context: CommandContext): Command {
  const command = new Command("rotate-secret")
    .summary("give a client a new secret")
    .description("Gives a client a new secret and prints it once; the old one is good no more.")
    .argument("<id>", "identifier of the client")
    .action((id: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const json = (await client.send("POST", `${clientPath(id)}/secret`)) as ClientWithSecret;
        printAnswer(context, flags, { json, text: () => formatSecret(json) });
      }),
    );
  return addAdminFlags(command);
}
