// What a configuration file imports: `defineConfig`, from this package.

export { defineConfig, type ConfigFileSettings } from "./options/define-config.ts";
