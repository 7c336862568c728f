// A node is killed or paused at the moment at which it holds the lease for making keys: another one
// takes over, and what the paused node meant to write is refused when it wakes. Two nodes that rotate
// at once, and nodes whose clocks differ by two minutes.

import { createGuard } from "@latchkey/guard";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stopAll } from "../../harness/child.ts";
import { type DatabaseProxy, startDatabaseProxy } from "../../harness/database-proxy.ts";
import { removeDirectories } from "../../harness/directory.ts";
import { freePort } from "../../harness/free-port.ts";
import { call } from "../../harness/http.ts";
import { logIn, type Person, renew, signUp } from "../../harness/people.ts";
import { type Cluster, startCluster } from "../../harness/postgres.ts";
import { createSharedDatabase, type SharedDatabase } from "../../harness/shared-database.ts";
import { WINDOW_PASSED } from "../../harness/storm.ts";
import { rounds } from "../form.ts";

const person: Person = {
  email: "ann@clinic.example",
  password: "seven quiet herons at dawn",
  name: "Ann",
};

/** Longer than any lease, in milliseconds. */
const LEASE_OVER = 180_000;

/** Milliseconds within which each node looks after the keys, and as much again for a busy machine. */
const NEXT_LOOK = 30_000;

const TWO_MINUTES = 120_000;

interface KeyRow {
  readonly id: string;
}

interface LeaseRow {
  readonly holder: string;
  readonly fence: number;
}

let cluster: Cluster;
let database: SharedDatabase;
let proxies: DatabaseProxy[] = [];

beforeEach(async () => {
  cluster = await startCluster({ nodes: 0, issuer: `http://localhost:${await freePort()}` });
  database = createSharedDatabase(cluster.databaseUrl);
});
afterEach(async () => {
  await cluster.remove();
  await Promise.all(proxies.map((proxy) => proxy.close()));
  proxies = [];
});
afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

async function startProxied(): Promise<DatabaseProxy> {
  const proxy = await startDatabaseProxy(cluster.databaseUrl);
  proxies.push(proxy);
  return proxy;
}

const readLease = async (): Promise<LeaseRow | undefined> =>
  (await database.ask<LeaseRow>("select holder, fence::int from leases where name = 'keys'"))[0];

const readSuccessors = (): Promise<readonly KeyRow[]> =>
  database.ask<KeyRow>(
    `select id from keys where purpose = 'signing' and retired_at is null
       and active_at > extract(epoch from now()) * 1000 + 60000`,
  );

async function readKids(url: string | undefined): Promise<readonly string[]> {
  const { body } = await call<{ readonly keys: readonly { readonly kid: string }[] }>(
    `${url}/.well-known/jwks.json`,
  );
  return body.keys.map(({ kid }) => kid);
}

// A pause is the harder case: the dead write nothing.
const signals = rounds({ short: 1, long: 2 }) === 1 ? ["SIGSTOP"] : ["SIGSTOP", "SIGKILL"];

describe.each(signals as readonly ("SIGSTOP" | "SIGKILL")[])(
  "%s to the holder of a lease",
  (signal) => {
    it("lets another node make the missing key, and the key is made once", {
      timeout: 120_000,
    }, async () => {
      for (let index = 0; index < 3; index++) {
        await cluster.startNode({ databaseUrl: (await startProxied()).url });
      }
      await database.moveClock(0);
      let hit: number | undefined;
      for (const [index, proxy] of proxies.entries()) {
        let hasAsked = false;
        proxy.onBytes = (bytes, way) => {
          if (hit !== undefined) return;
          const isLease = bytes.includes('insert into "leases"') && bytes.includes("keys");
          if (way === "to database") hasAsked ||= isLease;
          else if (hasAsked) {
            // The lease is granted; the answer waits in the node's socket.
            hit = index;
            cluster.nodes[index]?.child.process.kill(signal);
          }
        };
      }
      await database.ask(
        `delete from keys where purpose = 'signing' and id in (${(await readSuccessors())
          .map(({ id }) => `'${id}'`)
          .join(", ")})`,
      );
      await vi.waitFor(() => expect(hit).toBeDefined(), { timeout: NEXT_LOOK });
      const held = await readLease();
      expect(held).toBeDefined();
      expect(await readSuccessors()).toEqual([]);
      // The others respect it for as long as it is held by the database's clock.
      await database.moveClock(LEASE_OVER);
      const [made] = await vi.waitFor(
        async () => {
          const rows = await readSuccessors();
          expect(rows).toHaveLength(1);
          return rows;
        },
        { timeout: NEXT_LOOK, interval: 200 },
      );
      const taken = await readLease();
      expect(taken?.fence).toBe((held?.fence ?? 0) + 1);
      expect(taken?.holder).not.toBe(held?.holder);
      const holder = cluster.nodes[hit ?? 0];
      if (signal === "SIGSTOP") {
        holder?.child.process.kill("SIGCONT");
        // It wakes, is answered, writes what it meant to write, and serves on.
        await vi.waitUntil(async () => (await readKids(holder?.url)).includes(made?.id ?? ""), {
          timeout: NEXT_LOOK,
          interval: 200,
        });
      }
      expect(await readSuccessors()).toEqual([made]);
      expect(await readLease()).toEqual(taken);
    });
  },
);

