// Three nodes behind a load balancer are replaced one after the other while clients sign in, renew and
// ask: not one request fails.

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, it, vi } from "vitest";
import { type Balancer, startBalancer } from "../../harness/balancer.ts";
import { stopAll } from "../../harness/child.ts";
import { removeDirectories } from "../../harness/directory.ts";
import { call } from "../../harness/http.ts";
import { logIn, type Person, renew, signUp } from "../../harness/people.ts";
import { type Cluster, startCluster } from "../../harness/postgres.ts";
import { createSharedDatabase } from "../../harness/shared-database.ts";
import { patience, rounds } from "../form.ts";

const person: Person = {
  email: "ann@clinic.example",
  password: "seven quiet herons at dawn",
  name: "Ann",
};

/** Sessions that are renewed all the time. */
const CLIENTS = 8;

/** How much faster the database's clock runs, so that renewals advance. */
const HASTE = 20;

let cluster: Cluster | undefined;
let balancer: Balancer | undefined;
afterAll(async () => {
  await cluster?.remove();
  await stopAll();
  await balancer?.close();
  await removeDirectories();
});

const restarts = rounds({ short: 3, long: 12 });

it(
  `no request fails while nodes are replaced ${restarts} times`,
  async () => {
    const through = await startBalancer();
    balancer = through;
    const started = await startCluster({
      nodes: 3,
      issuer: through.url,
      args: ["--drain-delay", "2s"],
    });
    cluster = started;
    const nodes = [...started.nodes];
    through.nodes = nodes.map(({ url }) => url);
    await vi.waitFor(() => expect(through.ready).toHaveLength(3), { timeout: 10_000 });
    await signUp(through, person);
    await createSharedDatabase(started.databaseUrl).hastenClock(HASTE);

    const over = new AbortController();
    const statuses = new Map<string, number>();
    let advanced = 0;
    const count = (what: string, status: number): void => {
      const key = `${what} ${status}`;
      statuses.set(key, (statuses.get(key) ?? 0) + 1);
    };
    const clients = Array.from({ length: CLIENTS }, async () => {
      let { refresh_token: token, access_token } = await logIn(through, person);
      while (!over.signal.aborted) {
        const renewed = await renew(through, token);
        count("renewal", renewed.status);
        if (renewed.body.refresh_token !== undefined) {
          token = renewed.body.refresh_token;
          advanced += 1;
        }
        access_token = renewed.body.access_token;
        count("account", (await call(`${through.url}/auth/me`, { token: access_token })).status);
        await wait(20);
      }
    });
    for (let restart = 0; restart < restarts; restart++) {
      const index = restart % nodes.length;
      const old = nodes[index];
      expect(await old?.child.stop("SIGTERM")).toBe(0);
      nodes[index] = await started.startNode(old === undefined ? {} : { port: old.port });
      // As an orchestrator does: the next one leaves when this one has been seen.
      await wait(500);
    }
    over.abort();
    await Promise.all(clients);
    expect(through.failures).toEqual([]);
    expect([...statuses.keys()].toSorted()).toEqual(["account 200", "renewal 200"]);
    // Renewals that never advanced would prove less.
    expect(advanced).toBeGreaterThan(CLIENTS);
  },
  patience(restarts),
);
