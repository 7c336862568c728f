// `latchkey users list`: one page of users, or all of them.

import { Command } from "commander";
import type { AdminUser, UserPage } from "../../administration/answers.ts";
import { formatTable } from "../../output/text-table.ts";
import { addAdminFlags, type AdminFlags, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** Creates the command. */
export function usersListCommand(context: CommandContext): Command {
  const command = new Command("list")
    .summary("list users")
    .description("Lists users, a page at a time; --all follows the pages to the end.")
    .option("--search <text>", "any part of the e-mail, the user name or the name")
    .option("--role <name>", "those who have a role")
    .option("--disabled", "those who are disabled")
    .option("--enabled", "those who are not")
    .option("--limit <count>", "users on a page")
    .option("--after <cursor>", "the `next` of the page before")
    .option("--all", "every page, one after the other")
    .action((flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        let after = flags["after"];
        do {
          const query = readFilters(flags);
          if (typeof after === "string") query.set("after", after);
          const page = (await client.send(
            "GET",
            `/auth/admin/users?${query.toString()}`,
          )) as UserPage;
          printPage(context, flags, page);
          after = page.next;
        } while (flags["all"] === true && after !== null);
      }),
    );
  return addAdminFlags(command);
}

function readFilters(flags: AdminFlags): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ["limit", "search", "role"]) {
    const value = flags[name];
    if (typeof value === "string") query.set(name, value);
  }
  if (flags["disabled"] === true) query.set("disabled", "true");
  else if (flags["enabled"] === true) query.set("disabled", "false");
  return query;
}

// With --json each page is one line: what is read so far can be used before the end is there.
function printPage(context: CommandContext, flags: AdminFlags, page: UserPage): void {
  if (flags["json"] === true) {
    context.output.json(page);
    return;
  }
  const headings = ["ID", "EMAIL", "USERNAME", "STATE", "ROLES"];
  context.output.line(formatTable(headings, page.items.map(rowOf)));
  if (page.next !== null && flags["all"] !== true) {
    context.output.line(`\nMore: latchkey users list --after ${page.next}`);
  }
}

function rowOf(user: AdminUser): readonly string[] {
  const state = user.disabled ? "disabled" : user.email_verified ? "enabled" : "unverified";
  return [user.id, user.email, user.username ?? "", state, user.roles.join(",")];
}
