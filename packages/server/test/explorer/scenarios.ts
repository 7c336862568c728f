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
