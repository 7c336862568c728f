// `latchkey clients create`: a guard or service with credentials of its own. The secret is printed
// once and kept nowhere but as a hash.

import { Command, Option } from "commander";
import { appendValue } from "../../options/setting-flags.ts";
import { formatFields } from "../../output/text-table.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import type { ClientWithSecret } from "./client-answers.ts";

/** Creates the command. */
export function clientsCreateCommand(context: CommandContext): Command {
  const command = new Command("create")
    .summary("create a client")
    .description(
      "Creates a client and prints its secret once. A guard reads a closed feed and asks about " +
        "tokens; a service may take them back too.",
    )
    .argument("<name>", "what people call it")
    .addOption(
      new Option("--kind <kind>", "what it is").choices(["guard", "service"]).makeOptionMandatory(),
    )
    .option(
      "--for <audience>",
      "audience of the tokens it may ask about, repeatable (default: the server's own)",
      appendValue,
    )
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags, mayCreate: true }, async (client) => {
        const json = (await client.send("POST", "/auth/admin/clients", {
          name,
          kind: flags["kind"],
          audience: flags["for"] ?? [],
        })) as ClientWithSecret;
        printAnswer(context, flags, { json, text: () => formatSecret(json) });
      }),
    );
  return addAdminFlags(command);
}

/** The credentials of a client, as they are shown once. */
export function formatSecret(client: ClientWithSecret): string {
  const fields = formatFields([
    ["name", client.name],
    ["kind", client.kind],
    ["id", client.id],
    ["secret", client.secret],
  ]);
  return `${fields}\nThe secret is not shown again.`;
}
