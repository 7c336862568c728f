// Renewals per second: of one node against the statement and the signature alone, and of two nodes
// against one. Taking turns in each round, as in the refresh suite.

import { keepOffServerCore, type ServerProcess, startServer } from "../refresh/child-server.ts";
import { CONNECTIONS, drive, type Target } from "../refresh/load.ts";
import { OURS, LIMIT } from "../goal.ts";
import type { Plan } from "../interleave.ts";
import { createPostgresFixture, hastenClock } from "./fixture.ts";
import { ask } from "./postmaster.ts";
import type { PostgresServer } from "../../../e2e/harness/postgres-server.ts";

/** Both nodes at once. */
export const BOTH = "two nodes";

/**
 * Sessions that are renewed; a multiple of the connections. The shortest list of a node that is gone
 * through more than once has three eighths of them: enough for 15,000 renewals a second.
 */
const SESSIONS = 640 * CONNECTIONS;

/** How much faster the database's clock runs: each of them can be renewed twice in a second. */
const HASTE = 20;

/** Milliseconds of one contender in one round, for each millisecond of the plan's slice. */
export const SLICE_FACTOR = 25;

/** Milliseconds of a server before its slice counts, and before its first one. */
const WARM_UP = 250;
const LONG_WARM_UP = 3_000;

/** Share of renewals that may find a session inside its rotation window. */
const MAX_UNROTATED = 0.02;

/** What was measured. */
export interface RateReport {
  readonly rates: ReadonlyMap<string, number[]>;
  /** Microseconds of processor time of one renewal, or of one statement with its signature. */
  readonly costs: ReadonlyMap<string, number[]>;
}

/** Renewals of these tokens. */
export function renewals(tokens: readonly string[]): Omit<Target, "port"> {
  return {
    path: "/auth/refresh",
    contentType: "application/json",
    tokens: [...tokens],
    body: (token) => JSON.stringify({ refresh_token: token }),
    successor: (answer) =>
      (JSON.parse(answer) as { readonly refresh_token?: string }).refresh_token ?? null,
  };
}

/** Makes an empty database; answers its URL. */
export async function createDatabase(postgres: PostgresServer, name: string): Promise<string> {
  await ask(postgres.url, `create database ${name}`);
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** Measures. */
export async function measureRates(
  postgres: PostgresServer,
  plan: Plan,
  report: (line: string) => void,
): Promise<RateReport> {
  keepOffServerCore();
  const [url, plainUrl] = [
    await createDatabase(postgres, "rates"),
    await createDatabase(postgres, "statement"),
  ];
  const loaded = await createPostgresFixture(url, SESSIONS);
  await createPostgresFixture(plainUrl, SESSIONS);
  await hastenClock(url, HASTE);
  const tokens = loaded.map(({ token }) => token);
  // Each node has sessions of its own, so that two of them never meet in one; and a part of these is for
  // warming up, since a slice begins with its first sessions anew.
  const quarter = SESSIONS / 4;
  const part = (from: number, to: number) => renewals(tokens.slice(from * quarter, to * quarter));
  const parts = [
    { warm: part(0, 0.5), slice: part(0.5, 2) },
    { warm: part(2, 2.5), slice: part(2.5, 4) },
  ];
  const servers: ServerProcess[] = [];
  const file = "../postgres/server-node.ts";
  try {
    const nodes = [await startServer(file, [url, url]), await startServer(file, [url, url], "1")];
    const statement = await startServer("../postgres/server-statement.ts", [plainUrl]);
    servers.push(...nodes, statement);
    const aims = nodes.flatMap(({ port }, index) => {
      const own = parts[index];
      if (own === undefined) return [];
      return [{ warm: { ...own.warm, port }, slice: { ...own.slice, port } }];
    });

    const ofNodes = async (count: number, milliseconds: number): Promise<Sample> => {
      const chosen = nodes.slice(0, count);
      const targets = aims.slice(0, count);
      await Promise.all(targets.map((target) => drive(target.warm, WARM_UP)));
      await Promise.all(chosen.map((node) => node.start()));
      const slices = await Promise.all(targets.map((target) => drive(target.slice, milliseconds)));
      const stopped = await Promise.all(chosen.map((node) => node.stop()));
      const rate = slices.reduce((sum, slice) => sum + slice.rate, 0);
      const unrotated = slices.reduce((sum, slice) => sum + slice.unrotated, 0);
      const answers = (rate * milliseconds) / 1000;
      if (unrotated > answers * MAX_UNROTATED) {
        throw new Error(`${unrotated} of ${answers.toFixed(0)} answers did not rotate`);
      }
      return { rate, cost: stopped.reduce((sum, { cpu }) => sum + cpu, 0) / answers };
    };
    const ofStatement = async (milliseconds: number): Promise<Sample> => {
      await statement.start();
      const start = performance.now();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      const { counted, cpu } = await statement.stop();
      const [count = 0] = counted;
      return { rate: (count * 1000) / (performance.now() - start), cost: cpu / count };
    };
    const contenders: Readonly<Record<string, (milliseconds: number) => Promise<Sample>>> = {
      [OURS]: (milliseconds) => ofNodes(1, milliseconds),
      [LIMIT]: ofStatement,
      [BOTH]: (milliseconds) => ofNodes(2, milliseconds),
    };
    report("warming up");
    for (const run of Object.values(contenders)) await run(LONG_WARM_UP);
    const names = Object.keys(contenders);
    const rates = new Map<string, number[]>(names.map((name) => [name, []]));
    const costs = new Map<string, number[]>(names.map((name) => [name, []]));
    for (let round = 0; round < plan.rounds; round += 1) {
      for (let place = 0; place < names.length; place += 1) {
        const name = names[(place + round) % names.length] ?? "";
        const sample = await contenders[name]?.(plan.sliceMs * SLICE_FACTOR);
        if (sample === undefined) continue;
        rates.get(name)?.push(sample.rate);
        costs.get(name)?.push(sample.cost);
      }
      const line = names.map((name) => `${name} ${rates.get(name)?.at(-1)?.toFixed(0)}/s`);
      report(`round ${round + 1} of ${plan.rounds}: ${line.join(", ")}`);
    }
    return { rates, costs };
  } finally {
    for (const server of servers) await server.end();
  }
}

interface Sample {
  readonly rate: number;
  readonly cost: number;
}
