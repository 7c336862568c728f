// `latchkey users enable <user>`: lets a disabled user in again.

import { Command } from "commander";
import type { AdminUser } from "../../administration/answers.ts";
import { findUser, userPath } from "../../administration/find-user.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { formatUser } from "./print-user.ts";

/** Creates the command. */
export function usersEnableCommand(context: CommandContext): Command {
  const command = new Command("enable")
    .summary("let a disabled user in again")
    .description("Enables a user who was disabled; signing in works again.")
    .argument("<user>", "identifier, e-mail or user name")
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const { id } = await findUser(client, name);
        const json = (await client.send("PATCH", userPath(id), { disabled: false })) as AdminUser;
        printAnswer(context, flags, { json, text: () => formatUser(json) });
      }),
    );
  return addAdminFlags(command);
}
