// The refresh suite: renewals per second over HTTP on one core, against what the machine could do at
// most and against a peer; the same with a million sessions; the event loop's delay; the size of a
// session that was renewed a thousand times. Servers take turns in each round, all on one core; the
// load generator has the other.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRow, LIMIT, OURS } from "../goal.ts";
import { median, medianRatio, type Plan } from "../interleave.ts";
import { ROUNDS, type Suite } from "../suites.ts";
import type { Row } from "../result.ts";
import { keepOffServerCore, type ServerProcess, startServer } from "./child-server.ts";
import { createFixture } from "./fixture.ts";
import { CONNECTIONS, drive, type Slice, type Target } from "./load.ts";
import { measureSize } from "./size.ts";

const FEW = 1000;
const MANY = 1_000_000;
/** Of a rehearsal: a run whose result is not written. */
const REHEARSED = 100_000;
/** Sessions of the million that are renewed: spread over all of it. */
const RENEWED = 50_000;

/** Milliseconds of one server in one round, for each millisecond of the plan's slice. */
const SLICE_FACTOR = 18;

/** Milliseconds of a server before its slice counts. */
const WARM_UP = 250;

/** Milliseconds of each server, again and again until it has given these answers: its code is compiled. */
const LONG_WARM_UP = 1000;
const WARM_UP_ANSWERS = 20_000;

/** Share of renewals that may find a session inside its rotation window. */
const MAX_UNROTATED = 0.01;

const PEER = "oidc-provider";
const LARGE = "latchkey, large store";
const ECHO = "echo";

interface Contender {
  readonly server: ServerProcess;
  readonly target: Target;
  readonly delays: number[];
  /** Processor time of one answer in each slice, in microseconds. */
  readonly costs: number[];
}

async function measure(plan: Plan, report: (line: string) => void): Promise<readonly Row[]> {
  keepOffServerCore();
  const sessions = plan.rounds >= ROUNDS ? MANY : REHEARSED;
  const directory = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
  const contenders = new Map<string, Contender>();
  try {
    report(`loading ${FEW} and ${sessions} sessions`);
    const few = join(directory, "few");
    const many = join(directory, "many");
    const fewTokens = await createFixture(few, { sessions: FEW, tokens: FEW });
    const manyTokens = await createFixture(many, { sessions, tokens: RENEWED });
    report("starting servers");
    contenders.set(
      OURS,
      contender(await startServer("server-latchkey.ts", [few]), ours(fewTokens)),
    );
    const large = await startServer("server-latchkey.ts", [many]);
    contenders.set(LARGE, contender(large, ours(manyTokens)));
    contenders.set(PEER, contender(await startServer("server-oidc-provider.ts", []), oidc));
    const { answerBytes } = await slice(contenders.get(OURS), WARM_UP);
    // What is left of the answer when a signature and a refresh token are taken out.
    const padding = String(Math.max(1, answerBytes - 230));
    const limit = await startServer("server-limit.ts", [directory, padding]);
    contenders.set(LIMIT, contender(limit, plain("/refresh")));
    const echo = await startServer("server-echo.ts", [String(answerBytes)]);
    contenders.set(ECHO, contender(echo, plain("/")));
    report("warming up");
    for (const subject of contenders.values()) {
      for (let answers = 0; answers < WARM_UP_ANSWERS; ) {
        const { rate } = await slice(subject, LONG_WARM_UP);
        answers += (rate * LONG_WARM_UP) / 1000;
      }
      subject.delays.length = 0;
      subject.costs.length = 0;
    }
    const rates = await takeTurns(contenders, plan, report);
    report("renewing sessions a thousand times");
    return [...rows(rates, contenders, sessions), ...(await measureSize(directory))];
  } finally {
    for (const { server } of contenders.values()) await server.end();
    rmSync(directory, { recursive: true });
  }
}

async function takeTurns(
  contenders: ReadonlyMap<string, Contender>,
  plan: Plan,
  report: (line: string) => void,
): Promise<Map<string, number[]>> {
  const names = [...contenders.keys()];
  const rates = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < plan.rounds; round += 1) {
    for (let place = 0; place < names.length; place += 1) {
      const name = names[(place + round) % names.length] ?? "";
      const { rate } = await slice(contenders.get(name), plan.sliceMs * SLICE_FACTOR);
      rates.get(name)?.push(rate);
    }
    const line = names.map((name) => `${name} ${rates.get(name)?.at(-1)?.toFixed(0)}/s`);
    report(`round ${round + 1} of ${plan.rounds}: ${line.join(", ")}`);
  }
  return rates;
}

function contender(server: ServerProcess, target: Omit<Target, "port">): Contender {
  return { server, target: { ...target, port: server.port }, delays: [], costs: [] };
}

