// Can somebody tell by time whether an account exists? Sign-ins with a wrong password, of accounts
// and of names that nobody has, in random order, one at a time. A classifier that guesses by time
// alone is as good as the area under its ROC curve says: 0.5 is a coin.

import { randomInt } from "node:crypto";
import type { ServerProcess } from "../refresh/child-server.ts";
import { createAgent, post } from "./load.ts";

/** What was measured. */
export interface Timing {
  /** Area under the curve of the server's own times. */
  readonly auc: number;
  readonly trials: number;
}

/** Measures; each name is tried once. */
export async function measureTiming(
  server: ServerProcess,
  emails: readonly string[],
  trials: number,
): Promise<Timing> {
  const agent = createAgent();
  const names = shuffle(
    Array.from({ length: trials }, (_, index) => {
      const isKnown = index % 2 === 0;
      const known = emails[index >> 1] ?? "";
      // As long as a known one: it is made of one.
      return { isKnown, email: isKnown ? known : known.replace("user-", "nono-") };
    }),
  );
  await server.start();
  for (const { email } of names) {
    const { status } = await post(
      { agent, port: server.port, path: "/auth/login" },
      { email, password: "a password that is wrong" },
    );
    if (status !== 401) throw new Error(`a wrong password was answered ${status}`);
  }
  const { counted } = await server.stop();
  agent.destroy();
  if (counted.length !== trials) throw new Error(`${counted.length} of ${trials} were measured`);
  const of = (isKnown: boolean): number[] =>
    counted.filter((_, index) => names[index]?.isKnown === isKnown);
  return { auc: areaUnderCurve(of(true), of(false)), trials };
}

/** The chance that a value of the first is above one of the second; ties count half. */
export function areaUnderCurve(above: readonly number[], below: readonly number[]): number {
  const sorted = below.toSorted((a, b) => a - b);
  let wins = 0;
  for (const value of above) {
    wins += (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / 2;
  }
  return wins / (above.length * below.length);
}

/** How many are smaller, or smaller or equal. */
function countBelow(sorted: readonly number[], value: number, orEqual: boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const other = sorted[middle] ?? 0;
    if (other < value || (orEqual && other === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function shuffle<Value>(values: readonly Value[]): readonly Value[] {
  const shuffled = [...values];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    const [a, b] = [shuffled[last], shuffled[other]];
    // Both indexes are inside.
    shuffled[last] = b as Value;
    shuffled[other] = a as Value;
  }
  return shuffled;
}
