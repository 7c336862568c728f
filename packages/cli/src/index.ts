// What a configuration file imports: `import { defineConfig } from "latchkey"`.

export { defineConfig, type ConfigFileSettings } from "./options/define-config.ts";
