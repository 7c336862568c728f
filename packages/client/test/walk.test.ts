// Random walks over what a browser and its network can do: tabs open, wake, lose answers and die,
// with and without locks. No run without a thief ends the session (theorem T1 of the design). The
// server's rules are explored exhaustively in packages/server/test/explorer; here it is the client.

import { expect, test } from "vitest";
import { createMemoryKeyStorage, type KeyStorage } from "../src/key-storage.ts";
import { openBrowser, type Tab, type TabOptions } from "./test-browser.ts";
import { PASSWORD, startServer } from "./test-server.ts";

const EMAIL = "ada@example.com";

/** Small numbers from a seed, so that a failed walk can be walked again. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Walks, and tells how it ended. */
async function walk(options: Partial<TabOptions> & { readonly seed: number }) {
  const server = await startServer();
  await server.createUser(EMAIL);
  const browser = openBrowser(server);
  const roll = createDice(options.seed);
  let tabs: Tab[] = [browser.openTab(options)];
  await tabs[0]?.client.signIn({ email: EMAIL, password: PASSWORD });
  browser.fate = (path) => {
    if (path !== "/auth/refresh") return "arrives";
    return (["arrives", "answer_lost", "request_lost", "arrives"] as const)[roll(4)] ?? "arrives";
  };

  for (let move = 0; move < 60; move += 1) {
    const kind = roll(6);
    if (kind === 0 && tabs.length < 4) tabs.push(browser.openTab(options));
    // Dies in the middle: its request is under way and its answer is nobody's.
    if (kind === 1 && tabs.length > 1) tabs.splice(roll(tabs.length), 1)[0]?.die();
    if (kind === 2) server.advance(roll(12_000));
    if (kind === 3) server.advance(30 * 60_000);
    const asked = tabs.filter(() => roll(2) === 0);
    const answers = asked.map(({ client }) => client.getAccessToken().catch(() => "unreachable"));
    if (roll(3) > 0) await Promise.all(answers);
    for (const tab of tabs) tab.wake({ isOnlineAgain: true });
  }

  browser.fate = () => "arrives";
  for (const tab of tabs) tab.die();
  server.advance(60 * 60_000);
  tabs = [browser.openTab(options)];
  const state = await tabs[0]?.client.ready();
  const renewals = browser.sent.filter(
    ({ path, status }) => path === "/auth/refresh" && status === 200,
  );
  return {
    status: state?.status,
    reuses: await server.countEvents("session.reused"),
    renewals: renewals.length,
  };
}

test.each([
  { seed: 1, hasLocks: true, hasChannel: true },
  { seed: 2, hasLocks: false, hasChannel: false },
  { seed: 3, hasLocks: false, hasChannel: true },
])("seed $seed, locks $hasLocks, channel $hasChannel: the session lives", async (options) => {
  const { status, reuses, renewals } = await walk(options);
  expect([status, reuses]).toEqual(["signed_in", 0]);
  expect(renewals).toBeGreaterThan(10);
});

test("a client that takes a new key for each try loses it: the walks above can fail", {
  timeout: 60_000,
}, async () => {
  const keys = createMemoryKeyStorage();
  const forgetful: KeyStorage = {
    update: (change) => keys.update((now) => change({ ...now, pending: null })),
  };
  // Which request meets which fate depends on the machine, so one walk proves nothing.
  const options = { hasLocks: false, hasChannel: false, platform: { openKeys: () => forgetful } };
  let reuses = 0;
  for (let seed = 1; seed <= 10 && reuses === 0; seed += 1) {
    ({ reuses } = await walk({ seed, ...options }));
  }
  expect(reuses).toBeGreaterThan(0);
});
