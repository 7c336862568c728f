// A guarded route against the same route unguarded, and against the JWT check that people put there
// instead, in each framework. The server's processor time counts, so that what else the machine does
// counts for nothing.

import { OURS } from "../goal.ts";
import { median, medianRatio, type Plan, type Rates } from "../interleave.ts";
import type { Row } from "../result.ts";
import { type Child, startChild } from "../take-back/child.ts";
import { countAnswers } from "./route-rates.ts";

/** Milliseconds of one route in one round, for each millisecond of the plan's slice. */
const ROUTE_FACTOR = 5;

/** A framework of routes-process.ts. */
export type Framework = "hono" | "fastify" | "express";

// What the framework's people use; each has its own route.
const PEERS: Readonly<Record<Framework, Readonly<Record<string, string>>>> = {
  hono: { "hono/jwt": "/peer" },
  fastify: { "@fastify/jwt": "/peer" },
  express: { "express-jwt": "/peer", "express-oauth2-jwt-bearer": "/other-peer" },
};

/** Milliseconds of all turns of all frameworks. */
export function routesMilliseconds({ rounds, sliceMs }: Plan): number {
  const subjects = Object.values(PEERS).reduce(
    (sum, peers) => sum + 2 + Object.keys(peers).length,
    0,
  );
  return (rounds + 1) * subjects * sliceMs * ROUTE_FACTOR;
}

/** Measures the routes of some frameworks with tokens of an issuer (issuer.ts). */
export async function measureRoutes(
  issuer: Child,
  plan: Plan,
  frameworks: readonly Framework[],
): Promise<readonly Row[]> {
  const url = String(issuer.ready["url"]);
  const token = await issuer.ask<string>("plainToken");
  const child = await startChild("../guard/routes-process.ts", [
    url,
    JSON.stringify(issuer.ready["publicJwk"]),
  ]);
  try {
    const rows: Row[] = [];
    for (const framework of frameworks) {
      const base = `http://127.0.0.1:${String(child.ready[framework])}`;
      const peers = Object.entries(PEERS[framework]).map(([name, path]) => ({ name, path }));
      const subjects = [
        { name: OURS, path: "/guarded" },
        { name: "unguarded", path: "/open" },
        ...peers,
      ];
      const rates = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
      for (let round = -1; round < plan.rounds; round += 1) {
        for (let place = 0; place < subjects.length; place += 1) {
          const subject = subjects[(place + round + 1) % subjects.length];
          if (subject === undefined) continue;
          // The same headers for all: a longer request would count against the guarded ones.
          const before = await child.ask<number>("cpu");
          const slice = plan.sliceMs * ROUTE_FACTOR;
          const count = await countAnswers(base + subject.path, `Bearer ${token}`, slice);
          const rate = count / ((await child.ask<number>("cpu")) - before);
          if (round >= 0) rates.get(subject.name)?.push(rate);
        }
      }
      rows.push(routeRow(framework, rates));
    }
    return rows;
  } finally {
    await child.end();
  }
}

function routeRow(framework: Framework, rates: Rates): Row {
  const peers = Object.keys(PEERS[framework]);
  const toOpen = medianRatio(rates, OURS, "unguarded");
  const toPeer = Math.min(...peers.map((peer) => medianRatio(rates, OURS, peer)));
  return {
    name: `guarded route, ${framework}`,
    unit: "req/CPU s",
    ours: median(rates.get(OURS) ?? []),
    peers: Object.fromEntries(peers.map((peer) => [peer, median(rates.get(peer) ?? [])])),
    limit: median(rates.get("unguarded") ?? []),
    ratioToBestPeer: toPeer,
    ratioToLimit: toOpen,
    goal: `>= 0.93 of the same route unguarded, > ${peers.join(", > ")}`,
    met: toOpen >= 0.93 && toPeer > 1,
  };
}
