// The growth suite: what becomes of each figure of the server when there are a hundred times and a
// thousand times as many users, each with a session. Stores are loaded as SQL; servers take turns.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, medianRatio, type Plan } from "../interleave.ts";
import { createAgent } from "../login/load.ts";
import type { Suite } from "../suites.ts";
import { keepOffServerCore } from "../refresh/child-server.ts";
import type { Row } from "../result.ts";
import { type Started, startOnce } from "../start/start-once.ts";
import { startChild } from "../take-back/child.ts";
import { measureLedger } from "../take-back/suite.ts";
import { openSizedStore, type Rates, type SizedStore } from "./store.ts";

/** Users, each with a session; of a rehearsal the second. */
const SIZES = [1000, 100_000, 1_000_000] as const;
const REHEARSED = [1000, 10_000, 100_000] as const;

/** Rounds of a result. */
const ROUNDS = 3;

/** Milliseconds of one turn, for each millisecond of the plan's slice. */
const REQUESTS_FACTOR = 75;
const SIGN_INS_FACTOR = 100;

/** Milliseconds of a server before anything counts. */
const WARM_UP = { requests: 3000, signIns: 1000 };

async function measure(plan: Plan, report: (line: string) => void): Promise<readonly Row[]> {
  keepOffServerCore();
  const sizes = plan.rounds >= ROUNDS ? SIZES : REHEARSED;
  const parent = mkdtempSync(join(tmpdir(), "latchkey-bench-growth-"));
  const stores: SizedStore[] = [];
  try {
    for (const size of sizes) {
      report(`loading ${size.toLocaleString("en")} users and sessions`);
      stores.push(await openSizedStore(parent, size));
    }
    const rates = await takeTurns(stores, plan, report);
    for (const store of stores) await store.end();
    const starts = new Map<number, Started[]>(sizes.map((size) => [size, []]));
    const start = (folder: string): Promise<Started> =>
      startOnce("sources", folder, join(parent, "compiled"));
    // A later start is meant: the first one fills the cache.
    for (const { folder } of stores.slice(0, 1)) await start(folder);
    for (let round = 0; round < plan.rounds; round += 1) {
      report(`starts, round ${round + 1} of ${plan.rounds}`);
      for (const { size, folder } of stores) starts.get(size)?.push(await start(folder));
    }
    return [
      ...rateRows("refresh", "refresh", rates),
      ...rateRows("sign-in", "signIn", rates),
      ...rateRows("GET /auth/me", "me", rates),
      ...startRows(starts),
      ...diskRows(stores),
      ...(await ledgerRows(sizes, plan, report)),
    ];
  } finally {
    for (const store of stores) await store.end();
    rmSync(parent, { recursive: true });
  }
}

type RatesBySize = ReadonlyMap<number, readonly Rates[]>;

async function takeTurns(
  stores: readonly SizedStore[],
  plan: Plan,
  report: (line: string) => void,
): Promise<RatesBySize> {
  const rates = new Map<number, Rates[]>(stores.map(({ size }) => [size, []]));
  const agent = createAgent();
  try {
    report("warming up");
    for (const store of stores) await store.measure(agent, WARM_UP);
    for (let round = 0; round < plan.rounds; round += 1) {
      for (let place = 0; place < stores.length; place += 1) {
        const store = stores[(place + round) % stores.length];
        if (store === undefined) continue;
        const rate = await store.measure(agent, {
          requests: plan.sliceMs * REQUESTS_FACTOR,
          signIns: plan.sliceMs * SIGN_INS_FACTOR,
        });
        rates.get(store.size)?.push(rate);
        report(
          `round ${round + 1} of ${plan.rounds}, ${store.size.toLocaleString("en")}: refresh ` +
            `${rate.refresh.toFixed(0)}/s, sign-in ${rate.signIn.toFixed(1)}/s, me ${rate.me.toFixed(0)}/s`,
        );
      }
    }
    return rates;
  } finally {
    agent.destroy();
  }
}

