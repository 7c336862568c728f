// `latchkey keys rotate-kek`: a new key-encryption key, and every key sealed under it.

import { Command } from "commander";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** Creates the command. */
export function keysRotateKekCommand(context: CommandContext): Command {
  const command = new Command("rotate-kek")
    .summary("seal all keys under a new key-encryption key")
    .description(
      "Makes a new key-encryption key in the directory of --kek-dir and seals every key under it. " +
        "The old file stays: backups made before open only with it.",
    )
    .action((flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const json = (await client.send("POST", "/auth/admin/keys/rotate-kek")) as {
          readonly kek_id: string;
          readonly resealed: number;
        };
        const text = (): string =>
          `${json.resealed} keys are sealed under ${json.kek_id}. Keep the older files for backups ` +
          "made before, and keep a copy of the new one.";
        printAnswer(context, flags, { json, text });
      }),
    );
  return addAdminFlags(command);
}
