// `npm test`: installs what is missing, runs the static checks and every test, and ends with the
// plain line `N passed, N failed`, in which each static check counts as one.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { staticChecks } from "./checks.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureConsole } from "./console.mjs";
import { ensureInstalled } from "./install.mjs";
import { repository, run } from "./run.mjs";

await ensureInstalled();
await ensureConsole();
ensureChromium();
const cache = join(repository, "node_modules", ".cache", "latchkey");
mkdirSync(cache, { recursive: true });
let passed = 0;
let failed = 0;
/** @type {string[]} */
const failures = [];

for (const { name, command } of staticChecks) {
  process.stdout.write(`\n== ${name}\n`);
  if (run(command)) passed += 1;
  else {
    failed += 1;
    failures.push(name);
  }
}

for (const project of ["unit", "postgres", "e2e"]) {
  process.stdout.write(`\n== ${project} tests\n`);
  const report = join(cache, `${project}.json`);
  rmSync(report, { force: true });
  const isGreen = run([
    "vitest",
    "run",
    "--project",
    project,
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  const counts = readCounts(report);
  passed += counts.passed;
  // A file that does not load has no failed test in it, but the run did fail.
  failed += isGreen ? counts.failed : Math.max(1, counts.failed);
  if (!isGreen) failures.push(`${project} tests`);
}

if (failures.length > 0) process.stdout.write(`\nFailed: ${failures.join(", ")}\n`);
const line = `${passed} passed, ${failed} failed`;
writeFileSync(join(cache, "summary.txt"), `${line}\n`);
process.stdout.write(`\n${line}\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** @param {string} path */
function readCounts(path) {
  try {
    const report = JSON.parse(readFileSync(path, "utf8"));
    return { passed: Number(report.numPassedTests), failed: Number(report.numFailedTests) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
