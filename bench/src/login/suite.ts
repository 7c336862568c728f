// The login suite: sign-ins per second against argon2id by itself at the same concurrency; how
// renewals fare while sign-ins flood the server at ten times what it can do; and whether time tells
// an account from a name that nobody has. The server and the bare hash take turns on a machine of
// two cores, as `latchkey serve` uses them: one hash at a time. The load generator keeps to one of
// the cores and leaves most of it free.

import { mkdtempSync, rmSync } from "node:fs";
import type { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRow, LIMIT, OURS } from "../goal.ts";
import { median } from "../interleave.ts";
import type { Suite } from "../suites.ts";
import { keepOffServerCore, type ServerProcess, startServer } from "../refresh/child-server.ts";
import type { Row } from "../result.ts";
import { createLoginFixture, type LoginFixture, PASSWORD } from "./fixture.ts";
import { createAgent, post, sendInTurn, sendSteadily } from "./load.ts";
import { measurePeers, peersMilliseconds } from "./peers.ts";
import { measureTiming, type Timing } from "./timing.ts";

/** The cores of the server and of the bare hash, which take turns: those of a small machine. */
const CORES = "0,1";

/** Hashes at once: what the server chooses by itself on two cores. */
const CONCURRENCY = "1";

/** Connections that sign in: always one that waits for its hash. */
const SIGN_IN_CONNECTIONS = 4;

/** Milliseconds of one turn, for each millisecond of the plan's slice. */
const SLICE_FACTOR = 35;

/** How far the flood is above what the server can do. */
const FLOOD_FACTOR = 10;

/** Renewals per second beside it: a hundred thousand people who renew every quarter of an hour. */
const RENEWALS_PER_SECOND = 100;

/** Sign-ins of which time is to tell nothing. */
const TRIALS = 2000;

/** Milliseconds before anything counts. */
const WARM_UP = 3000;

interface Bench {
  readonly server: ServerProcess;
  readonly bare: ServerProcess;
  readonly fixture: LoginFixture;
  readonly agent: Agent;
  /** Processor time of one sign-in and of one bare hash, in microseconds, one number a round. */
  readonly costs: { readonly signIn: number[]; readonly hash: number[] };
  /** The next refresh token: each is used once, so each renewal rotates. */
  nextToken: number;
}

interface Flood {
  readonly unloaded: number[];
  readonly loaded: number[];
  accepted: number;
  shed: number;
}

export const loginSuite: Suite = {
  packages: ["@latchkey/server", "better-auth"],
  // Four turns a round, the sign-ins of which time is to tell nothing, and the servers beside a peer.
  minutes: (plan) =>
    (20_000 +
      plan.rounds * 4 * plan.sliceMs * SLICE_FACTOR +
      TRIALS * 30 +
      peersMilliseconds(plan)) /
    60_000,
  measure: async (plan, report) => {
    keepOffServerCore();
    const directory = mkdtempSync(join(tmpdir(), "latchkey-bench-login-"));
    const milliseconds = plan.sliceMs * SLICE_FACTOR;
    report("loading accounts and sessions");
    const renewals = (2 * plan.rounds * milliseconds + 2 * WARM_UP) * (RENEWALS_PER_SECOND / 1000);
    const fixture = await createLoginFixture(directory, {
      users: TRIALS / 2,
      tokens: Math.ceil(renewals) + 1000,
    });
    const server = await startServer("../login/server-login.ts", [directory, CONCURRENCY], CORES);
    const bare = await startServer("../login/hash-process.ts", [CONCURRENCY], CORES);
    const bench: Bench = {
      server,
      bare,
      fixture,
      agent: createAgent(),
      nextToken: 0,
      costs: { signIn: [], hash: [] },
    };
    try {
      report("warming up");
      await signIns(bench, WARM_UP);
      bench.costs.signIn.length = 0;
      await renew(bench, WARM_UP);
      report(`timing of ${TRIALS} sign-ins`);
      const timing = await measureTiming(server, fixture.emails, TRIALS);
      report(`AUC ${timing.auc.toFixed(3)}`);
      const rates = new Map<string, number[]>([OURS, LIMIT].map((name) => [name, []]));
      const flood: Flood = { unloaded: [], loaded: [], accepted: 0, shed: 0 };
      for (let round = 1; round <= plan.rounds; round += 1) {
        await measureRound(bench, { round, milliseconds, rates, flood });
        const [ours, limit] = [rates.get(OURS)?.at(-1), rates.get(LIMIT)?.at(-1)];
        report(
          `round ${round} of ${plan.rounds}: ${ours?.toFixed(1)} sign-ins/s, ` +
            `argon2id ${limit?.toFixed(1)}/s, renewals p99 ${p99(flood.unloaded).toFixed(1)} ms, ` +
            `under flood ${p99(flood.loaded).toFixed(1)} ms`,
        );
      }
      const peers = await measurePeers(directory, plan, report);
      return [...rows(rates, flood, timing), costRow(bench), ...peers];
    } finally {
      bench.agent.destroy();
      await server.end();
      await bare.end();
      rmSync(directory, { recursive: true });
    }
  },
};

