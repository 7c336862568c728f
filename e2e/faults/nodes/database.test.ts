// The database goes away, ends connections, is slow, or is asked for too much: nodes say 503 and when
// to come back, nothing piles up, and APIs behind guards notice nothing.

import { setTimeout as wait } from "node:timers/promises";
import { createGuard, type Guard } from "@latchkey/guard";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { stopAll } from "../../harness/child.ts";
import { type DatabaseProxy, startDatabaseProxy } from "../../harness/database-proxy.ts";
import { removeDirectories } from "../../harness/directory.ts";
import { freePort } from "../../harness/free-port.ts";
import { type Answer, call } from "../../harness/http.ts";
import { logIn, type Person, signUp } from "../../harness/people.ts";
import { type Cluster, type ClusterNode, startCluster } from "../../harness/postgres.ts";
import { createSharedDatabase, type SharedDatabase } from "../../harness/shared-database.ts";
import { checkRecords, type StoredSession, WINDOW_PASSED } from "../../harness/storm.ts";
import { type RefreshClient, signInClient } from "../../harness/refresh-client.ts";
import { patience, rounds } from "../form.ts";

const person: Person = {
  email: "ann@clinic.example",
  password: "seven quiet herons at dawn",
  name: "Ann",
};

/** Milliseconds after which the nodes must serve again by themselves. */
const RECOVERY = 5_000;

/** Milliseconds in which every request is answered somehow, on a machine with other things to do. */
const ANSWERED = 10_000;

/** Bursts of too many requests, at most. */
const MOST_BURSTS = 5;

let cluster: Cluster;
let database: SharedDatabase;
let proxy: DatabaseProxy;
let guard: Guard;
/** Behind the proxy; the two others ask the database directly. */
let slow: ClusterNode;

beforeAll(async () => {
  const port = await freePort();
  cluster = await startCluster({ nodes: 0, issuer: `http://localhost:${port}` });
  database = createSharedDatabase(cluster.databaseUrl);
  proxy = await startDatabaseProxy(cluster.databaseUrl);
  await cluster.startNode({ port });
  await cluster.startNode();
  slow = await cluster.startNode({ databaseUrl: proxy.url });
  await database.moveClock(0);
  await signUp(slow, person);
  guard = createGuard({ issuer: cluster.issuer, audience: cluster.issuer });
});
afterAll(async () => {
  await guard.close();
  await cluster.remove();
  await stopAll();
  await proxy.close();
  await removeDirectories();
});

const outages = rounds({ short: 1, long: 8 });

it(
  `a database that is gone ${outages} times signs nobody out, and guards notice nothing`,
  async () => {
    const clients = await Promise.all(
      cluster.nodes.map(({ url }) => signInClient(url, person, "keyed")),
    );
    const api = startApi(clients);
    for (let outage = 0; outage < outages; outage++) {
      await database.moveClock(WINDOW_PASSED);
      await Promise.all(clients.map((client) => client.renew()));
      await cluster.postgres.stop(outage % 2 === 0 ? "immediate" : "fast");
      for (const { url } of cluster.nodes) {
        const answers = await Promise.all([
          call(`${url}/auth/refresh`, { json: { refresh_token: clients[0]?.history[0]?.token } }),
          call(`${url}/auth/login`, { json: { email: person.email, password: person.password } }),
          call(`${url}/auth/me`, { token: clients[0]?.accessToken ?? "" }),
        ]);
        for (const answer of answers) expectUnavailable(answer);
        expect((await call(`${url}/readyz`)).status).toBe(503);
        expect((await call(`${url}/healthz`)).status).toBe(200);
      }
      // Whoever asks meanwhile waits, and is served without asking for anything new.
      const waiting = clients.map((client) => client.renew());
      await cluster.postgres.start();
      await vi.waitFor(
        async () => {
          const ready = await Promise.all(cluster.nodes.map(({ url }) => call(`${url}/readyz`)));
          expect(ready.map(({ status }) => status)).toEqual([200, 200, 200]);
        },
        { timeout: RECOVERY, interval: 100 },
      );
      await Promise.all(waiting);
    }
    expect(await api.stop()).toEqual({ refused: 0, isBusy: true });
    await settle(clients);
  },
  patience(outages),
);

it("connections that are ended under load are opened again", async () => {
  const clients = await Promise.all(
    cluster.nodes.map(({ url }) => signInClient(url, person, "keyed")),
  );
  for (let round = 0; round < rounds({ short: 3, long: 30 }); round++) {
    await database.moveClock(WINDOW_PASSED);
    const renewals = clients.map((client) => client.renew());
    // Nodes that lost theirs a moment ago have to open some first.
    await expect.poll(() => database.killConnections(), { interval: 10 }).toBeGreaterThan(0);
    await Promise.all(renewals);
  }
  await settle(clients);
});

