// The server of the model: the real rotate(), a row that is changed by compare-and-set, a store that
// forgets its last writes, and a clock that jumps. A decision and its write are one move: the
// compare-and-set holds only while nothing has changed since the read, else it decides again. A
// crash before the commit is a lost request, one after it a lost answer.

import {
  type Decision,
  ROTATION_WINDOW,
  type RotationState,
} from "../../../src/sessions/rotation.ts";
import type { Scenario } from "../rules.ts";
import { idle, NO_KEY, outside, type Stored, type World } from "./world.ts";

// Generations of the model are relative; the real ones only need room below.
const BASE = 1000;
const NOW = 1_700_000_000_000;
const IDLE_LIFETIME = 30 * 86_400_000;

/** What is presented: a token, and keys as numbers. */
export interface Presented {
  readonly token: number;
  readonly key: number;
  readonly settled: readonly number[];
}

/** The server's decision, and the world after its write. */
export interface Decided {
  readonly kind: Decision["kind"];
  readonly world: World;
  /** The generation of the refresh token in the answer; null when it has none. */
  readonly generation: number | null;
}

/** Decides a presented token and writes. */
export function decide(world: World, presented: Presented, scenario: Scenario): Decided {
  const decision = scenario.rules.rotate(
    rotationState(world.store, scenario),
    {
      generation: BASE + presented.token,
      attemptKeyHash: presented.key === NO_KEY ? null : hashOf(presented.key),
      settledKeyHashes: presented.settled.filter((key) => key !== NO_KEY).map(hashOf),
    },
    NOW,
  );
  const next = "next" in decision ? decision.next : null;
  if (next === null) {
    const generation = decision.kind === "repeat" ? world.store.generation : null;
    return { kind: decision.kind, world, generation };
  }
  const store: Stored = {
    generation: next.generation - BASE,
    age: next.advancedAt === NOW ? 0 : world.store.age,
    key: keyOf(next.attemptKeyHash),
    contestedGeneration: next.contestedGeneration === null ? null : next.contestedGeneration - BASE,
    contestedStreak: next.contestedStreak,
  };
  const remembered = scenario.setting.writesLost * world.rollBacks;
  return {
    kind: decision.kind,
    world: {
      ...world,
      store,
      hasEnded: next.endedAt !== null,
      history: [world.store, ...world.history].slice(0, remembered),
    },
    generation: decision.kind === "advance" || decision.kind === "repeat" ? store.generation : null,
  };
}

function rotationState(store: Stored, scenario: Scenario): RotationState {
  return {
    generation: BASE + store.generation,
    advancedAt: NOW - milliseconds(store.age, scenario),
    attemptKeyHash: store.key === NO_KEY ? null : hashOf(store.key),
    contestedGeneration:
      store.contestedGeneration === null ? null : BASE + store.contestedGeneration,
    contestedStreak: store.contestedStreak,
    idleLifetime: IDLE_LIFETIME,
    endsAt: null,
    endedAt: null,
    endReason: null,
  };
}

function milliseconds(age: number, scenario: Scenario): number {
  if (age >= idle(scenario)) return IDLE_LIFETIME + 1;
  if (age >= outside(scenario)) return ROTATION_WINDOW + 1;
  return (age * ROTATION_WINDOW) / scenario.rules.windowTicks;
}

function hashOf(key: number): string {
  return `key ${key}`;
}

function keyOf(hash: string | null): number {
  return hash === null ? NO_KEY : Number(hash.slice("key ".length));
}

/** The row after some ticks, which are negative when the clock is set back. */
export function aged(row: Stored, ticks: number, scenario: Scenario): Stored {
  const isLasting = row.age >= idle(scenario) || (row.age >= outside(scenario) && ticks > 0);
  return isLasting ? row : { ...row, age: row.age + ticks };
}

/** What the store can fall back to: it loses one, two or more of its last writes. */
export function rolledBack(world: World, scenario: Scenario): readonly World[] {
  if (world.rollBacks === 0) return [];
  const rollBacks = world.rollBacks - 1;
  const remembered = scenario.setting.writesLost * rollBacks;
  return world.history.slice(0, scenario.setting.writesLost).map((store, lost) => ({
    ...world,
    store,
    history: world.history.slice(lost + 1, lost + 1 + remembered),
    rollBacks,
  }));
}
