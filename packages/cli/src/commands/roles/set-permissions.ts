// `latchkey roles set-permissions <role> [permissions...]`: exactly these permissions from now on.

import { Command } from "commander";
import type { AdminRole } from "../../administration/answers.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { formatRole, rolePath } from "./role-path.ts";

/** Creates the command. */
export function rolesSetPermissionsCommand(context: CommandContext): Command {
  const command = new Command("set-permissions")
    .summary("give a role exactly these permissions")
    .description(
      "Gives a role exactly these permissions (none: it grants nothing). Tokens that carry the role " +
        "are taken back and renewed by their clients.",
    )
    .argument("<role>", "name of the role")
    .argument("[permissions...]", "all of its permissions")
    .action((name: string, permissions: readonly string[], flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const json = (await client.send("PATCH", rolePath(name), { permissions })) as AdminRole;
        printAnswer(context, flags, { json, text: () => formatRole(json) });
      }),
    );
  return addAdminFlags(command);
}
