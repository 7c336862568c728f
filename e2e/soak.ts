// `npm run soak -- --minutes N`: people sign in and out, renew and ask for their account, keys rotate, the
// server is killed and started, and a proxy of every bad manner stands between it and four guards.
// Afterwards: was a token that was taken back accepted past `maxStaleness` by a guard that promises it is
// not, was a good token ever refused as a bad one, did the server answer what it should not have, and did
// memory grow? For the last the server is left alive in the second half.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createGuard, type Guard, type GuardOptions } from "@latchkey/guard";
import { stopAll } from "./harness/child.ts";
import { removeDirectories } from "./harness/directory.ts";
import { call } from "./harness/http.ts";
import { type MemorySample, memorySlope } from "./harness/memory-slope.ts";
import { logIn, type Person, renew, signUp } from "./harness/people.ts";
import { type ProxyManner, startProxy } from "./harness/proxy.ts";
import { restartServer, runCli, startServer } from "./harness/server.ts";

/** Seconds of staleness that the guards allow. */
const MAX_STALENESS = 5;

/** Milliseconds beyond it: the whole second in which a feed's time is counted, and the check itself. */
const GRACE = 1500;

/** Longest time (milliseconds) that the proxy keeps one bad manner: shorter than what is allowed. */
const LONGEST_MANNER = 4000;

/** Sessions at once, and how long (milliseconds) a revoked token is tried again. */
const SESSIONS = 12;
const WATCHED = 30_000;

const ROTATE_EVERY = 12_000;
const KILL_EVERY = 35_000;

/** Memory is looked at so often (milliseconds), after this share of the time; until then there are kills. */
const LOOK_EVERY = 1000;
const STEADY_AFTER = 0.5;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "2" } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new TypeError("--minutes is a number above 0");

interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const proxy = await startProxy();
let server = await startServer({ args: ["--issuer", proxy.url] });
const direct = (): string => `http://127.0.0.1:${new URL(server.url).port}`;
proxy.target = direct();
const person: Person = {
  email: "ana@soak.example",
  password: "a long passphrase of Ana",
  name: "Ana",
};
await signUp({ url: direct() }, person);
const client = JSON.parse(
  await runCli(server, ["clients", "create", "soak", "--kind", "guard", "--json"]),
) as { readonly id: string; readonly secret: string };

const guardOf = (options: Partial<GuardOptions>): Guard =>
  createGuard({
    issuer: proxy.url,
    audience: proxy.url,
    maxStaleness: MAX_STALENESS,
    keyRefreshInterval: 1,
    fetchTimeout: 1,
    ...options,
  });
const guards = new Map<string, Guard>([
  ["allow", guardOf({})],
  ["deny", guardOf({ onStale: "deny" })],
  [
    "introspect",
    guardOf({
      onStale: "introspect",
      credentials: { clientId: client.id, clientSecret: client.secret },
    }),
  ],
  // Where the feed may be a little older a stream is followed, elsewhere it is asked.
  ["stream", guardOf({ onStale: "deny", maxStaleness: 15 })],
]);
const staleness = (name: string): number => (name === "stream" ? 15 : MAX_STALENESS);

const counts = {
  checks: 0,
  asked: 0,
  renewals: 0,
  revocations: 0,
  rotations: 0,
  kills: 0,
  manners: 0,
  unavailable: 0,
};
/** Of the server the resident set, of the guards (this process) what is left after a collection. */
const memory = { server: [] as MemorySample[], guards: [] as MemorySample[] };
const faults: string[] = [];
const live = new Set<Session>();
const revoked = new Map<string, number>();
const over = new AbortController();
const end = Date.now() + minutes * 60_000;
const steadyFrom = Date.now() + minutes * 60_000 * STEADY_AFTER;
setTimeout(() => over.abort(), minutes * 60_000);
let isServerUp = true;

async function repeatedly(every: () => number, work: () => Promise<void>): Promise<void> {
  while (!over.signal.aborted) {
    await sleep(every(), undefined, { signal: over.signal }).catch(() => undefined);
    if (over.signal.aborted) return;
    try {
      await work();
    } catch (error) {
      // Whatever the server's absence causes to its clients is not what is looked at here.
      if (isServerUp) process.stderr.write(`${String(error)}\n`);
    }
  }
}

async function signInOrOut(): Promise<void> {
  if (!isServerUp) return;
  if (live.size < SESSIONS) {
    const login = await logIn({ url: direct() }, person);
    live.add({ accessToken: login.access_token, refreshToken: login.refresh_token });
    return;
  }
  const [session] = live;
  if (session === undefined) return;
  live.delete(session);
  const answer = await call(`${direct()}/auth/logout`, {
    json: { refresh_token: session.refreshToken },
  });
  // Only what was acknowledged has been promised.
  if (answer.status >= 300) return;
  revoked.set(session.accessToken, Date.now());
  counts.revocations += 1;
}

