// `latchkey audit`: the audit log, newest first, as a table or as JSON lines.

import type { AuditEventAnswer, Page } from "@latchkey/protocol";
import { Command } from "commander";
import type { AdminClient } from "../administration/admin-client.ts";
import { findUser } from "../administration/find-user.ts";
import { formatTable } from "../output/text-table.ts";
import { addAdminFlags, type AdminFlags, runAdmin } from "./admin-command.ts";
import type { CommandContext } from "./context.ts";

/** Flags that go to the server as they are. */
const FILTERS = ["actor", "kind", "outcome", "from", "to", "before", "limit"] as const;

/** Creates the command. */
export function auditCommand(context: CommandContext): Command {
  const command = new Command("audit")
    .summary("show the audit log")
    .description(
      "Shows what happened, the newest first: who did it, whom it concerns, from where, and what " +
        "came of it. With --json each event is one line.",
    )
    .option("--user <user>", "whom it concerns: identifier, e-mail or user name")
    .option("--actor <id>", "who did it: identifier, or `operator` for the command line")
    .option("--kind <kind>", "what happened, such as `login` or `user.role_given`")
    .option("--outcome <outcome>", "success or failure")
    .option("--from <time>", "since then, as 2026-01-31 or 2026-01-31T08:00:00Z")
    .option("--to <time>", "before then")
    .option("--limit <count>", "events on a page")
    .option("--before <cursor>", "the `next` of the page before")
    .option("--all", "every page, one after the other")
    .action((flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const query = await readQuery(client, flags);
        for (;;) {
          const page = (await client.send(
            "GET",
            `/auth/admin/audit?${query.toString()}`,
          )) as Page<AuditEventAnswer>;
          printPage(context, flags, page);
          if (flags["all"] !== true || page.next === null) return;
          query.set("before", page.next);
        }
      }),
    );
  return addAdminFlags(command);
}

async function readQuery(client: AdminClient, flags: AdminFlags): Promise<URLSearchParams> {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = flags[name];
    if (typeof value === "string") query.set(name, value);
  }
  const { user } = flags;
  if (typeof user === "string") query.set("user", await userId(client, user));
  return query;
}

// A deleted user is still in the log, and can only be named by the identifier.
async function userId(client: AdminClient, name: string): Promise<string> {
  if (/^[A-Za-z0-9_-]{22}$/.test(name)) return name;
  return (await findUser(client, name)).id;
}

function printPage(context: CommandContext, flags: AdminFlags, page: Page<AuditEventAnswer>): void {
  if (flags["json"] === true) {
    for (const event of page.items) context.output.json(event);
    return;
  }
  const headings = ["TIME", "KIND", "OUTCOME", "ACTOR", "USER", "ADDRESS", "DETAIL"];
  context.output.line(formatTable(headings, page.items.map(rowOf)));
  if (page.next !== null && flags["all"] !== true) {
    context.output.line(`\nMore: latchkey audit --before ${page.next}`);
  }
}

function rowOf(event: AuditEventAnswer): readonly string[] {
  const detail = Object.entries(event.detail)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
  return [
    event.at.replace(/\.\d+Z$/, "Z"),
    event.kind,
    event.outcome,
    event.actor_id ?? "",
    event.user_id ?? "",
    event.address ?? "",
    detail,
  ];
}
