// What was taken back is refused by an API that asks nobody: the real server, real guards, and proxies
// of every bad manner between them.

import { createGuard, type Guard, type GuardOptions } from "@latchkey/guard";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { stopAll } from "./harness/child.ts";
import { removeDirectories } from "./harness/directory.ts";
import { call } from "./harness/http.ts";
import { join, logIn, renew } from "./harness/people.ts";
import { type Proxy, startProxy } from "./harness/proxy.ts";
import { restartServer, runCli, type Server, startServer } from "./harness/server.ts";
import { createStaff, people } from "./harness/staff.ts";

let proxy: Proxy;
let server: Server;
const guards: Guard[] = [];

beforeAll(async () => {
  proxy = await startProxy();
  server = await startServer({ args: ["--issuer", proxy.url] });
  proxy.target = direct(server);
  await createStaff({ ...server, url: proxy.url });
  await join({ url: proxy.url }, people.patient);
});
beforeEach(() => {
  proxy.manner = "well";
  proxy.failing = null;
});
afterEach(async () => {
  await Promise.all(guards.splice(0).map((guard) => guard.close()));
});
afterAll(async () => {
  await stopAll();
  await proxy.close();
  await removeDirectories();
});

describe("over a stream", () => {
  it("a logout is heard at once", async () => {
    const guard = guardOf();
    const login = await signIn();
    await isStreaming(guard);
    expect(await outcome(guard, login.access_token)).toBe("ok");
    await logOut(login.refresh_token);
    await refused(guard, login.access_token);
  });

  it("a role that is taken makes the token stale, and the session lives", async () => {
    const guard = guardOf();
    const login = await logIn({ url: proxy.url }, people.otherDoctor);
    await isStreaming(guard);
    expect(await outcome(guard, login.access_token)).toBe("ok");
    await runCli(server, ["users", "unassign", people.otherDoctor.email, "doctor"]);
    await refused(guard, login.access_token);
    const renewed = await renew({ url: proxy.url }, login.refresh_token);
    expect(await outcome(guard, renewed.body.access_token)).toBe("ok");
    const allowed = await guard
      .requires({ role: "doctor" })
      .authenticate(withToken(renewed.body.access_token));
    expect(allowed.ok).toBe(false);
  });

  it("one token of two is taken back, and the other is untouched", async () => {
    const guard = guardOf();
    const [one, other] = [await signIn(), await signIn()];
    await isStreaming(guard);
    await runCli(server, ["tokens", "revoke", "-"], `${one.access_token}\n`);
    await refused(guard, one.access_token);
    expect(await outcome(guard, other.access_token)).toBe("ok");
  });

  it("a signing key that is taken back takes its tokens along, and new ones pass", async () => {
    const guard = guardOf({ keyCooldown: 0 });
    const before = await signIn();
    await isStreaming(guard);
    expect(await outcome(guard, before.access_token)).toBe("ok");
    await runCli(server, ["keys", "revoke", kidOf(before.access_token)]);
    await refused(guard, before.access_token);
    const after = await signIn();
    expect(kidOf(after.access_token)).not.toBe(kidOf(before.access_token));
    expect(await outcome(guard, after.access_token)).toBe("ok");
  });
});

describe("behind proxies", () => {
  it.each(["cuts", "holds_back"] as const)("one that %s", async (manner) => {
    proxy.manner = manner;
    const guard = guardOf({ fetchTimeout: 1, startupTimeout: 10 });
    const login = await signIn();
    expect(await outcome(guard, login.access_token)).toBe("ok");
    await logOut(login.refresh_token);
    await refused(guard, login.access_token, 10_000);
  });

  it("one that is away and comes back: nothing was missed", async () => {
    const guard = guardOf();
    const login = await signIn();
    await isStreaming(guard);
    expect(await outcome(guard, login.access_token)).toBe("ok");
    proxy.manner = "away";
    proxy.cut();
    await call(`${direct(server)}/auth/logout`, { json: { refresh_token: login.refresh_token } });
    expect(await outcome(guard, login.access_token)).toBe("ok");
    proxy.manner = "well";
    await refused(guard, login.access_token, 10_000);
  });
});

