// `latchkey roles require-mfa <role>`: whoever has the role signs in with a second factor.

import { Command } from "commander";
import type { AdminRole } from "../../administration/answers.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { formatRole, rolePath } from "./role-path.ts";

/** Creates the command. */
export function rolesRequireMfaCommand(context: CommandContext): Command {
  const command = new Command("require-mfa")
    .summary("demand a second factor of whoever has a role")
    .description(
      "Demands a second factor of whoever has the role: who has none sets one up at the next " +
        "sign-in, and sessions without one get no more tokens. --off takes the demand back.",
    )
    .argument("<role>", "name of the role")
    .option("--off", "demand it no more")
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const json = (await client.send("PATCH", rolePath(name), {
          requires_mfa: flags["off"] !== true,
        })) as AdminRole;
        printAnswer(context, flags, { json, text: () => formatRole(json) });
      }),
    );
  return addAdminFlags(command);
}
