// Three nodes behind a load balancer, replaced one after the other while clients sign in, renew and ask;
// for the test and for the bench.

import { setTimeout as wait } from "node:timers/promises";
import { startBalancer } from "./balancer.ts";
import { call } from "./http.ts";
import { logIn, type Person, renew, signUp } from "./people.ts";
import { type Cluster, startCluster } from "./postgres.ts";
import { createSharedDatabase } from "./shared-database.ts";

const person: Person = {
  email: "ann@clinic.example",
  password: "seven quiet herons at dawn",
  name: "Ann",
};

/** Sessions that are renewed all the time. */
const CLIENTS = 8;

/** How much faster the database's clock runs, so that renewals advance. */
const HASTE = 20;

/** Milliseconds until the balancer knows all nodes, on a machine with other things to do. */
const PATIENCE = 60_000;

/** What came of it. */
export interface RollingRestart {
  readonly requests: number;
  /** Requests that were answered by anything but 200, or not at all. */
  readonly failed: readonly string[];
  /** Renewals that carried a new refresh token. */
  readonly advanced: number;
  /** Exit codes of the nodes that were replaced. */
  readonly exitCodes: readonly (number | null)[];
}

/** Replaces nodes so many times. */
export async function restartNodes(restarts: number): Promise<RollingRestart> {
  const balancer = await startBalancer();
  let cluster: Cluster | undefined;
  try {
    cluster = await startCluster({
      nodes: 3,
      issuer: balancer.url,
      args: ["--drain-delay", "2s"],
    });
    const nodes = [...cluster.nodes];
    balancer.nodes = nodes.map(({ url }) => url);
    const end = performance.now() + PATIENCE;
    while (balancer.ready.length < nodes.length && performance.now() < end) await wait(50);
    await signUp(balancer, person);
    await createSharedDatabase(cluster.databaseUrl).hastenClock(HASTE);
    const over = new AbortController();
    const load = Array.from({ length: CLIENTS }, () => useService(balancer.url, over.signal));
    const exitCodes: (number | null)[] = [];
    for (let restart = 0; restart < restarts; restart++) {
      const index = restart % nodes.length;
      const old = nodes[index];
      if (old === undefined) break;
      exitCodes.push(await old.child.stop("SIGTERM"));
      nodes[index] = await cluster.startNode({ port: old.port });
      // As an orchestrator does: the next one leaves when this one has been seen.
      while (balancer.ready.length < nodes.length && performance.now() < end + PATIENCE * restart) {
        await wait(50);
      }
    }
    over.abort();
    const used = await Promise.all(load);
    return {
      requests: used.reduce((sum, { requests }) => sum + requests, 0),
      failed: [...balancer.failures, ...used.flatMap(({ failed }) => failed)],
      advanced: used.reduce((sum, { advanced }) => sum + advanced, 0),
      exitCodes,
    };
  } finally {
    await cluster?.remove();
    await balancer.close();
  }
}

async function useService(
  url: string,
  signal: AbortSignal,
): Promise<Pick<RollingRestart, "requests" | "failed" | "advanced">> {
  const failed: string[] = [];
  let requests = 0;
  let advanced = 0;
  let { refresh_token: token } = await logIn({ url }, person);
  while (!signal.aborted) {
    try {
      const renewed = await renew({ url }, token);
      if (renewed.status !== 200) failed.push(`renewal ${renewed.status} ${renewed.text}`);
      if (renewed.body.refresh_token !== undefined) {
        token = renewed.body.refresh_token;
        advanced += 1;
      }
      const me = await call(`${url}/auth/me`, { token: renewed.body.access_token });
      if (me.status !== 200) failed.push(`account ${me.status} ${me.text}`);
    } catch (error) {
      // Not answered at all.
      const cause = error instanceof Error ? error.cause : undefined;
      failed.push(`${String(error)} ${String(cause)}`);
    }
    requests += 2;
    await wait(20);
  }
  return { requests, failed, advanced };
}
