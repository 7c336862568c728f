// `latchkey clients list`: every client, without its secret.

import { Command } from "commander";
import { formatTable } from "../../output/text-table.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import type { ClientPage, ListedClient } from "./client-answers.ts";

/** Creates the command. */
export function clientsListCommand(context: CommandContext): Command {
  const command = new Command("list")
    .summary("list every client")
    .description("Lists every client: identifier, kind, name, audiences and whether it may act.")
    .action((flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const items: ListedClient[] = [];
        let next: string | null = "";
        while (next !== null) {
          const query: string =
            next === "" ? "" : `?${new URLSearchParams({ after: next }).toString()}`;
          const page = (await client.send("GET", `/auth/admin/clients${query}`)) as ClientPage;
          items.push(...page.items);
          next = page.next;
        }
        const rows = (): string[][] =>
          items.map((one) => [
            one.id,
            one.kind,
            one.suspended ? "suspended" : "active",
            one.name,
            one.audience.join(","),
          ]);
        printAnswer(context, flags, {
          json: { items, next: null },
          text: () => formatTable(["ID", "KIND", "STATE", "NAME", "AUDIENCE"], rows()),
        });
      }),
    );
  return addAdminFlags(command);
}
