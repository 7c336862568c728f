// Runs subjects interleaved: A B C A B C ... The machine drifts by a factor of two within minutes,
// so only what was measured side by side in the same round is compared, and ratios are medians
// over the rounds.
//
// Time is processor time of this process, all its threads counted: what others do on the machine does not
// enter, and work handed to another thread (a garbage collector, a pool) is not free. What is about
// using several processors at once is measured by the wall clock instead.

/** Something to be measured: one call is one operation; a promise is awaited. */
export interface Subject {
  readonly name: string;
  readonly run: (index: number) => unknown;
}

/** Rates of each subject, one number (operations per second) per round. */
export type Rates = ReadonlyMap<string, readonly number[]>;

/** A clock: nanoseconds from some moment on. */
export type Clock = () => number;

/** Processor time of this process. */
export const processorClock: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
};

/** Time as it passes. */
export const wallClock: Clock = () => Number(process.hrtime.bigint());

/** How long and how often. */
export interface Plan {
  readonly rounds: number;
  /** Milliseconds of one subject in one round. */
  readonly sliceMs: number;
}

/** What a run has without options; rounds are each suite's own (suites.ts). */
export const defaultPlan: Pick<Plan, "sliceMs"> = { sliceMs: 30 };

/** Measures the subjects, interleaved. The order turns by one each round. */
export async function interleave(
  subjects: readonly Subject[],
  plan: Plan,
  clock: Clock = processorClock,
): Promise<Rates> {
  const batches = new Map<string, number>();
  for (const subject of subjects) {
    batches.set(subject.name, await calibrate(subject, plan.sliceMs, clock));
  }
  const rates = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < plan.rounds; round += 1) {
    for (let place = 0; place < subjects.length; place += 1) {
      const subject = subjects[(place + round) % subjects.length];
      if (subject === undefined) continue;
      const count = batches.get(subject.name) ?? 1;
      rates.get(subject.name)?.push(await rate(subject, count, clock));
    }
  }
  return rates;
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Median over the rounds of `a`'s rate by `b`'s in the same round. */
export function medianRatio(rates: Rates, a: string, b: string): number {
  const above = rates.get(a) ?? [];
  const below = rates.get(b) ?? [];
  return median(above.map((value, round) => value / (below[round] ?? Number.NaN)));
}

// The compiler needs some ten thousand calls before it has done its best for a subject of many functions.
const WARM_UP_MS = 400;

// Warms up, then says how many calls fill one slice.
async function calibrate(subject: Subject, sliceMs: number, clock: Clock): Promise<number> {
  let count = 1;
  let warmMs = 0;
  for (;;) {
    const perSecond = await rate(subject, count, clock);
    const elapsedMs = (count / perSecond) * 1000;
    warmMs += elapsedMs;
    if (elapsedMs >= sliceMs && warmMs >= WARM_UP_MS) return Math.max(1, count);
    if (elapsedMs >= sliceMs) {
      count = Math.max(1, Math.round((perSecond * sliceMs * 1.05) / 1000));
    } else {
      count = Math.ceil(count * Math.min(8, Math.max(1.2, (sliceMs * 1.1) / elapsedMs)));
    }
  }
}

async function rate(subject: Subject, count: number, clock: Clock): Promise<number> {
  const { run } = subject;
  const isAsync = run(0) instanceof Promise;
  const start = clock();
  if (isAsync) {
    for (let index = 0; index < count; index += 1) await run(index);
  } else {
    for (let index = 0; index < count; index += 1) run(index);
  }
  return count / ((clock() - start) / 1e9);
}
