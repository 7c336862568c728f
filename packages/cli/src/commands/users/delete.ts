// `latchkey users delete <user>`: deletes an account for good.

import { Command } from "commander";
import { findUser, userPath } from "../../administration/find-user.ts";
import { Failure } from "../../output/failure.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** Creates the command. */
export function usersDeleteCommand(context: CommandContext): Command {
  const command = new Command("delete")
    .summary("delete a user for good")
    .description(
      "Deletes a user at once and for good: the account, its sessions and its factors. Tokens are " +
        "taken back; of the audit log only identifiers stay. To shut somebody out for now, disable.",
    )
    .argument("<user>", "identifier, e-mail or user name")
    .option("--yes", "do it; there is no way back")
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const { id, email } = await findUser(client, name);
        if (flags["yes"] !== true) {
          throw new Failure("invalid_request", `${email} would be deleted for good.`, {
            remedy: "Add --yes to do it.",
          });
        }
        await client.send("DELETE", userPath(id));
        printAnswer(context, flags, {
          json: { id, email },
          text: () => `${email} is deleted.`,
        });
      }),
    );
  return addAdminFlags(command);
}
