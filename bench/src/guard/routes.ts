// A guarded route against the same route unguarded, and against the JWT check that people put there
// instead, in each framework. The server's processor time counts, so that what else the machine does
// counts for nothing, and the server has no time to rest.

import { median, medianRatio, type Plan } from "../interleave.ts";
import type { Row } from "../result.ts";
import { type Child, startChild } from "../take-back/child.ts";
import { openRouteLoad, type RouteLoad } from "./route-load.ts";

/** Milliseconds of one turn, for each millisecond of the plan's slice. */
const TURN_FACTOR = 2.5;

/** Rounds of warming up: until no route is faster than it was by this much, within these bounds. */
const WARM_UP = { turnFactor: 10, growth: 1.02, fewest: 3, most: 8 };

/** A framework of routes-process.ts. */
export type Framework = "hono" | "fastify" | "express";

interface Routes {
  /** Ways to guard a route, each a row. */
  readonly forms: Readonly<Record<string, string>>;
  /** What the framework's people use; each has its own route. */
  readonly peers: Readonly<Record<string, string>>;
  /** Reported beside: what a form cannot be quicker than. */
  readonly others?: Readonly<Record<string, string>>;
}

const UNGUARDED = "unguarded";
const OPEN = "/open";

const ROUTES: Readonly<Record<Framework, Routes>> = {
  hono: {
    forms: {
      "guarded route, hono, around the handler": "/guarded-handler",
      "guarded route, hono, as middleware": "/guarded",
    },
    peers: { "hono/jwt": "/peer" },
    others: { "empty middleware, hono": "/empty" },
  },
  fastify: { forms: { "guarded route, fastify": "/guarded" }, peers: { "@fastify/jwt": "/peer" } },
  express: {
    forms: { "guarded route, express": "/guarded" },
    peers: { "express-jwt": "/peer", "express-oauth2-jwt-bearer": "/other-peer" },
  },
};

/** Milliseconds of all turns of some frameworks. */
export function routesMilliseconds(
  { rounds, sliceMs }: Plan,
  frameworks: readonly Framework[],
): number {
  return frameworks
    .map((framework) => {
      const { forms, peers, others = {} } = ROUTES[framework];
      const [pairs, singles] = [forms, { ...peers, ...others }].map(
        (one) => Object.keys(one).length,
      );
      const turns = (4 * (pairs ?? 0) + (singles ?? 0)) * rounds * TURN_FACTOR;
      const warmUp = ((pairs ?? 0) + (singles ?? 0) + 1) * WARM_UP.fewest * WARM_UP.turnFactor;
      return (turns + warmUp) * sliceMs;
    })
    .reduce((sum, one) => sum + one, 0);
}

/** Measures the routes of some frameworks with tokens of an issuer (issuer.ts). */
export async function measureRoutes(
  issuer: Child,
  plan: Plan,
  frameworks: readonly Framework[],
): Promise<readonly Row[]> {
  const authorization = `Bearer ${await issuer.ask<string>("plainToken")}`;
  const rows: Row[] = [];
  for (const framework of frameworks) {
    // A process for each: the compiler's choices for one framework are not those for the next.
    const child = await startChild("../guard/routes-process.ts", [
      String(issuer.ready["url"]),
      JSON.stringify(issuer.ready["publicJwk"]),
    ]);
    try {
      const load = await openRouteLoad(Number(child.ready[framework]), authorization);
      rows.push(...(await measureFramework(ROUTES[framework], plan, { child, load })));
      load.close();
    } finally {
      await child.end();
    }
  }
  return rows;
}

/** Requests, and seconds of processor time that they took. */
type Turn = readonly [count: number, seconds: number];

