// The settings that are explored: each has what one kind of fault needs, since all faults at once have
// too many worlds. "short" runs with every test; "long" in `npm run explore -w packages/server`.

import { designRules, type Rules, type Scenario, type Setting } from "./rules.ts";

/** A client and a silent network, to which a scenario adds its faults. */
export const calm: Setting = {
  client: "browser",
  requests: 2,
  answers: 2,
  rollBacks: 0,
  writesLost: 3,
  clockJumps: 0,
  lateCookies: 0,
  goesIdle: false,
  theft: "none",
  thiefKeys: "either",
};

/** A scenario of the design's rules with some changes. */
export function scenarioOf(setting: Partial<Setting>, rules: Partial<Rules> = {}): Scenario {
  return { rules: { ...designRules, ...rules }, setting: { ...calm, ...setting } };
}

/** A scenario with a name, and how far to go. */
export interface NamedScenario {
  readonly name: string;
  readonly theorem: "T1" | "T2";
  readonly scenario: Scenario;
  /** Worlds after which to stop; explorations that end before it are complete. */
  readonly worlds: number;
}

// Finer clocks: a window of two ticks, with requests that live as long, or half as long.
const fine: Partial<Rules> = { windowTicks: 2, requestLife: 2, answerLife: 2 };
const spare: Partial<Rules> = { windowTicks: 2, requestLife: 1, answerLife: 1 };
const one = { requests: 1, answers: 1 };
const three = { requests: 3, answers: 3 };
const ALL = Number.POSITIVE_INFINITY;

function named(
  theorem: "T1" | "T2",
  name: string,
  scenario: Scenario,
  worlds: number = ALL,
): NamedScenario {
  return { theorem, name, scenario, worlds };
}

/** Explored to the last world with every test. */
export const shortScenarios: readonly NamedScenario[] = [
  named("T1", "browser, three messages each way", scenarioOf(three)),
  named("T1", "browser, finer clock", scenarioOf({}, fine)),
  named("T1", "browser, a month's pause", scenarioOf({ goesIdle: true })),
  named("T1", "browser, a late cookie of an earlier session", scenarioOf({ lateCookies: 1 })),
  named("T1", "browser, clocks that differ", scenarioOf({ clockJumps: 1 }, spare)),
  named("T1", "browser, the store loses up to three writes", scenarioOf({ ...one, rollBacks: 1 })),
  named("T1", "native", scenarioOf({ client: "native" })),
  named("T1", "without keys", scenarioOf({ client: "keyless", rollBacks: 1, goesIdle: true })),
  named("T2", "browser", scenarioOf({ ...one, theft: "token" })),
  named("T2", "without keys", scenarioOf({ client: "keyless", theft: "token" })),
];

/** Explored by `npm run explore -w packages/server`, besides the short ones. */
export const longScenarios: readonly NamedScenario[] = [
  named("T1", "browser, three messages each way, finer clock", scenarioOf(three, fine)),
  named(
    "T1",
    "native, three messages each way, finer clock",
    scenarioOf({ client: "native", ...three }, fine),
  ),
  named("T1", "browser, two messages each way, lost writes", scenarioOf({ rollBacks: 1 })),
  named(
    "T1",
    "native, two messages each way, lost writes",
    scenarioOf({ client: "native", rollBacks: 1 }),
  ),
  named(
    "T1",
    "browser, lost writes, late cookie, clocks that differ",
    scenarioOf({ ...one, rollBacks: 1, lateCookies: 1, clockJumps: 1 }, spare),
  ),
  named(
    "T1",
    "browser, lost writes twice, one message each way",
    scenarioOf({ ...one, rollBacks: 2 }),
  ),
  named("T1", "browser, lost writes twice", scenarioOf({ rollBacks: 2 }), 2_000_000),
  named(
    "T1",
    "without keys, lost writes twice",
    scenarioOf({ client: "keyless", ...three, rollBacks: 2 }, fine),
  ),
  named("T2", "browser, two messages each way", scenarioOf({ theft: "token" })),
  named("T2", "native, two messages each way", scenarioOf({ client: "native", theft: "token" })),
  named("T2", "browser, lost writes", scenarioOf({ ...one, theft: "token", rollBacks: 1 })),
  named(
    "T2",
    "browser, two messages each way, lost writes",
    scenarioOf({ theft: "token", rollBacks: 1 }),
    2_000_000,
  ),
  named("T2", "browser, finer clock", scenarioOf({ ...one, theft: "token" }, fine)),
  named("T2", "browser, copied keys", scenarioOf({ ...one, theft: "token and keys" })),
  named(
    "T2",
    "browser, copied keys, two messages each way",
    scenarioOf({ theft: "token and keys" }),
    2_000_000,
  ),
];

// More of everything than can be explored: longer lives, four messages each way, faults again and again.
const busy: Partial<Rules> = { windowTicks: 3, requestLife: 2, answerLife: 2 };
const faulty: Partial<Setting> = { requests: 4, answers: 4, rollBacks: 2, lateCookies: 1 };

/** What random walks go through. */
export const walkScenarios: readonly NamedScenario[] = (
  ["browser", "native", "keyless"] as const
).flatMap((client) => [
  named("T1", `${client}, all faults`, scenarioOf({ ...faulty, client, clockJumps: 1 }, busy)),
  named("T2", `${client}, lost writes`, scenarioOf({ ...faulty, client, theft: "token" }, busy)),
  named(
    "T2",
    `${client}, copied keys`,
    scenarioOf({ ...faulty, client, theft: "token and keys" }, busy),
  ),
]);
