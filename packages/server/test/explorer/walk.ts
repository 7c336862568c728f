// Random walks of thousands of moves, beyond what an exploration can exhaust: more messages under way,
// a finer clock, and faults that come again and again. A walk is a list of numbers, each of which
// picks the next move, so that a failing one is replayed and shrunk by leaving numbers out.

import type { Counterexample } from "./explore.ts";
import { canonical } from "./model/canonical.ts";
import { movesOf } from "./model/moves.ts";
import { firstWorld, type World } from "./model/world.ts";
import type { Scenario } from "./rules.ts";
import { wayForward } from "./theorems.ts";

/** What walks found. */
export interface Walks {
  readonly moves: number;
  /** Sessions that were begun; with a thief, many end. */
  readonly sessions: number;
  readonly advances: number;
  /** The seed of the failing walk, and its shrunk trace. */
  readonly failure: (Counterexample & { readonly seed: number }) | null;
}

/** Walks `count` times, `moves` moves each, with seeds from `seed` on. */
export function walk(
  scenario: Scenario,
  options: { readonly seed: number; readonly count: number; readonly moves: number },
): Walks {
  const total = { moves: 0, sessions: 0, advances: 0 };
  for (let seed = options.seed; seed < options.seed + options.count; seed += 1) {
    const random = createRandom(seed);
    const picks = Array.from({ length: options.moves }, random);
    const result = replay(scenario, picks);
    total.moves += result.moves;
    total.sessions += result.sessions;
    total.advances += result.advances;
    if (result.counterexample !== null) {
      const counterexample = replay(scenario, shrink(scenario, picks)).counterexample;
      return { ...total, failure: { seed, ...(counterexample ?? result.counterexample) } };
    }
  }
  return { ...total, failure: null };
}

interface Replay {
  readonly moves: number;
  readonly sessions: number;
  readonly advances: number;
  readonly counterexample: Counterexample | null;
}

function replay(scenario: Scenario, picks: readonly number[]): Replay {
  const first = canonical(firstWorld(scenario), scenario);
  let world = first;
  let trace = ["sign-in"];
  const count = { moves: 0, sessions: 1, advances: 0 };
  for (const pick of picks) {
    const moves = movesOf(world, scenario);
    const move = moves[pick % moves.length];
    if (move === undefined) {
      world = first;
      trace = ["sign-in"];
      count.sessions += 1;
      continue;
    }
    count.moves += 1;
    count.advances += move.world.base > world.base ? 1 : 0;
    trace.push(move.name);
    const broken = move.broken ?? wayForward(move.world, scenario);
    if (broken !== undefined) return { ...count, counterexample: { broken, trace } };
    world = isCalm(move.world) ? refilled(move.world, scenario) : move.world;
  }
  return { ...count, counterexample: null };
}

// Faults come again when the last ones are over: the bounds of a setting are per outbreak.
function isCalm({ requests, answers, owner, thief }: World): boolean {
  const isLevel = owner.tokens.every((token) => token <= 0);
  return thief === null && requests.length === 0 && answers.length === 0 && isLevel;
}

function refilled(world: World, { setting }: Scenario): World {
  const { rollBacks, clockJumps } = setting;
  if (world.rollBacks === rollBacks && world.clockJumps === clockJumps) return world;
  return { ...world, rollBacks, clockJumps };
}

// Leaves out ever smaller pieces while the walk still fails.
function shrink(scenario: Scenario, picks: readonly number[]): readonly number[] {
  let shortest = picks;
  for (
    let size = Math.ceil(picks.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at + size <= shortest.length; ) {
      const candidate = [...shortest.slice(0, at), ...shortest.slice(at + size)];
      if (replay(scenario, candidate).counterexample === null) at += size;
      else shortest = candidate;
    }
  }
  return shortest;
}

// Mulberry32: small, seeded, and good enough to pick moves.
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return (value ^ (value >>> 14)) >>> 0;
  };
}
