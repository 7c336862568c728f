// `latchkey serve`: the flags. What it does is serving/serve.ts, loaded when it is run.

import { Command } from "commander";
import { addSettingFlags } from "../options/setting-flags.ts";
import { settingNames } from "../options/settings.ts";
import type { CommandContext } from "./context.ts";

/** Creates the command. */
export function serveCommand(context: CommandContext): Command {
  const command = new Command("serve")
    .summary("run the authentication server")
    .description(
      "Runs the authentication server on the embedded database, or as one of many nodes on " +
        "PostgreSQL (--database postgres://...). Each flag is also an environment " +
        "variable (--kek-dir is LATCHKEY_KEK_DIR) and a key of latchkey.config.ts (kekDir). A flag " +
        "beats the environment, which beats the file.",
    )
    .option("--json", "events as JSON lines on standard output, the first one is `ready`")
    .action(async (flags: Record<string, unknown>) => {
      const { serve } = await import("../serving/serve.ts");
      await serve(context, flags);
    });
  addSettingFlags(command, settingNames);
  return command.addHelpText(
    "after",
    `
The log goes to standard error as JSON lines; on a terminal as short lines, without the requests that
went well (--log-level debug shows them). Standard output has what is for whoever started the
server: where it listens and, while there is no administrator, a link that works once to set up the
first one (with --json the member setup_link of the ready event). Keep it out of shared logs.

SIGTERM and SIGINT let requests under way finish (10 seconds at most); a second one exits at once.

Examples:
  $ latchkey serve
  $ latchkey serve --port 0 --json
  $ latchkey serve --host 0.0.0.0 --port 443 --issuer https://id.example.com \\
      --tls-cert chain.pem --tls-key key.pem --audience https://api.example.com`,
  );
}
