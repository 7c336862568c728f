// `latchkey users set-password <user>`: a new password from a prompt or standard input.

import { Command } from "commander";
import { findUser, userPath } from "../../administration/find-user.ts";
import { readSecret } from "../../input/read-secret.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** Creates the command. */
export function usersSetPasswordCommand(context: CommandContext): Command {
  const command = new Command("set-password")
    .summary("set a user's password and end every session")
    .description(
      "Sets a user's password, and ends every session. The password is asked for without showing " +
        "it, or read from the first line of standard input.",
    )
    .argument("<user>", "identifier, e-mail or user name")
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const { id, email } = await findUser(client, name);
        const password = await readSecret({ ...context, question: "New password", isNew: true });
        await client.send("PUT", `${userPath(id)}/password`, { password });
        printAnswer(context, flags, {
          json: { id, email },
          text: () => `The password of ${email} is set; every session of it has ended.`,
        });
      }),
    );
  return addAdminFlags(command);
}
