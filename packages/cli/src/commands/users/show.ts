// `latchkey users show <user>`: one user.

import { Command } from "commander";
import { findUser } from "../../administration/find-user.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { formatUser } from "./print-user.ts";

/** Creates the command. */
export function usersShowCommand(context: CommandContext): Command {
  const command = new Command("show")
    .summary("show one user")
    .description("Shows one user.")
    .argument("<user>", "identifier, e-mail or user name")
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const user = await findUser(client, name);
        printAnswer(context, flags, { json: user, text: () => formatUser(user) });
      }),
    );
  return addAdminFlags(command);
}
