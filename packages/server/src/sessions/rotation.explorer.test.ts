// Walks every interleaving of a small world (test/rotation-world.ts) to a stated depth. T1: without
// a thief no session ends. T2: of owner and thief, the one who misses the window of the other's
// advance is never answered again, and ends the session when it comes back. Design section 3.

import { describe, expect, it } from "vitest";
import { type Decision, rotate } from "./rotation.ts";
import { type Faults, firstWorld, steps, type World } from "../../test/rotation-world.ts";

interface Exploration {
  readonly states: number;
  readonly depth: number;
  /** The steps to the first broken rule, and which; empty when there is none. */
  readonly trace: readonly string[];
}

interface Node {
  readonly world: World;
  readonly name: string;
  readonly parent: Node | null;
}

/** Explores breadth first, so that a trace is a shortest one. */
function explore(faults: Faults, maxDepth: number): Exploration {
  const seen = new Set<string>();
  let level: Node[] = [{ world: firstWorld(faults), name: "sign-in", parent: null }];
  for (let depth = 0; depth < maxDepth && level.length > 0; depth += 1) {
    const next: Node[] = [];
    for (const node of level) {
      for (const { name, world, violation } of steps(node.world, faults)) {
        const child = { world, name, parent: node };
        if (violation !== undefined) {
          return { states: seen.size, depth, trace: [...traceOf(child), violation] };
        }
        const text = canonical(world);
        if (seen.has(text)) continue;
        seen.add(text);
        next.push(child);
      }
    }
    level = next;
  }
  return { states: seen.size, depth: maxDepth, trace: [] };
}

function traceOf(node: Node | null): string[] {
  return node === null ? [] : [...traceOf(node.parent), node.name];
}

// Worlds that differ only in the names of keys are one: keys are renamed by first appearance.
function canonical(world: World): string {
  const names = new Map<string, string>();
  return JSON.stringify({ ...world, keys: 0 }, (_name, value: unknown) => {
    if (typeof value !== "string" || !/^k\d+$/.test(value)) return value;
    const known = names.get(value) ?? `n${names.size}`;
    names.set(value, known);
    return known;
  });
}

const none: Faults = { tabs: 2, rollbacks: 0, duplicates: 0, hasThief: false };

describe("every interleaving", () => {
  const runs: readonly [string, Faults, number, number][] = [
    ["T1: two tabs, lost and late answers, duplicates", { ...none, duplicates: 2 }, 17, 20_000],
    ["T1: two tabs and a store that forgets", { ...none, rollbacks: 1 }, 17, 30_000],
    ["T1: one tab and a store that forgets twice", { ...none, tabs: 1, rollbacks: 2 }, 22, 15_000],
    ["T2: one tab and a thief", { ...none, tabs: 1, hasThief: true }, 22, 30_000],
    ["T2: two tabs and a thief", { ...none, hasThief: true }, 14, 20_000],
  ];
  it.each(runs)("%s", (_name, faults, depth, atLeast) => {
    const { states, trace } = explore(faults, depth);
    expect(trace).toEqual([]);
    expect(states).toBeGreaterThan(atLeast);
  });
});

const keyless: typeof rotate = (session, presented, now) =>
  rotate(session, { ...presented, attemptKeyHash: null }, now);
const pendingOnly: typeof rotate = (session, presented, now) =>
  rotate(session, { ...presented, settledKeyHashes: [] }, now);
const replaced =
  (from: Decision["kind"], to: Decision["kind"]): typeof rotate =>
  (session, presented, now) => {
    const decision = rotate(session, presented, now);
    const ended = { ...session, endedAt: now, endReason: "reuse" };
    if (decision.kind !== from) return decision;
    if (to === "reuse") return { kind: "reuse", cause: "superseded_token", next: ended };
    return to === "repeat" ? { kind: "repeat", next: null } : { kind: "keep" };
  };

describe("a planted weakening of a rule is found", () => {
  const weakenings: readonly [string, Faults, number][] = [
    ["no attempt keys", { ...none, tabs: 1, rotate: keyless }, 12],
    ["a new key for each attempt", { ...none, tabs: 1, forgetsKeys: true }, 12],
    ["settled keys that do not travel", { ...none, tabs: 1, rotate: pendingOnly }, 18],
    ["no window", { ...none, rotate: replaced("repeat", "reuse") }, 12],
    ["no fast-forward", { ...none, rollbacks: 1, rotate: replaced("fast_forward", "reuse") }, 12],
    ["no 409", { ...none, rollbacks: 2, rotate: replaced("superseded", "reuse") }, 16],
    [
      "no reuse detection",
      { ...none, tabs: 1, hasThief: true, rotate: replaced("reuse", "keep") },
      12,
    ],
    [
      "a grace without end",
      { ...none, tabs: 1, hasThief: true, rotate: replaced("reuse", "repeat") },
      12,
    ],
  ];
  it.each(weakenings)("%s", (_name, faults, depth) => {
    const { trace } = explore(faults, depth);
    expect(trace).not.toEqual([]);
  });
});
