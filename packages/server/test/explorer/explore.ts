// Explores every world that can be reached, breadth first, so that the trace to a broken theorem is a
// shortest one. An exploration that runs out of new worlds has shown the theorems for all depths.

import { canonical } from "./model/canonical.ts";
import { encode } from "./model/encode.ts";
import { movesOf } from "./model/moves.ts";
import { firstWorld, type World } from "./model/world.ts";
import type { Scenario } from "./rules.ts";
import { SeenWorlds } from "./seen-worlds.ts";
import { wayForward } from "./theorems.ts";

/** Where to stop. */
export interface Bounds {
  readonly depth: number;
  readonly worlds: number;
}

/** What an exploration found. */
export interface Exploration {
  /** Depth up to which every world was visited. */
  readonly depth: number;
  readonly worlds: number;
  readonly transitions: number;
  /** No new world was left: the result holds for every depth. */
  readonly isComplete: boolean;
  /** The broken theorem, and the moves that lead to it. */
  readonly counterexample: Counterexample | null;
}

/** A run that breaks a theorem. */
export interface Counterexample {
  readonly broken: string;
  readonly trace: readonly string[];
}

// The way to a world: without the worlds on it, which would fill the memory.
interface Step {
  readonly name: string;
  readonly parent: Step | null;
}

interface Visit {
  readonly world: World;
  readonly step: Step;
}

const MAX_WORLD_BYTES = 4096;

/** Explores a scenario. */
export function explore(scenario: Scenario, bounds: Bounds): Exploration {
  const bytes = new Uint8Array(MAX_WORLD_BYTES);
  const seen = new SeenWorlds();
  const first = canonical(firstWorld(scenario), scenario);
  seen.add(bytes, encode(first, bytes));
  let level: Visit[] = [{ world: first, step: { name: "sign-in", parent: null } }];
  let transitions = 0;
  let depth = 0;
  for (; depth < bounds.depth && level.length > 0 && seen.size < bounds.worlds; depth += 1) {
    const next: Visit[] = [];
    for (const visit of level) {
      for (const { name, world, broken } of movesOf(visit.world, scenario)) {
        transitions += 1;
        if (broken === undefined && !seen.add(bytes, encode(world, bytes))) continue;
        const step = { name, parent: visit.step };
        const failure = broken ?? wayForward(world, scenario);
        if (failure !== undefined) {
          const counterexample = { broken: failure, trace: traceOf(step) };
          return { depth, worlds: seen.size, transitions, isComplete: false, counterexample };
        }
        next.push({ world, step });
      }
      if (seen.size >= bounds.worlds) {
        return { depth, worlds: seen.size, transitions, isComplete: false, counterexample: null };
      }
    }
    level = next;
  }
  const isComplete = level.length === 0;
  return { depth, worlds: seen.size, transitions, isComplete, counterexample: null };
}

function traceOf(last: Step): string[] {
  const trace: string[] = [];
  for (let at: Step | null = last; at !== null; at = at.parent) trace.unshift(at.name);
  return trace;
}