async function measureFramework(
  { forms, peers, others = {} }: Routes,
  plan: Plan,
  server: { readonly child: Child; readonly load: RouteLoad },
): Promise<readonly Row[]> {
  const turn = async (path: string, milliseconds: number): Promise<Turn> => {
    const before = await server.child.ask<number>("cpu");
    const count = await server.load.count(path, milliseconds);
    return [count, (await server.child.ask<number>("cpu")) - before];
  };
  const singles = Object.entries({ ...peers, ...others });
  await warmUp([OPEN, ...Object.values(forms), ...singles.map(([, path]) => path)], (path) =>
    turn(path, plan.sliceMs * WARM_UP.turnFactor),
  );
  const rates = new Map<string, number[]>();
  const add = (name: string, turns: readonly Turn[]): void => {
    const [count, seconds] = turns.reduce<Turn>((a, b) => [a[0] + b[0], a[1] + b[1]], [0, 0]);
    const list = rates.get(name) ?? [];
    list.push(count / seconds);
    rates.set(name, list);
  };
  const slice = plan.sliceMs * TURN_FACTOR;
  for (let round = 0; round < plan.rounds; round += 1) {
    const open: Turn[] = [];
    for (const [name, path] of Object.entries(forms)) {
      // A B B A in one round and B A A B in the next: a drift within a round falls out of its ratio.
      const order = round % 2 === 0 ? [path, OPEN, OPEN, path] : [OPEN, path, path, OPEN];
      const turns: (readonly [string, Turn])[] = [];
      for (const next of order) turns.push([next, await turn(next, slice)]);
      const of = (wanted: string): readonly Turn[] =>
        turns.flatMap(([next, taken]) => (next === wanted ? [taken] : []));
      add(name, of(path));
      add(besides(name), of(OPEN));
      open.push(...of(OPEN));
    }
    add(UNGUARDED, open);
    for (const [name, path] of singles) add(name, [await turn(path, slice)]);
  }
  return [
    ...Object.keys(forms).map((name) => routeRow(name, Object.keys(peers), rates)),
    ...Object.keys(others).map((name) => otherRow(name, rates)),
  ];
}

/** The unguarded turns in the middle of a form's own. */
function besides(form: string): string {
  return `${UNGUARDED} beside ${form}`;
}

async function warmUp(
  paths: readonly string[],
  turn: (path: string) => Promise<Turn>,
): Promise<void> {
  const best = new Map<string, number>();
  for (let round = 1; round <= WARM_UP.most; round += 1) {
    let isFlat = true;
    for (const path of paths) {
      const [count, seconds] = await turn(path);
      const rate = count / seconds;
      const before = best.get(path) ?? 0;
      if (rate > before * WARM_UP.growth) isFlat = false;
      best.set(path, Math.max(rate, before));
    }
    if (isFlat && round >= WARM_UP.fewest) return;
  }
}

function routeRow(
  name: string,
  peers: readonly string[],
  rates: ReadonlyMap<string, readonly number[]>,
): Row {
  const toOpen = medianRatio(rates, name, besides(name));
  const toPeer = Math.min(...peers.map((peer) => medianRatio(rates, name, peer)));
  return {
    name,
    unit: "req/CPU s",
    ours: median(rates.get(name) ?? []),
    peers: Object.fromEntries(peers.map((peer) => [peer, median(rates.get(peer) ?? [])])),
    limit: median(rates.get(besides(name)) ?? []),
    ratioToBestPeer: toPeer,
    ratioToLimit: toOpen,
    goal: `>= 0.93 of the same route unguarded, > ${peers.join(", > ")}`,
    met: toOpen >= 0.93 && toPeer > 1,
  };
}

function otherRow(name: string, rates: ReadonlyMap<string, readonly number[]>): Row {
  return {
    name,
    unit: "req/CPU s",
    ours: median(rates.get(name) ?? []),
    peers: {},
    limit: median(rates.get(UNGUARDED) ?? []),
    ratioToBestPeer: null,
    ratioToLimit: medianRatio(rates, name, UNGUARDED),
    goal: null,
    met: null,
  };
}
