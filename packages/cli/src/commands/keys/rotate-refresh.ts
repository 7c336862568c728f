// `latchkey keys rotate-refresh`: makes a new refresh key current. Nobody is signed out.

import { Command } from "commander";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** Creates the command. */
export function keysRotateRefreshCommand(context: CommandContext): Command {
  const command = new Command("rotate-refresh")
    .summary("make a new refresh key current")
    .description(
      "Makes a new refresh key current. Nobody is signed out: sessions pass to it as they renew, " +
        "and the old key is deleted when every session is gone that began before.",
    )
    .action((flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const json = (await client.send("POST", "/auth/admin/keys/refresh")) as { kid: string };
        printAnswer(context, flags, { json, text: () => `The refresh key is now ${json.kid}.` });
      }),
    );
  return addAdminFlags(command);
}
