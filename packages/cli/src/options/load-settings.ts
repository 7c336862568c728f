// Reads the configuration file and resolves the settings of one command: the effectful half of
// resolve-settings.ts.

import { type ConfigFile, loadConfigFile } from "./config-file.ts";
import { type ResolvedSettings, resolveSettings } from "./resolve-settings.ts";
import type { SettingName } from "./settings.ts";

/** Settings, and the file that some of them came from. */
export interface LoadedSettings {
  readonly settings: ResolvedSettings;
  readonly file: ConfigFile | undefined;
}

/**
 * Loads the settings of a command.
 *
 * @param flags - commander's values by name; what is no setting is ignored
 * @throws Failure config_invalid
 */
export async function loadSettings(
  context: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly directory: string;
  },
  flags: Readonly<Partial<Record<SettingName | "config", unknown>>>,
): Promise<LoadedSettings> {
  const { environment, directory } = context;
  const named = typeof flags.config === "string" ? flags.config : environment["LATCHKEY_CONFIG"];
  const file = await loadConfigFile(directory, named);
  const settings = resolveSettings({
    flags,
    environment,
    directory,
    ...(file === undefined ? {} : { file }),
  });
  return { settings, file };
}
