// `latchkey tokens inspect`: what is in a token and whether this server would take it. The token
// comes from standard input only: arguments are visible to other processes and kept by shells.

import { Command } from "commander";
import { readSecret } from "../../input/read-secret.ts";
import { EXIT_FAILURE } from "../../output/failure.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { formatInspection, type Inspection } from "./format-inspection.ts";

/** Creates the command. */
export function tokensInspectCommand(context: CommandContext): Command {
  const command = new Command("inspect")
    .summary("show what is in a token and whether it is valid")
    .description(
      "Shows a token's header and claims, with times in words, and whether it is valid here or " +
        "exactly why not; the exit code is 1 when it is not. The token is read from standard " +
        "input, or asked for on a terminal.",
    )
    .action((flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const token = (await readSecret({ ...context, question: "Token" })).trim();
        const json = await client.send("POST", "/auth/admin/tokens/inspect", { token });
        const text = (): string => formatInspection(json as Inspection, Date.now());
        printAnswer(context, flags, { json, text });
        // A script asks by the exit code.
        if (!(json as Inspection).verified) context.exit(EXIT_FAILURE);
      }),
    );
  return addAdminFlags(command).addHelpText(
    "after",
    "\nExample:\n  $ printf '%s' \"$TOKEN\" | latchkey tokens inspect",
  );
}
