// The type of latchkey.config.ts, for editors and `tsc`. The values are checked again when the file
// is loaded.

import type { Duration, JwsAlgorithm } from "@latchkey/jose";
import type { LatchkeyConfig } from "@latchkey/server";
import type { LogLevel, Settings } from "./settings.ts";

/** What a configuration file may set: every flag of `latchkey serve`, and the claims hook. */
export type ConfigFileSettings = {
  readonly [Name in keyof Settings]?: FileValue<Name>;
} & {
  /** Adds claims of your own to access tokens. */
  readonly claims?: NonNullable<LatchkeyConfig["claims"]>;
};

type FileValue<Name extends keyof Settings> = Name extends "audience" | "origin"
  ? readonly string[] | string
  : Name extends `${string}Lifetime`
    ? Duration
    : Name extends "signingAlgorithm"
      ? JwsAlgorithm
      : Name extends "logLevel"
        ? LogLevel
        : NonNullable<Settings[Name]>;

/**
 * Gives a configuration file its type.
 *
 * @example
 * ```ts
 * export default defineConfig({ port: 4100, accessTokenLifetime: "5m" });
 * ```
 */
export function defineConfig(config: ConfigFileSettings): ConfigFileSettings {
  return config;
}