it("two nodes that rotate at once leave one current key, known to all", {
  timeout: 120_000,
}, async () => {
  await Promise.all([1, 2, 3].map(() => cluster.startNode()));
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error("no node");
  await signUp(first, person);
  const before = await logIn(first, person);
  // Each command is a node of its own for as long as it runs.
  const rotated = await Promise.allSettled([
    cluster.runCli(["keys", "rotate", "--now"]),
    cluster.runCli(["keys", "rotate", "--now"]),
  ]);
  expect(rotated.map(({ status }) => status)).toContain("fulfilled");
  const current = await database.ask<KeyRow>(
    `select id from keys where purpose = 'signing' and retired_at is null
       and active_at <= extract(epoch from now()) * 1000 order by active_at desc limit 1`,
  );
  const kidOf = (token: string): unknown =>
    (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { kid: unknown })
      .kid;
  for (const node of cluster.nodes) {
    await vi.waitFor(
      async () => expect(kidOf((await logIn(node, person)).access_token)).toBe(current[0]?.id),
      { timeout: NEXT_LOOK, interval: 2_000 },
    );
  }
  // Exactly one waits to follow it, and a token of before is still good everywhere.
  expect(await readSuccessors()).toHaveLength(1);
  const after = await logIn(first, person);
  for (const { url } of cluster.nodes) {
    for (const token of [before.access_token, after.access_token]) {
      expect((await call(`${url}/auth/me`, { token })).status).toBe(200);
    }
  }
});

it("nodes whose clocks differ by two minutes renew and accept each other's tokens", {
  timeout: 120_000,
}, async () => {
  await cluster.startNode({ port: Number(new URL(cluster.issuer).port) });
  await cluster.startNode({ clockOffset: TWO_MINUTES });
  const [right, wrong] = cluster.nodes;
  if (right === undefined || wrong === undefined) throw new Error("no node");
  await database.moveClock(0);
  await signUp(wrong, person);
  const guard = createGuard({ issuer: cluster.issuer, audience: cluster.issuer });
  try {
    let { refresh_token: token } = await logIn(wrong, person);
    for (const node of [right, wrong, right, wrong, wrong, right]) {
      await database.moveClock(WINDOW_PASSED);
      const renewed = await renew(node, token);
      expect([renewed.status, renewed.body.rotated]).toEqual([200, true]);
      token = renewed.body.refresh_token ?? "";
      const { access_token } = renewed.body;
      for (const { url } of [right, wrong]) {
        expect((await call(`${url}/auth/me`, { token: access_token })).status).toBe(200);
      }
      expect(await guard.check(access_token)).toMatchObject({ ok: true });
    }
    // Inside the window the same answer again, whichever node is asked: it is the database's window.
    const again = await Promise.all([right, wrong].map((node) => renew(node, token)));
    expect(again.map(({ status, body }) => [status, body.rotated])).toEqual([
      [200, false],
      [200, false],
    ]);
    // What one takes back, the other and its guard refuse, though its clock says another time.
    const { access_token } = again[1]?.body ?? { access_token: "" };
    expect(
      (await call(`${wrong.url}/auth/logout`, { json: { refresh_token: token } })).status,
    ).toBe(204);
    expect((await call(`${right.url}/auth/me`, { token: access_token })).status).toBe(401);
    await vi.waitFor(async () => expect((await guard.check(access_token)).ok).toBe(false), {
      timeout: 10_000,
    });
  } finally {
    await guard.close();
  }
  await expect.poll(() => wrong.child.stderr()).toContain("clock");
});
