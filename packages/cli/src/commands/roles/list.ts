// `latchkey roles list`: every role with its permissions.

import { Command } from "commander";
import type { AdminRole, RolePage } from "../../administration/answers.ts";
import { formatTable } from "../../output/text-table.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** Creates the command. */
export function rolesListCommand(context: CommandContext): Command {
  const command = new Command("list")
    .summary("list every role")
    .description("Lists every role with its permissions.")
    .action((flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const items: AdminRole[] = [];
        let next: string | null = "";
        while (next !== null) {
          const query: string =
            next === "" ? "" : `?${new URLSearchParams({ after: next }).toString()}`;
          const page = (await client.send("GET", `/auth/admin/roles${query}`)) as RolePage;
          items.push(...page.items);
          next = page.next;
        }
        const rows = (): string[][] =>
          items.map((role) => [role.name, role.permissions.join(","), role.description ?? ""]);
        printAnswer(context, flags, {
          json: { items, next: null },
          text: () => formatTable(["ROLE", "PERMISSIONS", "DESCRIPTION"], rows()),
        });
      }),
    );
  return addAdminFlags(command);
}
