// @ts-check
// `npm run test:runtimes`: builds @latchkey/jose, runs the portable suite on every runtime and prints
// a table. Fails when a check fails or when docs/runtimes.md says something else about a runtime.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ensureInstalled } from "./install.mjs";
import { repository, run } from "./run.mjs";
import { documentedGaps, runSuite, runtimes } from "./runtimes.mjs";

await ensureInstalled();
if (!run(["tsc", "-b", "packages/jose"])) process.exit(1);
const page = readFileSync(join(repository, "docs", "runtimes.md"), "utf8");
let isGreen = true;
process.stdout.write("| runtime | passed | failed | lacks |\n| --- | --- | --- | --- |\n");
for (const runtime of runtimes) {
  const { runtime: name, passed, failures, missing } = runSuite(runtime);
  const lacks = missing.length === 0 ? "nothing" : missing.join(", ");
  process.stdout.write(`| ${name} | ${passed} | ${failures.length} | ${lacks} |\n`);
  for (const failure of failures) process.stdout.write(`  ${failure}\n`);
  const isDocumented = documentedGaps(page, runtime).join() === missing.join();
  if (!isDocumented) process.stdout.write(`  docs/runtimes.md says otherwise of ${runtime}\n`);
  if (failures.length > 0 || !isDocumented) isGreen = false;
}
process.exitCode = isGreen ? 0 : 1;
