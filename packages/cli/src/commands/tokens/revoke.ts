// `latchkey tokens revoke -`: takes one access token back. The token, or its jti, comes from
// standard input only: arguments are visible to other processes and kept by shells.

import { Command } from "commander";
import { isIdentifier } from "@latchkey/protocol";
import { readSecret } from "../../input/read-secret.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";
import { addInputArgument } from "./input-argument.ts";

/** Creates the command. */
export function tokensRevokeCommand(context: CommandContext): Command {
  const command = new Command("revoke")
    .summary("take one access token back")
    .description(
      "Takes one access token back; its session lives. The token or its jti is read from standard " +
        "input, or asked for on a terminal.",
    );
  addInputArgument(command).action((_source: string | undefined, flags: AdminFlags) =>
    runAdmin(context, { flags }, async (client) => {
      const given = (await readSecret({ ...context, question: "Token" })).trim();
      const json = (await client.send(
        "POST",
        "/auth/admin/tokens/revoke",
        isIdentifier(given) ? { jti: given } : { token: given },
      )) as { readonly jti: string };
      const text = (): string => `The token ${json.jti} is good no more.`;
      printAnswer(context, flags, { json, text });
    }),
  );
  return addAdminFlags(command);
}
