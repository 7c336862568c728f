// The database fails over to a streaming replica that misses the last commits: what the database lost
// is lost, renewals heal, and no honest client is signed out.

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, it, vi } from "vitest";
import { stopAll } from "../../harness/child.ts";
import { type DatabaseProxy, startDatabaseProxy } from "../../harness/database-proxy.ts";
import { removeDirectories } from "../../harness/directory.ts";
import { call } from "../../harness/http.ts";
import { type Cluster, startCluster } from "../../harness/postgres.ts";
import { canReplicate, findPostgres } from "../../harness/postgres-binaries.ts";
import { type PostgresServer, startReplica } from "../../harness/postgres-server.ts";
import { type RefreshClient, signInClient } from "../../harness/refresh-client.ts";
import { createSharedDatabase } from "../../harness/shared-database.ts";
import {
  checkRecords,
  person,
  renewAll,
  settleAll,
  signInClients,
  type StoredSession,
  WINDOW_PASSED,
} from "../../harness/storm.ts";

let cluster: Cluster | undefined;
let replica: PostgresServer | undefined;
let proxy: DatabaseProxy | undefined;
afterAll(async () => {
  await cluster?.remove();
  await replica?.remove();
  await stopAll();
  await proxy?.close();
  await removeDirectories();
});

const binaries = findPostgres().find(canReplicate);

// Only in the long form, and only where pg_basebackup is: npm's PostgreSQL comes without it.
it.runIf(binaries !== undefined)(
  "a replica that misses the last commits takes over, and nobody is signed out",
  { timeout: 180_000 },
  async () => {
    const started = await startCluster({
      nodes: 0,
      postgres: binaries === undefined ? {} : { binaries },
    });
    cluster = started;
    const network = await startDatabaseProxy(started.databaseUrl);
    proxy = network;
    for (let index = 0; index < 3; index++) await started.startNode({ databaseUrl: network.url });
    const primary = createSharedDatabase(started.databaseUrl);
    await primary.moveClock(0);
    const standby = await startReplica(started.postgres);
    replica = standby;
    const next = createSharedDatabase(standby.url);

    const [node] = started.nodes;
    if (node === undefined) throw new Error("no node");
    const clients: readonly RefreshClient[] = await signInClients(node);
    await primary.moveClock(WINDOW_PASSED);
    await renewAll(clients);
    const generations = "select id, generation::int, ended_at from sessions";
    await vi.waitFor(
      async () => {
        expect(sum(await next.ask<StoredSession>(generations))).toBe(
          sum(await primary.ask<StoredSession>(generations)),
        );
      },
      { timeout: 30_000, interval: 200 },
    );

    // From now on it hears nothing. What follows is acknowledged, and will be lost.
    await next.ask("alter system set primary_conninfo = ''");
    await next.ask("select pg_reload_conf()");
    await vi.waitFor(
      async () => expect(await next.ask("select 1 from pg_stat_wal_receiver")).toEqual([]),
      { timeout: 30_000 },
    );
    for (let lost = 0; lost < 2; lost++) {
      await primary.moveClock(WINDOW_PASSED);
      await renewAll(clients);
    }
    const unlucky = await signInClient(node.url, person, "keyed");
    const ahead =
      sum(await primary.ask<StoredSession>(generations)) -
      sum(await next.ask<StoredSession>(generations));
    expect(ahead).toBeGreaterThanOrEqual(2 * clients.length);

    await started.postgres.stop("immediate");
    expect((await call(`${node.url}/readyz`)).status).toBe(503);
    await next.ask("select pg_promote()");
    network.target = standby.port;
    const promoted = performance.now();
    await vi.waitFor(
      async () => {
        const ready = await Promise.all(started.nodes.map(({ url }) => call(`${url}/readyz`)));
        expect(ready.map(({ status }) => status)).toEqual([200, 200, 200]);
      },
      { timeout: 5_000, interval: 50 },
    );
    expect(performance.now() - promoted).toBeLessThan(5_000);

    await wait(100);
    await next.moveClock(4 * WINDOW_PASSED);
    await settleAll(next, clients);
    const sessions = await next.ask<StoredSession>(generations);
    const suspicions = await next.ask(
      "select kind from audit_events where kind in ('session.reused', 'session.contested')",
    );
    checkRecords({ sessions, suspicions }, clients);
    // The database has forgotten this sign-in, as it must: not more, and nobody else's.
    expect(sessions.map(({ id }) => id)).not.toContain(unlucky.sessionId);
    await expect(unlucky.renew()).rejects.toThrow("refresh_token_invalid");
  },
);

function sum(sessions: readonly StoredSession[]): number {
  return sessions.reduce((total, { generation }) => total + generation, 0);
}
