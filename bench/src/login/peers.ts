// Sign-in, session check and token of ours beside those of Better Auth: each figure by servers that take
// turns, all on one core; the load generator has the other. What differs is said in the names: our
// session check is the guard's in an API, or GET /auth/me at the server; theirs asks the
// database, or with its cookie cache believes the cookie; our token comes with a rotated refresh token.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createRow, type Goal, OURS } from "../goal.ts";
import { median, type Plan } from "../interleave.ts";
import { type ServerProcess, startServer } from "../refresh/child-server.ts";
import { CONNECTIONS } from "../refresh/load.ts";
import type { Row } from "../result.ts";
import { startChild } from "../take-back/child.ts";
import { createLoginFixture, PASSWORD } from "./fixture.ts";
import { type Answer, createAgent, get, post, sendInTurn } from "./load.ts";

/** Accounts that sign in, and sessions that are checked and renewed. */
const ACCOUNTS = 32;
const SESSIONS = 1000;

/** Milliseconds of one turn, for each millisecond of the plan's slice; a hash is slow. */
const FACTORS = { "sign-in": 30, check: 10, token: 10 } as const;

/** Sign-ins at once: always one that waits for its hash. */
const SIGN_IN_CONNECTIONS = 4;

/** Milliseconds before a turn counts. */
const WARM_UP = 1500;

const PEER = "better-auth";
const CACHED = "better-auth, cookie cache";
const OWN_ROUTE = "GET /auth/me";
const ECHO = "echo";

type Figure = keyof typeof FACTORS;

interface Contender {
  readonly name: string;
  readonly figure: Figure;
  readonly server: ServerProcess;
  /** Sends the request of this index. */
  readonly ask: (index: number) => Promise<Answer>;
}

/** Measures with servers whose data are in `directory`. */
export async function measurePeers(
  directory: string,
  plan: Plan,
  report: (line: string) => void,
): Promise<readonly Row[]> {
  const servers: ServerProcess[] = [];
  const start = async (file: string, args: readonly string[]): Promise<ServerProcess> => {
    const server = await startServer(file, args);
    servers.push(server);
    return server;
  };
  const agent = createAgent();
  const issuer = await startChild("issuer.ts", ["0"]);
  try {
    report("starting servers of ours and of Better Auth");
    const data = join(directory, "peers");
    const renewed = join(directory, "renewed");
    for (const folder of [data, renewed]) mkdirSync(folder);
    const fixture = await createLoginFixture(data, { users: ACCOUNTS, tokens: SESSIONS });
    const { tokens } = await createLoginFixture(renewed, { users: ACCOUNTS, tokens: SESSIONS });
    const ours = await start("../login/server-login.ts", [data, "1"]);
    const renewing = await start("server-latchkey.ts", [renewed]);
    const guarded = await start("../login/server-guarded.ts", [String(issuer.ready["url"])]);
    const peer = await start("../login/server-better-auth.ts", [directory]);
    const cached = await start("../login/server-better-auth.ts", [directory, "cached"]);
    const echo = await start("server-echo.ts", ["400"]);
    const cookies = (await peer.start()) ?? [];
    const cachedCookies = (await cached.start()) ?? [];
    const guardTokens = await issuer.ask<readonly string[]>("tokens", CONNECTIONS);
    const email = (index: number): string => fixture.emails[index % ACCOUNTS] ?? "";
    const signIn = (index: number): Promise<Answer> =>
      post(
        { agent, port: ours.port, path: "/auth/login" },
        { email: email(index), password: PASSWORD },
      );
    const accessTokens: string[] = [];
    for (let index = 0; index < ACCOUNTS; index += 1) {
      accessTokens.push(tokenIn(await signIn(index), "access_token"));
    }
    const bearer = (list: readonly string[]) => (index: number) => ({
      Authorization: `Bearer ${list[index % list.length] ?? ""}`,
    });
    const cookie = (list: readonly string[]) => (index: number) => ({
      Cookie: list[index % list.length] ?? "",
    });
    const asking =
      (
        server: ServerProcess,
        path: string,
        headers: (index: number) => Readonly<Record<string, string>>,
      ) =>
      (index: number): Promise<Answer> =>
        get({ agent, port: server.port, path, headers: headers(index) });
    const contenders: readonly Contender[] = [
      { name: OURS, figure: "sign-in", server: ours, ask: signIn },
      {
        name: PEER,
        figure: "sign-in",
        server: peer,
        ask: (index) =>
          post(
            {
              agent,
              port: peer.port,
              path: "/api/auth/sign-in/email",
              headers: { Origin: "http://localhost:4002" },
            },
            { email: `user-${index % ACCOUNTS}@clinic.example`, password: PASSWORD },
          ),
      },
      {
        name: OURS,
        figure: "check",
        server: guarded,
        ask: asking(guarded, "/me", bearer(guardTokens)),
      },
      {
        name: OWN_ROUTE,
        figure: "check",
        server: ours,
        ask: asking(ours, "/auth/me", bearer(accessTokens)),
      },
      {
        name: PEER,
        figure: "check",
        server: peer,
        ask: asking(peer, "/api/auth/get-session", cookie(cookies)),
      },
      {
        name: CACHED,
        figure: "check",
        server: cached,
        ask: asking(cached, "/api/auth/get-session", cookie(cachedCookies)),
      },
      { name: ECHO, figure: "check", server: echo, ask: asking(echo, "/", bearer(guardTokens)) },
      {
        name: OURS,
        figure: "token",
        server: renewing,
        ask: createRenewal(tokens, (refresh_token) =>
          post({ agent, port: renewing.port, path: "/auth/refresh" }, { refresh_token }),
        ),
      },
      {
        name: PEER,
        figure: "token",
        server: peer,
        ask: asking(peer, "/api/auth/token", cookie(cookies)),
      },
    ];
    return rows(await takeTurns(contenders, plan, report));
  } finally {
    agent.destroy();
    for (const server of servers) await server.end();
    await issuer.end();
  }
}

