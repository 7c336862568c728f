// The flags of the settings table, for commander, and their values back from it.

import { type Command, Option } from "commander";
import { flagOf, type SettingName, settingsTable } from "./settings.ts";

/** Adds the flags of the named settings, and --config, to a command. */
export function addSettingFlags(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    const { kind, placeholder, about } = settingsTable[name];
    const flag = flagOf(name);
    if (kind.type === "boolean") {
      command.addOption(new Option(flag, about));
      if (name === "requireVerifiedEmail") {
        command.addOption(new Option(flag.replace("--", "--no-"), "the opposite"));
      }
    } else if (kind.type === "list") {
      const option = new Option(`${flag} <${placeholder}>`, about);
      command.addOption(option.argParser(appendValue));
    } else {
      command.addOption(new Option(`${flag} <${placeholder}>`, about));
    }
  }
  return command.option(
    "--config <file>",
    "configuration file; also LATCHKEY_CONFIG (default: ./latchkey.config.ts when it exists)",
  );
}

/** Collects the values of a flag that can be repeated; takes no argument that is not its own. */
export function appendValue(
  value: string,
  before: readonly string[] | undefined,
): readonly string[] {
  return [...(before ?? []), value];
}