/** Every other round in the other order: what the machine does meanwhile favours nobody. */
async function measureRound(
  bench: Bench,
  turn: {
    readonly round: number;
    readonly milliseconds: number;
    readonly rates: ReadonlyMap<string, number[]>;
    readonly flood: Flood;
  },
): Promise<void> {
  const { milliseconds, rates, flood } = turn;
  const steps = [
    async () => {
      rates.get(OURS)?.push(await signIns(bench, milliseconds));
    },
    async () => {
      rates.get(LIMIT)?.push(await bareHashes(bench, milliseconds));
    },
  ];
  for (const step of turn.round % 2 === 0 ? steps : steps.toReversed()) await step();
  const capacity = median(rates.get(OURS) ?? []);
  flood.unloaded.push(...(await renew(bench, milliseconds)));
  const flooding = sendSteadily(
    { perSecond: capacity * FLOOD_FACTOR, milliseconds },
    async (index) => {
      const status = await signIn(bench, index);
      if (status === 200) flood.accepted += 1;
      else if (status === 503) flood.shed += 1;
      else throw new Error(`a sign-in of the flood was answered ${status}`);
    },
  );
  flood.loaded.push(...(await renew(bench, milliseconds)));
  // The queue is empty before the next turn.
  await flooding;
}

async function signIns(bench: Bench, milliseconds: number): Promise<number> {
  await bench.server.start();
  const rate = await sendInTurn(
    { connections: SIGN_IN_CONNECTIONS, milliseconds },
    async (index) => {
      const status = await signIn(bench, index);
      if (status !== 200) throw new Error(`a sign-in was answered ${status}`);
    },
  );
  const { cpu, counted } = await bench.server.stop();
  bench.costs.signIn.push(cpu / counted.length);
  return rate;
}

async function bareHashes({ bare, costs }: Bench, milliseconds: number): Promise<number> {
  await bare.start();
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const { cpu, counted } = await bare.stop();
  const [count = 0, elapsed = 1] = counted;
  costs.hash.push(cpu / count);
  return count / (elapsed / 1000);
}

async function signIn({ server, agent, fixture }: Bench, index: number): Promise<number> {
  const email = fixture.emails[index % fixture.emails.length] ?? "";
  const to = { agent, port: server.port, path: "/auth/login" };
  return (await post(to, { email, password: PASSWORD })).status;
}

function renew(bench: Bench, milliseconds: number): Promise<readonly number[]> {
  const { server, agent, fixture } = bench;
  return sendSteadily({ perSecond: RENEWALS_PER_SECOND, milliseconds }, async () => {
    const refresh_token = fixture.tokens[bench.nextToken] ?? "";
    bench.nextToken += 1;
    const to = { agent, port: server.port, path: "/auth/refresh" };
    const { status, text } = await post(to, { refresh_token });
    if (status !== 200) throw new Error(`a renewal was answered ${status} ${text}`);
  });
}

/** What other processes on the machine cannot distort much; reported beside the rates. */
function costRow({ costs }: Bench): Row {
  const [ours, limit] = [median(costs.signIn), median(costs.hash)];
  return {
    name: "processor time of one sign-in, against argon2id alone",
    unit: "us",
    ours,
    peers: {},
    limit,
    ratioToBestPeer: null,
    ratioToLimit: limit / ours,
    goal: null,
    met: null,
  };
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;
}

function rows(
  rates: ReadonlyMap<string, readonly number[]>,
  flood: Flood,
  timing: Timing,
): readonly Row[] {
  const [unloaded, loaded] = [p99(flood.unloaded), p99(flood.loaded)];
  const plain = { peers: {}, limit: null, ratioToBestPeer: null, ratioToLimit: null };
  return [
    createRow("sign-ins over HTTP, one hash at a time, against argon2id alone", rates, [
      { of: "limit", atLeast: 0.9 },
    ]),
    {
      ...plain,
      name: "renewals while sign-ins flood at ten times the capacity, p99",
      unit: "ms",
      ours: loaded,
      peers: { unloaded },
      ratioToBestPeer: loaded / unloaded,
      goal: "<= 4 of unloaded",
      met: loaded <= 4 * unloaded,
    },
    {
      ...plain,
      name: "sign-ins of the flood that were shed, all by 503",
      unit: "%",
      ours: (100 * flood.shed) / (flood.shed + flood.accepted),
      goal: null,
      met: null,
    },
    {
      ...plain,
      name: `unknown against known account by time, ${timing.trials} trials, AUC`,
      unit: "",
      ours: timing.auc,
      goal: "0.45 to 0.55",
      met: timing.auc >= 0.45 && timing.auc <= 0.55,
    },
  ];
}
