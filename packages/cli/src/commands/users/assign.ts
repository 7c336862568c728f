// `latchkey users assign <user> <role>`: gives a role.

import { Command } from "commander";
import type { AdminUser } from "../../administration/answers.ts";
import { findUser, userPath } from "../../administration/find-user.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { formatUser } from "./print-user.ts";

/** Creates the command. */
export function usersAssignCommand(context: CommandContext): Command {
  const command = new Command("assign")
    .summary("give a user a role")
    .description(
      "Gives a user a role; tokens without it are taken back and renewed by their clients.",
    )
    .argument("<user>", "identifier, e-mail or user name")
    .argument("<role>", "name of the role")
    .action((name: string, role: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const { id } = await findUser(client, name);
        await client.send("PUT", `${userPath(id)}/roles/${encodeURIComponent(role)}`);
        const json = (await client.send("GET", userPath(id))) as AdminUser;
        printAnswer(context, flags, { json, text: () => formatUser(json) });
      }),
    );
  return addAdminFlags(command);
}
