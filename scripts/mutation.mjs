// @ts-check
// `npm run mutation`: mutation testing of the verification path of @latchkey/jose, some twenty minutes
// on two cores. Prints the score and each survivor; the report is .cache/mutation.json.

import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { ensureInstalled } from "./install.mjs";
import { repository } from "./run.mjs";

await ensureInstalled();
const bin = join(repository, "node_modules", ".bin");
const report = join(repository, ".cache", "mutation.json");
rmSync(report, { force: true });
spawnSync(
  join(bin, "stryker"),
  ["run", "test/mutation/stryker.config.mjs", ...process.argv.slice(2)],
  {
    cwd: join(repository, "packages", "jose"),
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
  },
);

/** @type {Record<string, number>} */
const counts = {};
/** @type {{ files: Record<string, { mutants: { status: string, mutatorName: string, replacement: string, location: { start: { line: number } } }[] }> }} */
const { files } = JSON.parse(readFileSync(report, "utf8"));
for (const [file, { mutants }] of Object.entries(files)) {
  for (const { status, mutatorName, replacement, location } of mutants) {
    counts[status] = (counts[status] ?? 0) + 1;
    if (status !== "Survived" && status !== "NoCoverage") continue;
    const what = replacement.replaceAll(/\s+/g, " ").slice(0, 80);
    process.stdout.write(`${status} ${file}:${location.start.line} ${mutatorName} ${what}\n`);
  }
}
const caught = (counts["Killed"] ?? 0) + (counts["Timeout"] ?? 0);
const alive = (counts["Survived"] ?? 0) + (counts["NoCoverage"] ?? 0);
const score = (100 * caught) / (caught + alive);
process.stdout.write(`${JSON.stringify(counts)}\nmutation score ${score.toFixed(1)} %\n`);
process.exitCode = score >= 90 ? 0 : 1;
