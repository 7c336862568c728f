// `npm run fuzz -- [cases] [seed]`: the long run, one million cases unless told otherwise. Times count
// here, so nothing else should be running. Exits with 1 when it found anything.

import process from "node:process";
import { type FuzzReport, runFuzz } from "./run.ts";

const cases = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Math.floor(Date.now() / 1000));
const started = Date.now();

const print = (report: FuzzReport): void => {
  const { accepted, refusedByUsOnly, slowest, unexplained, differing, wrong, leaks, slow } = report;
  const findings = [...unexplained, ...differing, ...wrong, ...leaks, ...slow];
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(
    `${report.cases} cases in ${seconds} s: ${accepted} accepted, ${refusedByUsOnly} refused by us ` +
      `and accepted elsewhere, ${findings.length} findings, slowest ${slowest.toFixed(2)} ms\n`,
  );
};

process.stdout.write(`seed ${seed}\n`);
const report = await runFuzz({ seed, cases, measuresTime: true, onProgress: print });
print(report);
for (const [id, count] of report.explained) process.stdout.write(`explained ${id}: ${count}\n`);
for (const [code, count] of report.codes) process.stdout.write(`refused ${code}: ${count}\n`);
const { unexplained, differing, wrong, leaks, slow } = report;
for (const [kind, lines] of Object.entries({ unexplained, differing, wrong, leaks, slow })) {
  for (const line of lines) process.stdout.write(`${kind} ${line}\n`);
}
process.exitCode = [unexplained, differing, wrong, leaks, slow].every((list) => list.length === 0)
  ? 0
  : 1;
