// `latchkey keys rotate`: the next signing keys sign; tokens of the former ones stay good.

import { Command } from "commander";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** Creates the command. */
export function keysRotateCommand(context: CommandContext): Command {
  const command = new Command("rotate")
    .summary("let the next signing keys sign")
    .description(
      "Lets the published successors of the signing keys sign, as soon as every API knows them. " +
        "Nobody is signed out.",
    )
    .option("--now", "at once, also when a successor was published a moment ago")
    .action((flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const json = await client.send("POST", "/auth/admin/keys/rotate", {
          now: flags["now"] === true,
        });
        const text = (): string => "The next signing keys take over; see `latchkey keys list`.";
        printAnswer(context, flags, { json, text });
      }),
    );
  return addAdminFlags(command);
}
