// Three nodes on one PostgreSQL: no node knows more than another, and what one takes back all refuse.

import { createGuard } from "@latchkey/guard";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { stopAll } from "./harness/child.ts";
import { removeDirectories } from "./harness/directory.ts";
import { call } from "./harness/http.ts";
import { type Cluster, type ClusterNode, startCluster } from "./harness/postgres.ts";
import { type Proxy, startProxy } from "./harness/proxy.ts";

let proxy: Proxy;
let cluster: Cluster;

/** Seconds for which a node that leaves still answers. */
const DRAIN_DELAY = 3;

const person = { email: "ann@example.com", password: "seven quiet herons at dawn" };

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

beforeAll(async () => {
  proxy = await startProxy();
  cluster = await startCluster({
    nodes: 3,
    issuer: proxy.url,
    // As behind a load balancer, which needs a moment to see that a node is leaving.
    args: ["--drain-delay", `${DRAIN_DELAY}s`],
  });
  proxy.target = nodeAt(0).url;
  await call(`${nodeAt(0).url}/auth/signup`, { json: person });
});
afterAll(async () => {
  await cluster.remove();
  await stopAll();
  await proxy.close();
  await removeDirectories();
});

function nodeAt(index: number): ClusterNode {
  const node = cluster.nodes[index];
  if (node === undefined) throw new Error(`no node ${index}`);
  return node;
}

async function signIn(node: ClusterNode): Promise<Tokens> {
  const { status, body } = await call<Tokens>(`${node.url}/auth/login`, { json: person });
  if (status !== 200) throw new Error(`login answered ${status}`);
  return body;
}

it("start at once on an empty database and publish the same keys", async () => {
  const sets = await Promise.all(
    cluster.nodes.map(({ url }) => call(`${url}/.well-known/jwks.json`)),
  );
  expect(sets.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(new Set(sets.map(({ text }) => text)).size).toBe(1);
  const status = await cluster.runCli(["migrate", "status"]);
  expect(status).toContain("Nothing is missing.");
});

it("share sessions: sign in here, renew there, be known everywhere", async () => {
  const first = await signIn(nodeAt(0));
  const renewed = await call<Tokens>(`${nodeAt(1).url}/auth/refresh`, {
    json: { refresh_token: first.refresh_token },
  });
  expect(renewed.status).toBe(200);
  const me = await call(`${nodeAt(2).url}/auth/me`, { token: renewed.body.access_token });
  expect(me.body).toMatchObject({ email: person.email });
});

it("refuse everywhere what was taken back at one, and a guard of another hears of it", async () => {
  proxy.target = nodeAt(1).url;
  const guard = createGuard({ issuer: proxy.url, audience: proxy.url });
  try {
    const tokens = await signIn(nodeAt(0));
    const ask = async (): Promise<boolean> =>
      (
        await guard.authenticate(
          new Request("https://api.example/", {
            headers: { Authorization: `Bearer ${tokens.access_token}` },
          }),
        )
      ).ok;
    await vi.waitFor(async () => expect(await ask()).toBe(true), { timeout: 10_000 });
    const out = await call(`${nodeAt(0).url}/auth/logout`, {
      json: { refresh_token: tokens.refresh_token },
    });
    expect(out.status).toBeLessThan(300);
    await vi.waitFor(async () => expect(await ask()).toBe(false), { timeout: 5_000 });
    const answers = await Promise.all(
      cluster.nodes.map(({ url }) => call(`${url}/auth/me`, { token: tokens.access_token })),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  } finally {
    await guard.close();
  }
});

it("answer 503 while the database is away, and serve again by themselves when it is back", async () => {
  const { refresh_token } = await signIn(nodeAt(0));
  await cluster.postgres.stop("immediate");
  const away = await call(`${nodeAt(1).url}/auth/refresh`, { json: { refresh_token } });
  expect(away.status).toBe(503);
  expect(away.headers.get("retry-after")).not.toBeNull();
  expect((await call(`${nodeAt(1).url}/readyz`)).status).toBe(503);
  expect((await call(`${nodeAt(1).url}/healthz`)).status).toBe(200);
  await cluster.postgres.start();
  await vi.waitFor(
    async () => {
      const ready = await Promise.all(cluster.nodes.map(({ url }) => call(`${url}/readyz`)));
      expect(ready.map(({ status }) => status)).toEqual([200, 200, 200]);
    },
    { timeout: 5_000 },
  );
  const back = await call(`${nodeAt(2).url}/auth/refresh`, { json: { refresh_token } });
  expect(back.status).toBe(200);
});

it("end one by one without a failed request", async () => {
  const { refresh_token } = await signIn(nodeAt(0));
  const [leaving] = cluster.nodes;
  const refresh = (): Promise<{ readonly status: number }> =>
    call(`${nodeAt(0).url}/auth/refresh`, { json: { refresh_token } });
  const ended = leaving?.child.stop("SIGTERM");
  const answered = await Promise.all(Array.from({ length: 10 }, refresh));
  expect(answered.map(({ status }) => status)).toEqual(Array(10).fill(200));
  await vi.waitFor(async () => expect((await call(`${nodeAt(0).url}/readyz`)).status).toBe(503), {
    timeout: DRAIN_DELAY * 900,
    interval: 50,
  });
  expect(await ended).toBe(0);
  expect((await call(`${nodeAt(1).url}/readyz`)).status).toBe(200);
});

it("wait for a database that is not there yet", async () => {
  await cluster.postgres.stop();
  const starting = cluster.startNode();
  await vi.waitFor(() => expect(cluster.postgres.log()).toContain("shut down"), 10_000);
  await cluster.postgres.start();
  const late = await starting;
  expect((await call(`${late.url}/readyz`)).status).toBe(200);
});
