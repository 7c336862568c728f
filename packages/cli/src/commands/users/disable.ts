// `latchkey users disable <user>`: shuts a user out at once.

import { Command } from "commander";
import type { AdminUser } from "../../administration/answers.ts";
import { findUser, userPath } from "../../administration/find-user.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { formatUser } from "./print-user.ts";

/** Creates the command. */
export function usersDisableCommand(context: CommandContext): Command {
  const command = new Command("disable")
    .summary("shut a user out at once")
    .description("Disables a user: every session ends and every token is taken back.")
    .argument("<user>", "identifier, e-mail or user name")
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const { id } = await findUser(client, name);
        const json = (await client.send("PATCH", userPath(id), { disabled: true })) as AdminUser;
        printAnswer(context, flags, { json, text: () => formatUser(json) });
      }),
    );
  return addAdminFlags(command);
}