it("200 connections' worth of load on pools of ten: bounded, answered, and no deadlock", async () => {
  const tokens = await Promise.all(cluster.nodes.map((node) => logIn(node, person)));
  const ask = (worker: number): Promise<Answer> => {
    const node = cluster.nodes[worker % cluster.nodes.length];
    const token = tokens[worker % tokens.length];
    return worker % 2 === 0
      ? call(`${node?.url}/auth/refresh`, { json: { refresh_token: token?.refresh_token } })
      : call(`${node?.url}/auth/me`, { token: token?.access_token ?? "" });
  };
  const end = performance.now() + rounds({ short: 1_500, long: 15_000 });
  let answered = 0;
  let longest = 0;
  const workers = Array.from({ length: 200 }, async (_, worker) => {
    while (performance.now() < end) {
      const start = performance.now();
      const answer = await ask(worker);
      longest = Math.max(longest, performance.now() - start);
      if (answer.status !== 200) expectUnavailable(answer);
      answered += 1;
    }
  });
  await wait(500);
  const open = await database.ask<{ readonly count: number }>(
    `select count(*)::int as count from pg_stat_activity where application_name = 'latchkey'
       and query not ilike 'listen%'`,
  );
  await Promise.all(workers);
  expect(open[0]?.count).toBeLessThanOrEqual(3 * 10 + 3);
  expect(answered).toBeGreaterThan(200);
  expect(longest).toBeLessThan(ANSWERED);
  for (let worker = 0; worker < 6; worker++) expect((await ask(worker)).status).toBe(200);
});

it("a database that takes 100 ms for each answer: what is too much is refused, nothing piles up", async () => {
  const { access_token } = await logIn(slow, person);
  const ask = async (): Promise<{ readonly answer: Answer; readonly took: number }> => {
    const start = performance.now();
    const answer = await call(`${slow.url}/auth/me`, { token: access_token });
    return { answer, took: performance.now() - start };
  };
  proxy.delay = 100;
  // Ten connections answer 100 of them in a second, and nobody waits for longer than two: of each
  // burst some are answered, fewer where the machine has other things to do.
  const answers: Awaited<ReturnType<typeof ask>>[] = [];
  const served = (): number => answers.filter(({ answer }) => answer.status === 200).length;
  for (let burst = 0; burst < MOST_BURSTS && served() <= 50; burst++) {
    answers.push(...(await Promise.all(Array.from({ length: 600 }, ask))));
  }
  const refused = answers.filter(({ answer }) => answer.status !== 200);
  for (const { answer } of refused) expectUnavailable(answer);
  expect(refused.length).toBeGreaterThan(100);
  expect(served()).toBeGreaterThan(50);
  expect(Math.max(...answers.map(({ took }) => took))).toBeLessThan(ANSWERED);
  // Nothing of it is left: the next one is served, while it is slow and when it is not.
  expect((await ask()).answer.status).toBe(200);
  proxy.delay = 0;
  expect((await ask()).answer.status).toBe(200);
});

function expectUnavailable(answer: Answer): void {
  expect([answer.status, answer.body]).toEqual([503, expect.objectContaining({ status: 503 })]);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
}

/** An API behind a guard, asked all the time with tokens that are good. */
function startApi(clients: readonly RefreshClient[]): {
  readonly stop: () => Promise<{ readonly refused: number; readonly isBusy: boolean }>;
} {
  const over = new AbortController();
  let asked = 0;
  let refused = 0;
  const asking = (async () => {
    while (!over.signal.aborted) {
      for (const { accessToken } of clients) {
        asked += 1;
        if (!(await guard.check(accessToken)).ok) refused += 1;
      }
      await wait(20);
    }
  })();
  return {
    stop: async () => {
      over.abort();
      await asking;
      return { refused, isBusy: asked > clients.length * 10 };
    },
  };
}

async function settle(clients: readonly RefreshClient[]): Promise<void> {
  for (let round = 0; round < 2; round++) {
    await database.moveClock(WINDOW_PASSED);
    await Promise.all(clients.map((client) => client.renew()));
  }
  const sessions = await database.ask<StoredSession>(
    "select id, generation::int, ended_at from sessions where id = any ($1)",
    [clients.map(({ sessionId }) => sessionId)],
  );
  const suspicions = await database.ask(
    "select kind from audit_events where kind in ('session.reused', 'session.contested')",
  );
  checkRecords({ sessions, suspicions }, clients);
}