/** Milliseconds of the turns of a plan. */
export function peersMilliseconds({ rounds, sliceMs }: Plan): number {
  const turns = 2 * FACTORS["sign-in"] + 5 * FACTORS.check + 2 * FACTORS.token;
  return rounds * sliceMs * turns + 9 * WARM_UP;
}

// Each session has one renewal at a time: it goes back to the list with its successor.
function createRenewal(
  tokens: readonly string[],
  renew: (token: string) => Promise<Answer>,
): (index: number) => Promise<Answer> {
  const free = [...tokens];
  return async () => {
    const token = free.shift();
    if (token === undefined) throw new Error("every session is being renewed");
    const answer = await renew(token);
    if (answer.status === 200) free.push(tokenIn(answer, "refresh_token"));
    return answer;
  };
}

type RatesByFigure = ReadonlyMap<Figure, ReadonlyMap<string, readonly number[]>>;

interface Measured {
  readonly rates: RatesByFigure;
  /** Processor time of one check, in microseconds: what a slow generator cannot distort. */
  readonly costs: ReadonlyMap<string, readonly number[]>;
}

async function takeTurns(
  contenders: readonly Contender[],
  plan: Plan,
  report: (line: string) => void,
): Promise<Measured> {
  const rates = new Map<Figure, Map<string, number[]>>();
  const costs = new Map<string, number[]>();
  for (const { figure, name } of contenders) {
    const ofFigure = rates.get(figure) ?? new Map<string, number[]>();
    rates.set(figure, ofFigure.set(name, []));
    costs.set(name, []);
  }
  for (const contender of contenders) await turn(contender, WARM_UP);
  for (let round = 0; round < plan.rounds; round += 1) {
    const line: string[] = [];
    for (let place = 0; place < contenders.length; place += 1) {
      const contender = contenders[(place + round) % contenders.length];
      if (contender === undefined) continue;
      const { figure, name } = contender;
      const { rate, cost } = await turn(contender, plan.sliceMs * FACTORS[figure]);
      rates.get(figure)?.get(name)?.push(rate);
      if (figure === "check") costs.get(name)?.push(cost);
      line.push(`${figure} ${name} ${rate.toFixed(0)}/s`);
    }
    report(`round ${round + 1} of ${plan.rounds}: ${line.join(", ")}`);
  }
  return { rates, costs };
}

