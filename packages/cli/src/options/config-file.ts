// Loads latchkey.config.ts: a module whose default export is an object of settings. Imported by
// path, so Node strips its types itself.

import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure } from "../output/failure.ts";

/** The file that is looked for in the working directory. */
export const CONFIG_FILE = "latchkey.config.ts";

/** A configuration file that was loaded. */
export interface ConfigFile {
  /** As it is named in messages. */
  readonly path: string;
  /** What relative paths in it are relative to. */
  readonly directory: string;
  readonly values: object;
}

/**
 * Loads the file named by `--config` or `LATCHKEY_CONFIG`, or the default one when it exists.
 *
 * @throws Failure config_invalid when it is missing, does not load, or exports no object
 */
export async function loadConfigFile(
  directory: string,
  named: string | undefined,
): Promise<ConfigFile | undefined> {
  const path = named ?? CONFIG_FILE;
  const absolute = resolve(directory, path);
  if (!existsSync(absolute)) {
    if (named === undefined) return undefined;
    throw new Failure("config_invalid", `The configuration file ${path} does not exist.`, {
      remedy: "Correct --config or LATCHKEY_CONFIG.",
    });
  }
  const values = await importDefault(path, absolute);
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new Failure("config_invalid", `${path} has no default export that is an object.`, {
      remedy: "Write `export default defineConfig({ ... })`.",
    });
  }
  return { path, directory: dirname(absolute), values };
}

async function importDefault(path: string, absolute: string): Promise<unknown> {
  try {
    const module: unknown = await import(pathToFileURL(absolute).href);
    return Reflect.get(module as object, "default");
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : "unknown error";
    throw new Failure("config_invalid", `${path} could not be loaded: ${reason}.`, {
      remedy: "Correct the file; `node --check` shows where it is wrong.",
      cause,
    });
  }
}
