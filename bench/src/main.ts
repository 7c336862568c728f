// `npm run bench -- NAME...`: runs suites, shows progress and a table, writes results/NAME.json.

import { parseArgs } from "node:util";
import { defaultPlan, type Plan } from "./interleave.ts";
import { createResult, formatTable, saveResult } from "./result.ts";
import { defaultSuites, ONLY_BY_NAME, ROUNDS, type Suite, suites } from "./suites.ts";

const usage = `Usage: npm run bench -- [suite...] [--rounds N] [--slice MS] [--json]

Suites: ${Object.keys(suites).join(", ")}
Without a name: all but ${ONLY_BY_NAME.join(", ")}
  --rounds N   rounds per row; a result of fewer than the default is not written
               (default ${ROUNDS}; growth 3)
  --slice MS   milliseconds of one subject in one round (default ${defaultPlan.sliceMs})
  --json       prints the result as JSON instead of a table
  --help       shows this
`;

interface Planned {
  readonly name: string;
  readonly suite: Suite;
  readonly plan: Plan;
  readonly minutes: number;
}

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
  const names = positionals.length === 0 ? defaultSuites : positionals;
  const unknown = names.filter((name) => !Object.hasOwn(suites, name));
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  const sliceMs = Number(values.slice ?? defaultPlan.sliceMs);
  const isPlanUsable = (rounds === undefined || rounds >= 1) && sliceMs >= 1;
  if (values.help || unknown.length > 0 || !isPlanUsable) {
    const complaint = unknown.length > 0 ? `No such suite: ${unknown.join(", ")}\n\n` : "";
    process[values.help ? "stdout" : "stderr"].write(`${complaint}${usage}`);
    return values.help ? 0 : 2;
  }
  const planned: Planned[] = [];
  for (const name of names) {
    const suite = await suites[name]?.();
    if (suite === undefined) continue;
    const plan = { rounds: rounds ?? suite.rounds ?? ROUNDS, sliceMs };
    planned.push({ name, suite, plan, minutes: suite.minutes(plan) });
  }
  const total = planned.reduce((sum, { minutes }) => sum + minutes, 0);
  const each = planned.map(({ name, minutes }) => `${name} ${minutes.toFixed(1)}`);
  process.stderr.write(`about ${Math.ceil(total)} minutes on two idle cores: ${each.join(", ")}\n`);
  let isMet = true;
  const started = Date.now();
  for (const [index, next] of planned.entries()) {
    const label = `${index + 1}/${planned.length} ${next.name}`;
    isMet = (await run(next, { label, started, isJson: values.json })) && isMet;
  }
  process.stderr.write(`took ${((Date.now() - started) / 60_000).toFixed(1)} minutes\n`);
  return isMet ? 0 : 1;
}

/** Runs one suite; whether it met its goals. */
async function run(
  { name, suite, plan }: Planned,
  show: { readonly label: string; readonly started: number; readonly isJson: boolean },
): Promise<boolean> {
  const rows = await suite.measure(plan, (line) => {
    const seconds = ((Date.now() - show.started) / 1000).toFixed(0);
    process.stderr.write(`[${seconds} s, ${show.label}] ${line}\n`);
  });
  const result = createResult(rows, suite.packages);
  process.stdout.write(
    show.isJson ? `${JSON.stringify(result)}\n` : `\n${name}\n${formatTable(rows)}\n`,
  );
  if (plan.rounds >= (suite.rounds ?? ROUNDS)) {
    process.stderr.write(`wrote ${saveResult(name, result)}\n`);
  }
  return rows.every((row) => row.met !== false);
}

process.exitCode = await main();
