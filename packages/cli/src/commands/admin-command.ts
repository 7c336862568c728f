// The frame of a command that speaks to the admin API: its flags, the way there, and the end. A
// command adds only what it asks and how it prints the answer.

import type { Command } from "commander";
import type { AdminClient } from "../administration/admin-client.ts";
import { loadSettings } from "../options/load-settings.ts";
import { addSettingFlags } from "../options/setting-flags.ts";
import type { CommandContext } from "./context.ts";

/** Flags that every such command has. */
export type AdminFlags = Readonly<Record<string, unknown>>;

/** Adds the flags that say which data directory is meant, and `--json`. */
export function addAdminFlags(command: Command): Command {
  addSettingFlags(command, [
    "data",
    "database",
    "databaseSchema",
    "kekDir",
    "issuer",
    "passwordPepper",
  ]);
  return command.option("--json", "the answer as JSON on standard output");
}

/** Opens the way to the admin API, runs the command, and closes it whatever happens. */
export async function runAdmin(
  context: CommandContext,
  options: {
    readonly flags: AdminFlags;
    /** Whether the command may create a database where there is none. */
    readonly mayCreate?: boolean;
  },
  action: (client: AdminClient) => Promise<void>,
): Promise<void> {
  const { settings } = await loadSettings(context, options.flags);
  const { openAdmin } = await import("../administration/open-admin.ts");
  const client = await openAdmin({ settings, mayCreate: options.mayCreate ?? false });
  try {
    await action(client);
  } finally {
    await client.close();
  }
}

/** Prints an answer: as JSON with `--json`, else as text. */
export function printAnswer(
  context: CommandContext,
  flags: AdminFlags,
  answer: { readonly json: unknown; readonly text: () => string },
): void {
  if (flags["json"] === true) context.output.json(answer.json);
  else context.output.line(answer.text());
}
