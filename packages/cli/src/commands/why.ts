// `latchkey why -`: why is this token refused, why was this user signed out? From the ledger and
// the audit log, in words. The token comes from standard input only.

import { Command } from "commander";
import { readSecret } from "../input/read-secret.ts";
import { formatTable } from "../output/text-table.ts";
import { addAdminFlags, type AdminFlags, printAnswer, runAdmin } from "./admin-command.ts";
import type { CommandContext } from "./context.ts";
import { addInputArgument } from "./tokens/input-argument.ts";

interface Explanation {
  readonly type: string;
  readonly accepted: boolean;
  readonly reason: string | null;
  readonly because: readonly string[];
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly events: readonly {
    readonly at: string;
    readonly kind: string;
    readonly actor_id: string | null;
  }[];
}

/** Creates the command. */
export function whyCommand(context: CommandContext): Command {
  const command = new Command("why")
    .summary("tell why a token is refused, or its user was signed out")
    .description(
      "Tells why an access or refresh token is refused, from the ledger and the audit log. The " +
        "token is read from standard input, or asked for on a terminal.",
    );
  addInputArgument(command).action((_source: string | undefined, flags: AdminFlags) =>
    runAdmin(context, { flags }, async (client) => {
      const token = (await readSecret({ ...context, question: "Token" })).trim();
      const json = (await client.send("POST", "/auth/admin/tokens/why", { token })) as Explanation;
      printAnswer(context, flags, { json, text: () => formatExplanation(json) });
    }),
  );
  return addAdminFlags(command);
}

function formatExplanation(why: Explanation): string {
  const kind = why.type === "unknown" ? "token" : why.type.replace("_", " ");
  const head = why.accepted ? `This ${kind} is accepted:` : `This ${kind} is refused:`;
  const lines = [head, ...why.because.map((cause) => `  - ${cause}`)];
  if (why.user_id !== null) lines.push(`user ${why.user_id}, session ${why.session_id ?? "-"}`);
  if (why.events.length > 0) {
    const rows = why.events.map((event) => [event.at, event.kind, event.actor_id ?? ""]);
    lines.push("", formatTable(["WHEN", "WHAT", "BY"], rows));
  }
  return lines.join("\n");
}
