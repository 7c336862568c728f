// `latchkey roles delete <role>`: takes the role from everybody and removes it.

import { Command } from "commander";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { rolePath } from "./role-path.ts";

/** Creates the command. */
export function rolesDeleteCommand(context: CommandContext): Command {
  const command = new Command("delete")
    .summary("remove a role from everybody")
    .description("Removes a role from everybody; tokens that carry it are taken back.")
    .argument("<role>", "name of the role")
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        await client.send("DELETE", rolePath(name));
        printAnswer(context, flags, { json: { name }, text: () => `The role ${name} is gone.` });
      }),
    );
  return addAdminFlags(command);
}
