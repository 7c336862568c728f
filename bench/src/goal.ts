// Turns rates into a row with its goal: a list of lower bounds, each against the limit, a peer,
// the best peer, or a plain number.

import { median, medianRatio, type Rates } from "./interleave.ts";
import type { Row } from "./result.ts";

/** A lower bound. */
export type Goal =
  | { readonly of: "limit" | "best peer"; readonly atLeast: number }
  | { readonly of: "peer"; readonly peer: string; readonly atLeast: number }
  | { readonly of: "best of"; readonly peers: readonly string[]; readonly atLeast: number }
  | { readonly of: "rate"; readonly atLeast: number };

/** Names of the subjects that are neither a peer nor anything else. */
export const OURS = "latchkey";
export const LIMIT = "limit";

/** Another way to the limit: the faster of the two counts. */
export const OTHER_LIMIT = "other limit";

/** Keeps the faster of the two ways to the limit under the name of the limit. */
export function withFasterLimit(rates: Rates): Rates {
  const { [LIMIT]: one = [], [OTHER_LIMIT]: other = [], ...rest } = Object.fromEntries(rates);
  return new Map([...Object.entries(rest), [LIMIT, median(other) > median(one) ? other : one]]);
}

/** Makes the row of one measurement. */
export function createRow(name: string, rates: Rates, goals: readonly Goal[], unit = "op/s"): Row {
  const peerNames = [...rates.keys()].filter((subject) => subject !== OURS && subject !== LIMIT);
  const ratios = new Map(peerNames.map((peer) => [peer, medianRatio(rates, OURS, peer)]));
  const toBest = ratios.size === 0 ? null : Math.min(...ratios.values());
  const toLimit = rates.has(LIMIT) ? medianRatio(rates, OURS, LIMIT) : null;
  const ours = median(rates.get(OURS) ?? []);
  const reached = (goal: Goal): number => {
    if (goal.of === "limit") return toLimit ?? Number.NaN;
    if (goal.of === "best peer") return toBest ?? Number.NaN;
    if (goal.of === "best of") {
      const named = goal.peers.flatMap((peer) => ratios.get(peer) ?? []);
      return named.length === 0 ? Number.NaN : Math.min(...named);
    }
    return goal.of === "peer" ? (ratios.get(goal.peer) ?? Number.NaN) : ours;
  };
  return {
    name,
    unit,
    ours,
    peers: Object.fromEntries(peerNames.map((peer) => [peer, median(rates.get(peer) ?? [])])),
    limit: toLimit === null ? null : median(rates.get(LIMIT) ?? []),
    ratioToBestPeer: toBest,
    ratioToLimit: toLimit,
    goal: goals.length === 0 ? null : goals.map(describeGoal).join(", "),
    // NaN compares false, so a goal whose subject is missing is not met.
    met: goals.length === 0 ? null : goals.every((goal) => reached(goal) >= goal.atLeast),
  };
}

function describeGoal(goal: Goal): string {
  if (goal.of === "rate") return `>= ${goal.atLeast.toLocaleString("en")}/s`;
  if (goal.of === "best of") return `>= ${goal.atLeast} of the best of ${goal.peers.join(", ")}`;
  return `>= ${goal.atLeast} of ${goal.of === "peer" ? goal.peer : goal.of}`;
}
