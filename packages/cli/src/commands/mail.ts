// `latchkey mail`: the mails that a running server did not send because no mail server is set.

import { Command } from "commander";
import type { OutboxMail } from "../administration/answers.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "./admin-command.ts";
import type { CommandContext } from "./context.ts";

/** Creates the command. */
export function mailCommand(context: CommandContext): Command {
  const command = new Command("mail")
    .summary("read the mails that were not sent")
    .description(
      "Shows the mails of a running server that has no --smtp-url: they stay in its memory, the " +
        "newest first here, and hold links and codes that work.",
    )
    .option("--all", "every mail, and not only the newest")
    .action((flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const answer = (await client.send("GET", "/auth/admin/mail")) as {
          readonly items: readonly OutboxMail[];
        };
        const items = flags["all"] === true ? answer.items : answer.items.slice(0, 1);
        const text = (): string => items.map(formatMail).join("\n\n") || "No mail.";
        printAnswer(context, flags, { json: { items }, text });
      }),
    );
  return addAdminFlags(command);
}

// Addresses and texts are bounded and without control characters: the server made them.
function formatMail(mail: OutboxMail): string {
  return [`To: ${mail.to}`, `Date: ${mail.at}`, `Subject: ${mail.subject}`, "", mail.text].join(
    "\n",
  );
}
