// A native app against a real server: the refresh token in a storage of its own, no cookie, and no
// header of a browser.

import { expect, onTestFinished, test } from "vitest";
import { createClient } from "../src/client.ts";
import { nativeStorage, type NativeStorage } from "../src/native.ts";
import { PASSWORD, startServer, type TestServer } from "./test-server.ts";

const EMAIL = "ada@example.com";
const HALF_AN_HOUR = 30 * 60_000;

/** What a platform's key store is to the client: a text. */
class Vault implements NativeStorage {
  text: string | null = null;
  isBroken = false;

  read(): Promise<string | null> {
    return Promise.resolve(this.text);
  }

  write(text: string | null): Promise<void> {
    if (this.isBroken) return Promise.reject(new Error("the vault is locked"));
    this.text = text;
    return Promise.resolve();
  }

  get record(): { token: string; generation: number; pending: string | null; settled: string[] } {
    return JSON.parse(this.text ?? "null");
  }
}

async function open() {
  const server = await startServer();
  await server.createUser(EMAIL);
  const vault = new Vault();
  return { server, vault, start: () => start(server, vault) };
}

/** Starts the app; the storage is what an earlier run left. */
function start(server: TestServer, vault: Vault) {
  const client = createClient({ url: server.url, storage: nativeStorage(vault) });
  onTestFinished(() => client.close());
  return client;
}

/** Renews, as a request does whose token is over. */
async function renew(client: ReturnType<typeof start>, server: TestServer): Promise<void> {
  const session = client.getSnapshot();
  if (session.status !== "signed_in") throw new Error(session.status);
  // A role that is given takes the token back, so the next request renews it.
  await server.control("PUT", `/auth/admin/users/${session.userId}/roles/administrator`);
  await server.control("DELETE", `/auth/admin/users/${session.userId}/roles/administrator`);
  await client.request("/auth/me");
}

test("an app without a token is signed out, and asks nobody", async () => {
  const { start } = await open();
  expect(await start().ready()).toMatchObject({ status: "signed_out", reason: "no_session" });
});

test("a sign-in is kept over a restart; only a higher generation replaces it", async () => {
  const { server, vault, start } = await open();
  const client = start();
  await client.signIn({ email: EMAIL, password: PASSWORD });
  const first = vault.record;
  expect(first).toMatchObject({ generation: 0, pending: null, settled: [] });
  expect(first.token).toMatch(/^lkr_/);

  server.advance(HALF_AN_HOUR);
  const restarted = start();
  expect((await restarted.ready()).status).toBe("signed_in");
  const second = vault.record;
  expect(second).toMatchObject({ generation: 1, pending: null });
  expect(second.settled).toHaveLength(1);
  expect(second.token).not.toBe(first.token);

  // Inside the window there is an access token and no refresh token: the key stays pending.
  await renew(restarted, server);
  expect(vault.record).toMatchObject({ generation: 1, token: second.token });
  expect(vault.record.pending).toMatch(/^.{43}$/);
});

test("an answer that could not be kept is the same answer again, a day later", async () => {
  const { server, vault, start } = await open();
  await start().signIn({ email: EMAIL, password: PASSWORD });
  server.advance(HALF_AN_HOUR);
  // The pending key is stored, the answer is not: the app dies in the middle.
  const dying = new Vault();
  dying.text = vault.text;
  let writes = 0;
  const { client, stop } = startOn(server, {
    read: () => dying.read(),
    write: (text) => {
      writes += 1;
      return writes === 1 ? dying.write(text) : Promise.reject(new Error("killed"));
    },
  });
  expect((await client.ready()).status).toBe("signed_in");
  stop();
  expect(dying.record.generation).toBe(0);
  expect(dying.record.pending).toMatch(/^.{43}$/);
  vault.text = dying.text;
  server.advance(24 * 3_600_000);
  expect((await start().ready()).status).toBe("signed_in");
  expect(vault.record.generation).toBe(1);
  expect(await server.countEvents("session.reused")).toBe(0);
});

function startOn(server: TestServer, storage: NativeStorage) {
  const client = createClient({ url: server.url, storage: nativeStorage(storage) });
  onTestFinished(() => client.close());
  return { client, stop: () => client.close() };
}

test("a storage that cannot be written sends nothing: the next try would look like theft", async () => {
  const { server, vault, start } = await open();
  await start().signIn({ email: EMAIL, password: PASSWORD });
  server.advance(HALF_AN_HOUR);
  vault.isBroken = true;
  const locked = start();
  await expect.poll(() => locked.getSnapshot().error?.code).toBe("unreachable");
  vault.isBroken = false;
  expect(vault.record).toMatchObject({ generation: 0, pending: null });
});

test("signing out ends the session and empties the storage", async () => {
  const { vault, start, server } = await open();
  const client = start();
  await client.signIn({ email: EMAIL, password: PASSWORD });
  const { token } = vault.record;
  await client.signOut();
  expect(vault.text).toBeNull();
  const response = await fetch(`${server.url}/auth/refresh`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh_token: token }),
  });
  expect(await response.json()).toMatchObject({ code: "session_ended" });
});

test("a late answer with a lower generation is not stored", async () => {
  const vault = new Vault();
  const store = nativeStorage(vault);
  await store.start?.({ refresh_token: "lkr_0", refresh_generation: 0 });
  const slow = await store.begin();
  const fast = await store.begin();
  if (slow === null || fast === null) throw new Error("no token");
  expect(slow.key).toBe(fast.key);
  await store.settle(fast, { refresh_token: "lkr_2", refresh_generation: 2 });
  await store.settle(slow, { refresh_token: "lkr_1", refresh_generation: 1 });
  expect(vault.record).toMatchObject({ token: "lkr_2", generation: 2, settled: [slow.key] });
});

test.each(["", "null", "{}", "[]", '{"token":1,"generation":0}', "{"])(
  "a storage that holds %j holds no session",
  async (text) => {
    const vault = new Vault();
    vault.text = text;
    expect(await nativeStorage(vault).begin()).toBeNull();
  },
);
