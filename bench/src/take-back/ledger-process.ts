// Two guards in a process of their own, one whose issuer's ledger is empty and one with a large one:
// memory, the longest turn of the event loop while the snapshot is read, and the time of a check.
//
// A turn is measured in processor time of the main thread, so other processes do not count.

import { setImmediate as turn } from "node:timers/promises";
import { createGuard, type Guard } from "@latchkey/guard";
import { interleave, medianRatio, type Plan } from "../interleave.ts";
import { answerQuestions } from "./child.ts";

/** What was measured. */
export interface LedgerReport {
  readonly entries: number;
  readonly bytesPerEntry: number;
  readonly loadSeconds: number;
  /** Milliseconds. */
  readonly longestTurn: number;
  /** Time of a check with the large ledger by the time with the empty one. */
  readonly checkRatio: number;
  /** The same for a token seen for the first time, whose handles are looked up. */
  readonly lookupRatio: number;
}

/** The question. */
export interface LedgerQuestion {
  readonly plan: Plan;
  readonly empty: { readonly url: string; readonly tokens: readonly string[] };
  readonly large: { readonly url: string; readonly tokens: readonly string[] };
}

answerQuestions({}, { measure });

async function measure({ plan, empty, large }: LedgerQuestion): Promise<LedgerReport> {
  const small = await readyGuard(empty.url, {});
  const before = memory();
  const started = performance.now();
  const guard = createGuard({ issuer: large.url, audience: large.url, startupTimeout: 600 });
  const longestTurn = await watchTurns(() => guard.status().ready);
  const loadSeconds = (performance.now() - started) / 1000;
  const { entries } = guard.status().revocations;
  const bytesPerEntry = (memory() - before) / entries;
  const checkRatio = await compare(plan, [small, empty.tokens], [guard, large.tokens]);
  const [smallAnew, largeAnew] = await Promise.all([
    readyGuard(empty.url, { cacheSize: 0 }),
    readyGuard(large.url, { cacheSize: 0 }),
  ]);
  const lookupRatio = await compare(plan, [smallAnew, empty.tokens], [largeAnew, large.tokens]);
  for (const each of [small, guard, smallAnew, largeAnew]) await each.close();
  return { entries, bytesPerEntry, loadSeconds, longestTurn, checkRatio, lookupRatio };
}

async function readyGuard(issuer: string, options: { cacheSize?: number }): Promise<Guard> {
  const guard = createGuard({ issuer, audience: issuer, startupTimeout: 600, ...options });
  while (!guard.status().ready) await turn();
  return guard;
}

function memory(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function watchTurns(isDone: () => boolean): Promise<number> {
  let longest = 0;
  let before = process.threadCpuUsage();
  while (!isDone()) {
    await turn();
    const now = process.threadCpuUsage();
    longest = Math.max(longest, now.user + now.system - before.user - before.system);
    before = now;
  }
  return longest / 1000;
}

async function compare(
  plan: Plan,
  [empty, emptyTokens]: readonly [Guard, readonly string[]],
  [large, largeTokens]: readonly [Guard, readonly string[]],
): Promise<number> {
  const check = (guard: Guard, tokens: readonly string[]) => {
    const bytes = tokens.map((token) => Buffer.from(token));
    return (index: number) => guard.check(bytes[index % bytes.length]?.toString("latin1") ?? "");
  };
  for (const [guard, tokens] of [
    [empty, emptyTokens],
    [large, largeTokens],
  ] as const) {
    for (const token of tokens) {
      if (!(await guard.check(token)).ok) throw new Error("a good token was refused");
    }
  }
  const rates = await interleave(
    [
      { name: "empty", run: check(empty, emptyTokens) },
      { name: "large", run: check(large, largeTokens) },
    ],
    plan,
  );
  return medianRatio(rates, "empty", "large");
}