describe("while the feed is stale", () => {
  it("allow goes on, deny answers 503, and both recover", async () => {
    const [allow, deny] = [
      guardOf({ maxStaleness: 2 }),
      guardOf({ maxStaleness: 2, onStale: "deny" }),
    ];
    const { access_token: token } = await signIn();
    expect(await outcome(allow, token)).toBe("ok");
    expect(await outcome(deny, token)).toBe("ok");
    proxy.manner = "away";
    proxy.cut();
    await vi.waitFor(async () => expect(await outcome(deny, token)).toBe("503"), 10_000);
    expect(await outcome(allow, token)).toBe("ok");
    expect(allow.status().cannotPromise).toHaveLength(1);
    proxy.manner = "well";
    await vi.waitFor(async () => expect(await outcome(deny, token)).toBe("ok"), 15_000);
    await vi.waitFor(() => expect(allow.status().cannotPromise).toEqual([]), 15_000);
  });

  it("introspect asks the server, which knows", async () => {
    const credentials = await createClient(server);
    const guard = guardOf({ maxStaleness: 2, onStale: "introspect", credentials });
    const login = await signIn();
    expect(await outcome(guard, login.access_token)).toBe("ok");
    proxy.failing = "/auth/revocations";
    proxy.cut();
    await vi.waitFor(() => expect(guard.status().revocations.isStale).toBe(true), 10_000);
    expect(await outcome(guard, login.access_token)).toBe("ok");
    await logOut(login.refresh_token);
    await refused(guard, login.access_token);
  });
});

it("a restart of the server goes unnoticed", async () => {
  const guard = guardOf();
  const [login, other] = [await signIn(), await signIn()];
  await isStreaming(guard);
  await server.child.stop("SIGKILL");
  expect(await outcome(guard, login.access_token)).toBe("ok");
  server = await restartServer(server, ["--issuer", proxy.url]);
  proxy.target = direct(server);
  await logOut(login.refresh_token);
  await refused(guard, login.access_token, 10_000);
  expect(await outcome(guard, other.access_token)).toBe("ok");
});

it("a closed feed is for registered guards", async () => {
  const closed = await startServer({ args: ["--feed", "registered"] });
  await join(closed, people.patient);
  const login = await logIn(closed, people.patient);
  const credentials = await createClient(closed);
  const options = { issuer: closed.url, audience: closed.url, startupTimeout: 3 };
  const wrong = { ...credentials, clientSecret: `${credentials.clientSecret}x` };
  expect(await outcome(guardOf(options), login.access_token)).toBe("503");
  expect(await outcome(guardOf({ ...options, credentials: wrong }), login.access_token)).toBe(
    "503",
  );
  const guard = guardOf({ ...options, credentials });
  expect(await outcome(guard, login.access_token)).toBe("ok");
  await call(`${closed.url}/auth/logout`, { json: { refresh_token: login.refresh_token } });
  await refused(guard, login.access_token);
});

function guardOf(options: Partial<GuardOptions> = {}): Guard {
  const guard = createGuard({
    issuer: proxy.url,
    audience: proxy.url,
    startupTimeout: 10,
    ...options,
  });
  guards.push(guard);
  return guard;
}

async function outcome(guard: Guard, token: string): Promise<string> {
  const result = await guard.authenticate(withToken(token));
  return result.ok ? "ok" : String(result.challenge?.reason ?? result.status);
}

async function refused(guard: Guard, token: string, timeout = 3000): Promise<void> {
  await vi.waitFor(async () => expect(await outcome(guard, token)).toBe("retired"), {
    timeout,
    interval: 10,
  });
}

async function isStreaming(guard: Guard): Promise<void> {
  await vi.waitFor(() => expect(guard.status().revocations.isStreaming).toBe(true), 10_000);
}

function withToken(token: string): Request {
  return new Request("https://api.test/", { headers: { authorization: `Bearer ${token}` } });
}

function signIn() {
  return logIn({ url: proxy.url }, people.patient);
}

async function logOut(refreshToken: string): Promise<void> {
  const answer = await call(`${direct(server)}/auth/logout`, {
    json: { refresh_token: refreshToken },
  });
  expect(answer.status).toBeLessThan(300);
}

async function createClient(of: Server) {
  const args = ["clients", "create", "api", "--kind", "guard", "--json"];
  const { id, secret } = JSON.parse(await runCli(of, args)) as Record<"id" | "secret", string>;
  return { clientId: id, clientSecret: secret };
}

function kidOf(token: string): string {
  const header = Buffer.from(token.split(".")[0] ?? "", "base64url").toString();
  return (JSON.parse(header) as { readonly kid: string }).kid;
}

/** Past the proxy. */
function direct(of: Server): string {
  return `http://127.0.0.1:${new URL(of.url).port}`;
}
