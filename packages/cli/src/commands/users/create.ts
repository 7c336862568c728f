// `latchkey users create <email>`: makes an account; the password comes from a prompt or standard
// input.

import { Command } from "commander";
import type { AdminUser } from "../../administration/answers.ts";
import { readSecret } from "../../input/read-secret.ts";
import { appendValue } from "../../options/setting-flags.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { formatUser } from "./print-user.ts";

/** Creates the command. */
export function usersCreateCommand(context: CommandContext): Command {
  const command = new Command("create")
    .summary("create a user")
    .description(
      "Creates a user. The password is asked for without showing it, or read from the first line " +
        "of standard input; it is never an argument, since those are visible to other processes.",
    )
    .argument("<email>", "e-mail address, the name to log in with")
    .option("--username <name>", "second name to log in with")
    .option("--name <name>", "name to show")
    .option("--role <role>", "role to give, repeatable; `administrator` administers", appendValue)
    .option("--unverified", "the e-mail still has to be proved by its owner")
    .action((email: string, flags: AdminFlags) =>
      runAdmin(context, { flags, mayCreate: true }, async (client) => {
        const password = await readSecret({ ...context, question: "Password", isNew: true });
        const { username, name, role, unverified } = flags;
        const json = (await client.send("POST", "/auth/admin/users", {
          email,
          password,
          email_verified: unverified !== true,
          ...(username === undefined ? {} : { username }),
          ...(name === undefined ? {} : { name }),
          ...(role === undefined ? {} : { roles: role }),
        })) as AdminUser;
        printAnswer(context, flags, { json, text: () => formatUser(json) });
      }),
    );
  return addAdminFlags(command);
}
