// `latchkey keys list`: the signing, feed and refresh keys, without their secrets.

import { Command } from "commander";
import { formatTable } from "../../output/text-table.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

interface ListedKey {
  readonly kid: string;
  readonly alg: string;
  readonly purpose: string;
  readonly state: string;
  readonly created_at: string;
}

interface KeyList {
  readonly items: readonly ListedKey[];
}

const PURPOSES = ["signing", "feed", "refresh"];
const STATES = ["current", "next", "retired", "expired", "revoked"];

/** Creates the command. */
export function keysListCommand(context: CommandContext): Command {
  const command = new Command("list")
    .summary("list the keys")
    .description("Lists the keys of this server: identifier, algorithm, purpose and state.")
    .action((flags: AdminFlags) =>
      runAdmin(context, { flags }, async (client) => {
        const json = (await client.send("GET", "/auth/admin/keys")) as KeyList;
        const text = (): string =>
          formatTable(
            ["PURPOSE", "STATE", "ALG", "CREATED", "KID"],
            sortKeys(json.items).map((key) => [
              key.purpose,
              key.state,
              key.alg,
              key.created_at,
              key.kid,
            ]),
          );
        printAnswer(context, flags, { json, text });
      }),
    );
  return addAdminFlags(command);
}

// What is in use comes first; keys of one moment have no order of their own.
function sortKeys(keys: readonly ListedKey[]): readonly ListedKey[] {
  const rank = (key: ListedKey): number =>
    PURPOSES.indexOf(key.purpose) * STATES.length + STATES.indexOf(key.state);
  return keys.toSorted((a, b) => rank(a) - rank(b));
}