async function slice(subject: Contender | undefined, milliseconds: number): Promise<Slice> {
  if (subject === undefined) throw new Error("no such server");
  const { server, target, delays, costs } = subject;
  const fresh = await server.start();
  if (fresh !== undefined) target.tokens.splice(0, target.tokens.length, ...fresh);
  const before = await drive(target, WARM_UP);
  const result = await drive(target, milliseconds);
  const { delayP99, cpu } = await server.stop();
  const answers = (result.rate * milliseconds) / 1000;
  delays.push(delayP99);
  costs.push(cpu / (answers + (before.rate * WARM_UP) / 1000));
  if (result.unrotated > answers * MAX_UNROTATED) {
    throw new Error(`${result.unrotated} of ${answers.toFixed(0)} answers did not rotate`);
  }
  return result;
}

function rows(
  rates: ReadonlyMap<string, readonly number[]>,
  contenders: ReadonlyMap<string, Contender>,
  sessions: number,
): readonly Row[] {
  const pick = (...names: string[]) => new Map(names.map((name) => [name, rates.get(name) ?? []]));
  const delay = median(contenders.get(OURS)?.delays ?? []);
  const large = pick(OURS, LARGE);
  const ofFew = medianRatio(large, LARGE, OURS);
  const fastest = Math.max(median(rates.get(OURS) ?? []), median(rates.get(LIMIT) ?? []));
  const generator = median(rates.get(ECHO) ?? []);
  return [
    createRow("refresh over HTTP, one core, ES256, durable", pick(OURS, LIMIT, PEER), [
      { of: "limit", atLeast: 0.5 },
      { of: "peer", peer: PEER, atLeast: 3 },
    ]),
    {
      name: `the same with ${sessions.toLocaleString("en")} sessions`,
      unit: "op/s",
      ours: median(rates.get(LARGE) ?? []),
      peers: { "with 1,000": median(rates.get(OURS) ?? []) },
      limit: null,
      ratioToBestPeer: ofFew,
      ratioToLimit: null,
      goal: ">= 0.85 of the rate with 1,000",
      met: ofFew >= 0.85,
    },
    {
      // All threads and the kernel's work for them: what other processes on the core cannot distort
      // much. Reported beside the rates, with no goal of its own.
      name: "processor time of one renewal",
      unit: "us",
      ours: costOf(contenders, OURS),
      peers: { [PEER]: costOf(contenders, PEER) },
      limit: costOf(contenders, LIMIT),
      ratioToBestPeer: costOf(contenders, PEER) / costOf(contenders, OURS),
      ratioToLimit: costOf(contenders, LIMIT) / costOf(contenders, OURS),
      goal: null,
      met: null,
    },
    {
      name: "event-loop delay under that load, p99",
      unit: "ms",
      ours: delay,
      peers: { [PEER]: median(contenders.get(PEER)?.delays ?? []) },
      limit: median(contenders.get(LIMIT)?.delays ?? []),
      ratioToBestPeer: null,
      ratioToLimit: null,
      goal: "<= 10 ms",
      met: delay <= 10,
    },
    {
      name: "load generator against a server that does nothing",
      unit: "op/s",
      ours: generator,
      peers: {},
      limit: null,
      ratioToBestPeer: null,
      ratioToLimit: null,
      goal: ">= 1.5 of the fastest server above: it is not what limits",
      met: generator >= 1.5 * fastest,
    },
  ];
}

function costOf(contenders: ReadonlyMap<string, Contender>, name: string): number {
  return median(contenders.get(name)?.costs ?? []);
}

function ours(tokens: readonly string[]): Omit<Target, "port"> {
  return {
    path: "/auth/refresh",
    contentType: "application/json",
    tokens: [...tokens],
    body: (token) => JSON.stringify({ refresh_token: token }),
    successor: readSuccessor,
  };
}

function plain(path: string): Omit<Target, "port"> {
  const token = `lkr_${"a".repeat(72)}`;
  const body = JSON.stringify({ refresh_token: token });
  return {
    path,
    contentType: "application/json",
    tokens: Array.from({ length: CONNECTIONS }, () => token),
    body: () => body,
    // It parses the answer all the same: the generator has the same work with every server.
    successor: (answer) => readSuccessor(answer) ?? token,
  };
}

const oidc: Omit<Target, "port"> = {
  path: "/token",
  contentType: "application/x-www-form-urlencoded",
  tokens: [],
  body: (token) => `grant_type=refresh_token&client_id=bench&refresh_token=${token}`,
  successor: readSuccessor,
};

function readSuccessor(answer: string): string | null {
  const { refresh_token: token } = JSON.parse(answer) as { refresh_token?: string };
  return token ?? null;
}

export const refreshSuite: Suite = {
  packages: ["hono", "oidc-provider"],
  // Loading, warming up five servers and a thousand renewals of the same sessions, beside the turns.
  minutes: ({ rounds, sliceMs }) =>
    (110_000 + rounds * 5 * (sliceMs * SLICE_FACTOR + WARM_UP)) / 60_000,
  measure,
};