async function renewOne(): Promise<void> {
  const session = [...live][Math.floor(Math.random() * live.size)];
  if (!isServerUp || session === undefined) return;
  const { body, status } = await renew({ url: direct() }, session.refreshToken);
  if (status !== 200 || !live.has(session)) return;
  counts.renewals += 1;
  live.delete(session);
  live.add({
    accessToken: body.access_token,
    refreshToken: body.refresh_token ?? session.refreshToken,
  });
}

async function askServer(): Promise<void> {
  const session = [...live][Math.floor(Math.random() * live.size)];
  if (!isServerUp || session === undefined) return;
  const headers = { Authorization: `Bearer ${session.accessToken}` };
  const { status } = await call(`${direct()}/auth/me`, { headers });
  counts.asked += 1;
  // It may have signed out meanwhile; nothing else is a reason.
  if (status !== 200 && live.has(session)) faults.push(`GET /auth/me was answered ${status}`);
}

async function checkAll(): Promise<void> {
  for (const [name, guard] of guards) {
    for (const session of live) {
      const result = await guard.check(session.accessToken);
      counts.checks += 1;
      if (result.ok || !live.has(session)) continue;
      if (result.status === 503 && name !== "allow") counts.unavailable += 1;
      else
        faults.push(
          `${name}: a good token was refused: ${result.challenge?.reason ?? result.status}`,
        );
    }
    for (const [token, at] of revoked) {
      const age = Date.now() - at;
      const { ok } = await guard.check(token);
      counts.checks += 1;
      // `allow` promises nothing while the feed is cut off; what it says of itself decides.
      const isBound = name !== "allow" || !guard.status().revocations.isStale;
      if (ok && isBound && age > staleness(name) * 1000 + GRACE) {
        faults.push(`${name}: a token was accepted ${age} ms after it was taken back`);
      }
      if (name === "stream" && age > WATCHED) revoked.delete(token);
    }
  }
}

async function changeManner(): Promise<void> {
  const manners: readonly ProxyManner[] = ["well", "well", "cuts", "holds_back", "away"];
  proxy.manner = manners[Math.floor(Math.random() * manners.length)] ?? "well";
  if (Math.random() < 0.5) proxy.cut();
  counts.manners += 1;
}

async function rotate(): Promise<void> {
  if (!isServerUp) return;
  await runCli(server, ["keys", "rotate", "--now"]);
  counts.rotations += 1;
}

setFlagsFromString("--expose-gc");
// The flag shows in contexts that are made after it.
const collectGarbage = runInNewContext("gc") as () => void;

async function lookAtMemory(): Promise<void> {
  const at = Date.now();
  if (!isServerUp || at < steadyFrom) return;
  const status = readFileSync(`/proc/${server.child.process.pid}/status`, "utf8");
  memory.server.push({ at, bytes: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024 });
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  memory.guards.push({ at, bytes: heapUsed + external });
}

async function killAndStart(): Promise<void> {
  // From here on its memory is looked at.
  if (Date.now() >= steadyFrom) return;
  isServerUp = false;
  await server.child.stop("SIGKILL");
  await sleep(1000);
  server = await restartServer(server, ["--issuer", proxy.url]);
  isServerUp = true;
  counts.kills += 1;
}

try {
  await Promise.all([
    repeatedly(() => 150, signInOrOut),
    repeatedly(() => 400, renewOne),
    repeatedly(() => 200, askServer),
    repeatedly(() => 50, checkAll),
    repeatedly(() => LOOK_EVERY, lookAtMemory),
    repeatedly(() => 500 + Math.random() * (LONGEST_MANNER - 500), changeManner),
    repeatedly(() => KILL_EVERY, killAndStart),
    repeatedly(() => ROTATE_EVERY, rotate),
  ]);
  // At last everything is well, and everything taken back is known to all.
  proxy.manner = "well";
  await sleep(MAX_STALENESS * 1000 + GRACE);
  for (const [name, guard] of guards) {
    for (const token of revoked.keys()) {
      if ((await guard.check(token)).ok) faults.push(`${name}: a revocation was never heard`);
    }
  }
} finally {
  for (const guard of guards.values()) await guard.close();
  await stopAll();
  await proxy.close();
  await removeDirectories();
}
const distinct = [...new Set(faults)];
process.stdout.write(
  `${JSON.stringify({
    minutes,
    ...counts,
    memory: { server: memorySlope(memory.server), guards: memorySlope(memory.guards) },
    faults: faults.length,
    overrun: Date.now() - end,
  })}\n`,
);
for (const fault of distinct.slice(0, 20)) process.stdout.write(`${fault}\n`);
process.exitCode = faults.length === 0 && counts.revocations > 0 ? 0 : 1;