function rateRows(name: string, member: keyof Rates, rates: RatesBySize): readonly Row[] {
  const sizes = [...rates.keys()];
  const [smallest = 0] = sizes;
  const of = new Map(
    [...rates].map(([size, list]) => [words(size), list.map((rate) => rate[member])]),
  );
  return sizes.map((size) => {
    const ratio = medianRatio(of, words(size), words(smallest));
    const isSmallest = size === smallest;
    return {
      ...plain,
      name: `${name}, ${words(size)} users and sessions`,
      unit: "op/s",
      ours: median(of.get(words(size)) ?? []),
      peers: isSmallest
        ? {}
        : { [`with ${words(smallest)}`]: median(of.get(words(smallest)) ?? []) },
      ratioToBestPeer: isSmallest ? null : ratio,
      goal: isSmallest ? null : `>= 0.85 of the rate with ${words(smallest)}`,
      met: isSmallest ? null : ratio >= 0.85,
    };
  });
}

function startRows(starts: ReadonlyMap<number, readonly Started[]>): readonly Row[] {
  const of = (size: number, member: keyof Started): number =>
    median((starts.get(size) ?? []).map((started) => started[member]));
  const sizes = [...starts.keys()];
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  const grown = of(largest, "resident") - of(smallest, "resident");
  return [
    ...sizes.map((size) => ({
      ...plain,
      name: `first answer after a start, ${words(size)} users and sessions`,
      unit: "ms",
      ours: of(size, "ready"),
      goal: "<= 1,000 ms",
      met: of(size, "ready") <= 1000,
    })),
    ...sizes.map((size) => ({
      ...plain,
      name: `memory at rest, ${words(size)} users and sessions`,
      unit: "MiB",
      ours: of(size, "resident") / 1024 / 1024,
    })),
    {
      ...plain,
      name: "memory at rest of one more session",
      unit: "bytes",
      // Two processes differ by a few MiB whatever they hold, so there is no goal.
      ours: Math.max(0, grown / (largest - smallest)),
    },
  ];
}

function diskRows(stores: readonly SizedStore[]): readonly Row[] {
  return stores.map(({ size, bytesPerUser }) => ({
    ...plain,
    name: `disk of a user with a session, ${words(size)} of them`,
    unit: "bytes",
    ours: bytesPerUser,
  }));
}

async function ledgerRows(
  sizes: readonly number[],
  plan: Plan,
  report: (line: string) => void,
): Promise<readonly Row[]> {
  const empty = await startChild("issuer.ts", ["0"]);
  try {
    const rows: Row[] = [];
    // Fewer entries are less than what a heap differs by from one moment to the next.
    for (const size of sizes.filter((count) => count >= 100_000)) {
      report(`a guard with ${words(size)} revocations`);
      const large = await startChild("issuer.ts", [String(size)]);
      try {
        const { bytesPerEntry, lookupRatio } = await measureLedger(empty, large, plan);
        rows.push(
          {
            ...plain,
            name: `guard: memory of a revocation, ${words(size)} live`,
            unit: "bytes",
            ours: bytesPerEntry,
            goal: "<= 100 bytes",
            met: bytesPerEntry <= 100,
          },
          {
            ...plain,
            name: `guard: check of a token seen first, ${words(size)} entries by none`,
            unit: "x",
            ours: lookupRatio,
            goal: "<= 1.5 x",
            met: lookupRatio <= 1.5,
          },
        );
      } finally {
        await large.end();
      }
    }
    return rows;
  } finally {
    await empty.end();
  }
}

const plain = {
  peers: {},
  limit: null,
  ratioToBestPeer: null,
  ratioToLimit: null,
  goal: null,
  met: null,
} as const;

function words(size: number): string {
  return size.toLocaleString("en");
}

/** The suite. */
export const growthSuite: Suite = {
  packages: ["@latchkey/server", "@latchkey/guard"],
  rounds: ROUNDS,
  minutes: ({ rounds, sliceMs }) =>
    (180_000 + rounds * SIZES.length * (sliceMs * (2 * REQUESTS_FACTOR + SIGN_INS_FACTOR) + 3000)) /
    60_000,
  measure,
};
