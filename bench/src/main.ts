// `npm run bench -- NAME...`: runs suites, shows progress and a table, writes results/NAME.json.

import { parseArgs } from "node:util";
import { defaultPlan, type Plan } from "./interleave.ts";
import { createResult, formatTable, type Row, saveResult } from "./result.ts";

/** A suite: its packages (for the versions in the result) and what it measures. */
export interface Suite {
  readonly packages: readonly string[];
  readonly measure: (plan: Plan, report: (line: string) => void) => Promise<readonly Row[]>;
}

const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  jose: async () => (await import("./jose/suite.ts")).joseSuite,
  refresh: async () => (await import("./refresh/suite.ts")).refreshSuite,
  guard: async () => (await import("./guard/suite.ts")).guardSuite,
  login: async () => (await import("./login/suite.ts")).loginSuite,
  start: async () => (await import("./start/suite.ts")).startSuite,
  "take-back": async () => (await import("./take-back/suite.ts")).takeBackSuite,
};

const usage = `Usage: npm run bench -- [suite...] [--rounds N] [--slice MS] [--json]

Suites: ${Object.keys(suites).join(", ")} (default: all)
  --rounds N   rounds per row, at least 15 for a result that is written (default ${defaultPlan.rounds})
  --slice MS   milliseconds of one subject in one round (default ${defaultPlan.sliceMs})
  --json       prints the result as JSON instead of a table
  --help       shows this
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string" },
      slice: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const names = positionals.length === 0 ? Object.keys(suites) : positionals;
  const unknown = names.filter((name) => !Object.hasOwn(suites, name));
  const plan: Plan = {
    rounds: Number(values.rounds ?? defaultPlan.rounds),
    sliceMs: Number(values.slice ?? defaultPlan.sliceMs),
  };
  const isPlanUsable = plan.rounds >= 1 && plan.sliceMs >= 1;
  if (values.help || unknown.length > 0 || !isPlanUsable) {
    const complaint = unknown.length > 0 ? `No such suite: ${unknown.join(", ")}\n\n` : "";
    process[values.help ? "stdout" : "stderr"].write(`${complaint}${usage}`);
    return values.help ? 0 : 2;
  }
  let isMet = true;
  for (const name of names) {
    const suite = await suites[name]?.();
    if (suite === undefined) continue;
    const started = Date.now();
    const rows = await suite.measure(plan, (line) => {
      process.stderr.write(`[${((Date.now() - started) / 1000).toFixed(0)} s] ${line}\n`);
    });
    const result = createResult(rows, suite.packages);
    process.stdout.write(
      values.json ? `${JSON.stringify(result)}\n` : `\n${name}\n${formatTable(rows)}\n`,
    );
    if (plan.rounds >= 15) process.stderr.write(`wrote ${saveResult(name, result)}\n`);
    isMet &&= rows.every((row) => row.met !== false);
  }
  return isMet ? 0 : 1;
}

process.exitCode = await main();
