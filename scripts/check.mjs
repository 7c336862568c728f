// `npm run check`: format, lint, types, unused code and the unit tests. Stops at nothing, so that
// one run shows everything that is wrong.

import { staticChecks } from "./checks.mjs";
import { ensureInstalled } from "./install.mjs";
import { run } from "./run.mjs";

await ensureInstalled();
const failed = [
  ...staticChecks,
  { name: "unit tests", command: ["vitest", "run", "--project", "unit"] },
].filter(({ name, command }) => {
  process.stdout.write(`\n== ${name}\n`);
  return !run(command);
});
process.stdout.write(
  failed.length === 0
    ? "\nAll checks passed.\n"
    : `\nFailed: ${failed.map(({ name }) => name).join(", ")}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
