// Generates docs/configuration.md: the settings from the command line's own table, and every
// limit from the named constants in the sources, so neither can go stale. `npm run docs:config`
// writes it; a test compares the committed page.

import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  flagOf,
  type SettingName,
  settingNames,
  settingsTable,
  variableOf,
} from "../packages/cli/src/options/settings.ts";
import { sourceFiles } from "./source-files.ts";

const LIMIT =
  /\/\*\*\s*((?:(?!\*\/)[\s\S])*?)\s*\*\/\s*export const ([A-Z][A-Z0-9_]+)(?:: number)? = ([0-9_ *.]+);/g;

interface Limit {
  readonly path: string;
  readonly name: string;
  readonly value: string;
  readonly about: string;
}

/** The exported numeric constants of a source text, with their documentation. */
export function readLimits(path: string, text: string): readonly Limit[] {
  return Array.from(text.matchAll(LIMIT), ([, about = "", name = "", value = ""]) => ({
    path,
    name,
    value: value.trim(),
    about: about
      .replace(/^\*\s/, "")
      .replace(/\s*\n\s*\*\s?/g, " ")
      .trim(),
  }));
}

/** The page's text. */
export function configurationPage(repository: string): string {
  const limits = sourceFiles(repository)
    .filter((path) => /^packages\/[^/]+\/src\//.test(path) && !path.endsWith(".test.ts"))
    .flatMap((path) => readLimits(path, readFileSync(join(repository, path), "utf8")));
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  return [
    "# Configuration",
    "",
    "<!-- Generated from the sources by `npm run docs:config`. -->",
    "",
    "`latchkey serve` takes each setting as a flag, as an environment variable, or as a key of",
    "`latchkey.config.ts` in the working directory (or the file of `--config`). A flag beats the",
    "environment, the environment beats the file, the file beats the default. An unknown key is an",
    "error. Applications that mount the server in their own process pass `LatchkeyConfig`",
    "(`packages/server/src/config/latchkey-config.ts`) to `createLatchkey`.",
    "",
    "| flag | environment | key | meaning |",
    "|---|---|---|---|",
    ...settingNames.map((name: SettingName) => {
      const entry = settingsTable[name];
      const flag = `${flagOf(name)}${entry.placeholder === "" ? "" : ` ${entry.placeholder}`}`;
      return `| \`${flag}\` | \`${variableOf(name)}\` | \`${name}\` | ${cell(entry.about)} |`;
    }),
    "",
    "## Limits",
    "",
    "Every limit is a named constant. Those that an option can change say so where they are defined.",
    "",
    "| constant | value | meaning | defined in |",
    "|---|---|---|---|",
    ...limits.map(
      ({ path, name, value, about }) =>
        `| \`${name}\` | ${cell(value.replaceAll("*", "×"))} | ${cell(about)} | \`${path}\` |`,
    ),
    "",
  ].join("\n");
}

if (import.meta.main) {
  const repository = resolve(import.meta.dirname, "..");
  writeFileSync(join(repository, "docs/configuration.md"), configurationPage(repository));
}
