// `latchkey keys revoke`: takes a key back with every token that it signed, or all signing keys.

import { Command } from "commander";
import { EXIT_USAGE, Failure } from "../../output/failure.ts";
import { readIdentifier } from "../../protect-identifiers.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** Creates the command. */
export function keysRevokeCommand(context: CommandContext): Command {
  const command = new Command("revoke")
    .summary("take a key back, with every token that it signed")
    .description(
      "Takes a key back at once: it leaves the published keys, every API refuses the tokens that " +
        "it signed, and its successor signs. Sessions live: clients renew without asking anybody.",
    )
    .argument("[kid]", "identifier of the key", readIdentifier)
    .option("--all", "every signing key: each access token of this issuer is good no more")
    .action((kid: string | undefined, flags: AdminFlags) => {
      const isAll = flags["all"] === true;
      if (isAll === (kid !== undefined)) {
        throw new Failure("invalid_request", "Name one key, or say --all.", {
          remedy: "`latchkey keys list` shows the keys.",
          exitCode: EXIT_USAGE,
        });
      }
      return runAdmin(context, { flags }, async (client) => {
        const json = (await client.send(
          "POST",
          "/auth/admin/keys/revoke",
          isAll ? { all: true } : { kid },
        )) as { readonly revoked: readonly string[] };
        const text = (): string => `Taken back: ${json.revoked.join(", ")}`;
        printAnswer(context, flags, { json, text });
      });
    });
  return addAdminFlags(command);
}