async function turn(
  { server, figure, name, ask }: Contender,
  milliseconds: number,
): Promise<{ readonly rate: number; readonly cost: number }> {
  await server.start();
  const connections = figure === "sign-in" ? SIGN_IN_CONNECTIONS : CONNECTIONS;
  let answers = 0;
  const rate = await sendInTurn({ connections, milliseconds }, async (index) => {
    const { status, text } = await ask(index);
    // Better Auth answers `null` where there is no session.
    if (status !== 200 || text === "null") {
      throw new Error(`${figure} of ${name}: ${status} ${text}`);
    }
    answers += 1;
  });
  const { cpu } = await server.stop();
  return { rate, cost: cpu / answers };
}

function rows({ rates, costs }: Measured): readonly Row[] {
  const peers = [PEER, CACHED];
  /** One of ours beside the peers of the figure. */
  const row = (name: string, figure: Figure, own: string, goals: readonly Goal[]): Row => {
    const all = rates.get(figure);
    const compared = [own, ...peers.filter((peer) => all?.has(peer))];
    const of = compared.map((key) => [key === own ? OURS : key, all?.get(key) ?? []] as const);
    return createRow(name, new Map(of), goals);
  };
  const checks = rates.get("check");
  const generator = median(checks?.get(ECHO) ?? []);
  const fastest = median(checks?.get(OURS) ?? []);
  const cost = (name: string): number => median(costs.get(name) ?? []);
  return [
    row("sign-in, one core; ours argon2id, theirs scrypt", "sign-in", OURS, [
      { of: "peer", peer: PEER, atLeast: 1 },
    ]),
    row("session check, one core; ours by the guard in an API", "check", OURS, [
      { of: "best of", peers, atLeast: 1 },
    ]),
    row("session check, one core; ours GET /auth/me at the server", "check", OWN_ROUTE, [
      { of: "best of", peers, atLeast: 1 },
    ]),
    {
      name: "processor time of one session check by the guard",
      unit: "us",
      ours: cost(OURS),
      peers: {
        [PEER]: cost(PEER),
        [CACHED]: cost(CACHED),
        [`ours, ${OWN_ROUTE}`]: cost(OWN_ROUTE),
      },
      limit: cost(ECHO),
      ratioToBestPeer: Math.min(cost(PEER), cost(CACHED)) / cost(OURS),
      ratioToLimit: cost(ECHO) / cost(OURS),
      goal: null,
      met: null,
    },
    row("token for a session, one core, ES256; ours rotates too", "token", OURS, [
      { of: "peer", peer: PEER, atLeast: 1 },
    ]),
    {
      name: "load generator of the checks against a server that does nothing",
      unit: "op/s",
      ours: generator,
      peers: {},
      limit: null,
      ratioToBestPeer: null,
      ratioToLimit: null,
      goal: ">= 1.5 of the guard's checks: below that they are the generator's",
      met: generator >= 1.5 * fastest,
    },
  ];
}

function tokenIn({ status, text }: Answer, member: "access_token" | "refresh_token"): string {
  // Our own server's answer; a missing member is an error here and not later.
  const value = (JSON.parse(text) as Readonly<Record<string, unknown>>)[member];
  if (typeof value !== "string") throw new Error(`${status}: no ${member} in the answer`);
  return value;
}
