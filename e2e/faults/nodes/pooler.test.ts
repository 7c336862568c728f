// Three nodes behind a PgBouncer in transaction mode that has fewer connections than one of them wants:
// the same behaviour, with LISTEN past the pooler and without, also when the pooler's connections end and
// when it is away itself.

import { createGuard } from "@latchkey/guard";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { stopAll } from "../../harness/child.ts";
import { removeDirectories } from "../../harness/directory.ts";
import { freePort } from "../../harness/free-port.ts";
import { call } from "../../harness/http.ts";
import { logIn, type Person, renew, signUp } from "../../harness/people.ts";
import { type Cluster, startCluster } from "../../harness/postgres.ts";
import { findPooler } from "../../harness/postgres-binaries.ts";
import { POOLED_CONNECTIONS, type Pooler, startPooler } from "../../harness/postgres-pooler.ts";
import { signInClient } from "../../harness/refresh-client.ts";
import { createSharedDatabase, type SharedDatabase } from "../../harness/shared-database.ts";
import {
  checkRecords,
  renewAll,
  settleAll,
  type StoredSession,
  WINDOW_PASSED,
} from "../../harness/storm.ts";

const person: Person = {
  email: "ann@clinic.example",
  password: "seven quiet herons at dawn",
  name: "Ann",
};

/** Milliseconds after which the nodes must serve again by themselves. */
const RECOVERY = 5_000;

/** Milliseconds in which a guard hears of it, on a machine with other things to do. */
const HEARD = 10_000;

/** How often connections are ended, and how often the pooler goes away. */
const ROUNDS = 6;

/** What the nodes' connections set by themselves where nobody stands between (docs/postgres.md). */
const ROLE_SETTINGS = [
  "alter role postgres set statement_timeout = '4s'",
  "alter role postgres set lock_timeout = '2s'",
  "alter role postgres set search_path = public",
];

// Only in the long form, and only where Debian's package is.
describe.runIf(findPooler() !== undefined).each([
  { how: "that listen past it", isListening: true },
  { how: "that look by themselves", isListening: false },
])("nodes behind PgBouncer $how", ({ isListening }) => {
  let cluster: Cluster;
  let pooler: Pooler;
  let database: SharedDatabase;

  beforeAll(async () => {
    const port = await freePort();
    cluster = await startCluster({ nodes: 0, isListening, issuer: `http://localhost:${port}` });
    database = createSharedDatabase(cluster.databaseUrl);
    for (const setting of ROLE_SETTINGS) await database.ask(setting);
    pooler = await startPooler(cluster.databaseUrl);
    const place = {
      databaseUrl: pooler.through(cluster.databaseUrl),
      listenUrl: cluster.databaseUrl,
    };
    await Promise.all([
      cluster.startNode({ ...place, port }),
      cluster.startNode(place),
      cluster.startNode(place),
    ]);
    await database.moveClock(0);
    await signUp({ url: cluster.issuer }, person);
  });
  afterAll(async () => {
    await cluster.remove();
    await stopAll();
    await pooler.remove();
    await removeDirectories();
  });

  it("share sessions, and refuse everywhere what one takes back", async () => {
    const guard = createGuard({ issuer: cluster.issuer, audience: cluster.issuer });
    try {
      for (const { url } of cluster.nodes) {
        let tokens = await logIn({ url }, person);
        for (const node of cluster.nodes) {
          await database.moveClock(WINDOW_PASSED);
          const { status, body } = await renew(node, tokens.refresh_token);
          expect([status, body.rotated]).toEqual([200, true]);
          tokens = { ...tokens, ...body, refresh_token: body.refresh_token ?? "" };
        }
        const { access_token: token } = tokens;
        expect(await guard.check(token)).toMatchObject({ ok: true });
        const json = { refresh_token: tokens.refresh_token };
        expect((await call(`${url}/auth/logout`, { json })).status).toBe(204);
        for (const node of cluster.nodes) {
          expect((await call(`${node.url}/auth/me`, { token })).status).toBe(401);
        }
        await vi.waitFor(async () => expect((await guard.check(token)).ok).toBe(false), {
          timeout: HEARD,
        });
      }
    } finally {
      await guard.close();
    }
  });

  it("sign nobody out while its connections end and while it is away", async () => {
    const clients = await Promise.all(
      cluster.nodes.flatMap(({ url }) => [
        signInClient(url, person, "keyed"),
        signInClient(url, person, "cookie"),
      ]),
    );
    for (let round = 0; round < ROUNDS; round++) {
      await database.moveClock(WINDOW_PASSED);
      const storm = renewAll(clients);
      expect(await database.killConnections()).toBeGreaterThan(0);
      await storm;
      await pooler.stop(round % 2 === 0 ? "immediate" : "fast");
      const { status, headers } = await call(`${cluster.issuer}/auth/login`, {
        json: { email: person.email, password: person.password },
      });
      expect(status).toBe(503);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      await pooler.start();
      await vi.waitFor(
        async () => {
          const ready = await Promise.all(cluster.nodes.map(({ url }) => call(`${url}/readyz`)));
          expect(ready.map((answer) => answer.status)).toEqual([200, 200, 200]);
        },
        { timeout: RECOVERY, interval: 100 },
      );
    }
    await settleAll(database, clients);
    const sessions = await database.ask<StoredSession>(
      "select id, generation::int, ended_at from sessions where id = any ($1)",
      [clients.map(({ sessionId }) => sessionId)],
    );
    const suspicions = await database.ask(
      "select kind from audit_events where kind in ('session.reused', 'session.contested')",
    );
    checkRecords({ sessions, suspicions }, clients);
  }, 180_000);

  it("share the pooler's few connections", async () => {
    const tokens = await Promise.all(cluster.nodes.map((node) => logIn(node, person)));
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, index) => {
        const node = cluster.nodes[index % cluster.nodes.length];
        return call(`${node?.url}/auth/me`, { token: tokens[index % 3]?.access_token ?? "" });
      }),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const [open] = await database.ask<{ readonly shared: number; readonly listening: number }>(
      `select count(*) filter (where query not ilike 'listen%' and query <> 'select 1')::int as shared,
         count(*) filter (where query ilike 'listen%' or query = 'select 1')::int as listening
       from pg_stat_activity where application_name = 'latchkey'`,
    );
    expect(open?.shared).toBeGreaterThan(0);
    expect(open?.shared).toBeLessThanOrEqual(POOLED_CONNECTIONS);
    expect(open?.listening).toBe(isListening ? cluster.nodes.length : 0);
  });
});
