// The long form: explores, walks and ablates, and prints what it found, one line for each. Apart from
// main.ts so that other scripts can run it too.

import { ablations } from "./ablations.ts";
import { type Counterexample, type Exploration, explore } from "./explore.ts";
import {
  longScenarios,
  type NamedScenario,
  scenarioOf,
  shortScenarios,
  walkScenarios,
} from "./scenarios.ts";
import { walk } from "./walk.ts";

/** How long a report runs, and where its lines go. */
export interface ReportOptions {
  readonly print: (line: string) => void;
  readonly form: "short" | "long";
  /** The first seed of the random walks. */
  readonly seed: number;
}

const DEPTH = 1_000;
const ABLATION_WORLDS = 1_000_000;
const MOVES = 5_000;

/** Runs everything. True when both theorems hold and every weakening is found. */
export function report(options: ReportOptions): boolean {
  const { print, form } = options;
  const scenarios = form === "long" ? [...shortScenarios, ...longScenarios] : shortScenarios;
  const failures: string[] = [];
  let worlds = 0;
  let transitions = 0;
  for (const named of scenarios) {
    const found = explore(named.scenario, { depth: DEPTH, worlds: named.worlds });
    worlds += found.worlds;
    transitions += found.transitions;
    if (found.counterexample !== null) failures.push(named.name);
    print(explorationLine(named, found));
    printTrace(print, found.counterexample);
  }
  print(`explored: ${worlds} worlds, ${transitions} transitions`);
  failures.push(...walkAll(options), ...ablateAll(options));
  for (const theorem of ["T1", "T2"]) {
    const isBroken = [...scenarios, ...walkScenarios].some(
      (named) => named.theorem === theorem && failures.includes(named.name),
    );
    print(`${theorem}: ${isBroken ? "BROKEN" : "holds"}`);
  }
  if (failures.length > 0) print(`failed: ${failures.join("; ")}`);
  return failures.length === 0;
}

function explorationLine({ theorem, name }: NamedScenario, found: Exploration): string {
  const extent = found.isComplete ? "all worlds" : `to depth ${found.depth}`;
  const result = found.counterexample === null ? "holds" : "BROKEN";
  return `${theorem} ${result}: ${name}: ${extent}, depth ${found.depth}, ${found.worlds} worlds, ${found.transitions} transitions`;
}

function walkAll({ print, form, seed }: ReportOptions): string[] {
  return walkScenarios.flatMap(({ name, theorem, scenario }) => {
    const found = walk(scenario, { seed, count: form === "long" ? 100 : 1, moves: MOVES });
    const result = found.failure === null ? "holds" : `BROKEN by seed ${found.failure.seed}`;
    print(
      `${theorem} ${result}: walks from seed ${seed}: ${name}: ${found.moves} moves, ${found.sessions} sessions, ${found.advances} advances`,
    );
    printTrace(print, found.failure);
    return found.failure === null ? [] : [name];
  });
}

function ablateAll({ print, form }: ReportOptions): string[] {
  return ablations.flatMap((ablation) => {
    const { rule, weakening, breaks } = ablation;
    const settings = [ablation.setting, ...(form === "long" ? (ablation.also ?? []) : [])];
    const name = `"${rule}", weakened: ${weakening}`;
    return settings.flatMap((setting) => {
      const scenario = scenarioOf(setting, ablation.rules);
      const found = explore(scenario, { depth: DEPTH, worlds: ABLATION_WORLDS });
      const broken = found.counterexample?.broken ?? "no theorem misses it";
      print(`ablation ${name}: ${broken} (${found.worlds} worlds)`);
      printTrace(print, found.counterexample);
      const isExpected =
        breaks === null
          ? found.counterexample === null && found.isComplete
          : found.counterexample?.broken.startsWith(breaks) === true;
      return isExpected ? [] : [name];
    });
  });
}

function printTrace(print: (line: string) => void, counterexample: Counterexample | null): void {
  if (counterexample === null) return;
  for (const move of counterexample.trace) print(`    ${move}`);
  print(`    => ${counterexample.broken}`);
}
