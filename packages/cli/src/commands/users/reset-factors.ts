// `latchkey users reset-factors <user>`: for somebody who lost every second factor.

import { Command } from "commander";
import { findUser, userPath } from "../../administration/find-user.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** Creates the command. */
export function usersResetFactorsCommand(context: CommandContext): Command {
  const command = new Command("reset-factors")
    .summary("remove a user's second factors, passkeys and recovery codes")
    .description(
      "Removes the authenticator app, the passkeys and the recovery codes of a user who lost them. " +
        "All sessions end, and the password is enough until factors are set up again: make sure " +
        "that it is the owner who asks. A password that is too short to stand alone is removed too; " +
        "the owner sets one by mail, and is told so.",
    )
    .argument("<user>", "identifier, e-mail or user name")
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const { id, email } = await findUser(client, name);
        await client.send("DELETE", `${userPath(id)}/factors`);
        printAnswer(context, flags, {
          json: { id },
          text: () => `${email} has no second factors any more; all sessions ended.`,
        });
      }),
    );
  return addAdminFlags(command);
}
