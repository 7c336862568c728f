// The version of this package, read from its package.json: the one place where it is written.

import { readFileSync } from "node:fs";

/** Reads the version; the file stands one folder above both src/ and dist/. */
export function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
