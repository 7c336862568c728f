// Honest clients renew across three nodes while nodes are killed and paused, connections are ended and
// the database crashes: every session has one lineage, and nobody is signed out. The database's clock
// stands still but for what the test moves it by.

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, it, vi } from "vitest";
import { type Balancer, startBalancer } from "../../harness/balancer.ts";
import { stopAll } from "../../harness/child.ts";
import { removeDirectories } from "../../harness/directory.ts";
import { type Cluster, type ClusterNode, startCluster } from "../../harness/postgres.ts";
import { createSharedDatabase, type SharedDatabase } from "../../harness/shared-database.ts";
import {
  checkRecords,
  renewAll,
  settleAll,
  signInClients,
  type StoredSession,
  WINDOW_PASSED,
} from "../../harness/storm.ts";
import { createRandom, patience, rounds, seed } from "../form.ts";

/** Milliseconds within which a storm is hit. */
const STORM = 150;

/** How many of the answers get lost. */
const LOSS = 0.1;

/** Milliseconds that a paused node is paused: shorter than what clients wait for an answer. */
const PAUSE = 1_000;

let cluster: Cluster | undefined;
let balancer: Balancer | undefined;
afterAll(async () => {
  await cluster?.remove();
  await stopAll();
  await balancer?.close();
  await removeDirectories();
});

/** A fault: what happens to the nodes or the database, and how it ends. */
type Fault = (world: {
  readonly cluster: Cluster;
  readonly nodes: ClusterNode[];
  readonly database: SharedDatabase;
  readonly index: number;
}) => Promise<void>;

const faults: Readonly<Record<string, Fault>> = {
  "a node is killed": async ({ cluster, nodes, index }) => {
    const node = nodes[index];
    if (node === undefined) return;
    await node.child.stop("SIGKILL");
    nodes[index] = await cluster.startNode({ port: node.port });
  },
  "a node is paused": async ({ nodes, index }) => {
    const { pid } = nodes[index]?.child.process ?? {};
    if (pid === undefined) return;
    process.kill(pid, "SIGSTOP");
    await wait(PAUSE);
    process.kill(pid, "SIGCONT");
  },
  "connections end": async ({ database }) => {
    // Nodes that lost theirs a moment ago have to open some first.
    await expect.poll(() => database.killConnections(), { interval: 10 }).toBeGreaterThan(0);
  },
  "the database crashes": async ({ cluster }) => {
    await cluster.postgres.stop("immediate");
    await cluster.postgres.start();
  },
};

const clientCount = rounds({ short: 16, long: 50 });
const faultCount = rounds({ short: 4, long: 40 });

it(
  `${clientCount} clients keep one lineage each through ${faultCount} faults (seed ${seed})`,
  async () => {
    const random = createRandom(seed + 7);
    balancer = await startBalancer();
    cluster = await startCluster({ nodes: 3, issuer: balancer.url });
    const nodes = [...cluster.nodes];
    balancer.nodes = nodes.map(({ url }) => url);
    await vi.waitFor(() => expect(balancer?.ready).toHaveLength(3), { timeout: 10_000 });
    const database = createSharedDatabase(cluster.databaseUrl);
    await database.moveClock(0);
    let isSignedIn = false;
    // Three nodes are asked in turn, so a repetition nearly always comes to another one.
    const clients = await signInClients(balancer, () => isSignedIn && random() < LOSS, clientCount);
    isSignedIn = true;
    const names = Object.keys(faults);
    for (let round = 0; round < faultCount; round++) {
      await database.moveClock(WINDOW_PASSED);
      const storm = renewAll(clients);
      await wait(random() * STORM);
      const fault = faults[names[round % names.length] ?? ""];
      const index = Math.floor(random() * nodes.length);
      await fault?.({ cluster, nodes, database, index });
      await storm;
    }
    const lost = clients.reduce((sum, { retries }) => sum + retries, 0);
    // Otherwise the faults hit nobody.
    expect(lost).toBeGreaterThan(faultCount);
    await settleAll(database, clients);
    expect(Math.min(...clients.map(({ generation }) => generation))).toBeGreaterThan(
      faultCount / 2,
    );
    const sessions = await database.ask<StoredSession>(
      "select id, generation::int, ended_at from sessions",
    );
    const suspicions = await database.ask(
      "select kind from audit_events where kind in ('session.reused', 'session.contested')",
    );
    checkRecords({ sessions, suspicions }, clients);
  },
  patience(faultCount),
);
