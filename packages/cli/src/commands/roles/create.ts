// `latchkey roles create <role>`: a new role.

import { Command } from "commander";
import type { AdminRole } from "../../administration/answers.ts";
import { appendValue } from "../../options/setting-flags.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { formatRole } from "./role-path.ts";

/** Creates the command. */
export function rolesCreateCommand(context: CommandContext): Command {
  const command = new Command("create")
    .summary("create a role")
    .description("Creates a role. Permissions are names that your APIs ask for.")
    .argument("<role>", "name: a-z first, then a-z, 0-9 and : . _ -")
    .option("--description <text>", "what the role is for")
    .option("--permission <permission>", "permission to give, repeatable", appendValue)
    .option("--requires-mfa", "whoever has the role signs in with a second factor")
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags, mayCreate: true }, async (client) => {
        const { description, permission } = flags;
        const json = (await client.send("POST", "/auth/admin/roles", {
          name,
          ...(description === undefined ? {} : { description }),
          permissions: permission ?? [],
          ...(flags["requiresMfa"] === true ? { requires_mfa: true } : {}),
        })) as AdminRole;
        printAnswer(context, flags, { json, text: () => formatRole(json) });
      }),
    );
  return addAdminFlags(command);
}
