// The short form of the exploration: every setting to its last world, a weakening of each rule, and
// random walks. The long form is `npm run explore -w packages/server`. Design section 3.

import { describe, expect, it } from "vitest";
import { ablations } from "./ablations.ts";
import { explore } from "./explore.ts";
import { scenarioOf, shortScenarios, walkScenarios } from "./scenarios.ts";
import { walk } from "./walk.ts";

const bounds = { depth: 1_000, worlds: 300_000 };

describe("every run, to the last world", () => {
  it.each(shortScenarios)("$theorem: $name", ({ scenario }) => {
    const found = explore(scenario, bounds);
    expect(found.counterexample).toBeNull();
    expect(found.isComplete).toBe(true);
    expect(found.depth).toBeGreaterThan(20);
  });
});

describe("each rule is needed, or known not to be", () => {
  it.each(ablations)("$rule / $weakening: $breaks", ({ rules, setting, breaks }) => {
    const found = explore(scenarioOf(setting, rules), bounds);
    expect(found.counterexample?.broken.slice(0, 2) ?? null).toBe(breaks);
    expect(found.isComplete).toBe(breaks === null);
  });
});

describe("random walks, seed 1", () => {
  it.each(walkScenarios)("$theorem: $name", ({ scenario }) => {
    const found = walk(scenario, { seed: 1, count: 1, moves: 5_000 });
    expect(found.failure).toBeNull();
    expect(found.advances).toBeGreaterThan(50);
  });

  it("finds a planted weakening, and shrinks it to what a person can read", () => {
    const found = walk(scenarioOf({}, { settledKeys: 0 }), { seed: 1, count: 20, moves: 5_000 });
    expect(found.failure?.broken).toContain("T1");
    expect(found.failure?.trace.length).toBeLessThan(40);
  });
});
