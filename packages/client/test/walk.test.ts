// Random walks over what a browser and its network can do: tabs open, wake, lose answers and die,
// with and without locks. No run without a thief ends the session (theorem T1 of the design). The
// server's rules are explored exhaustively in packages/server/test/explorer; here it is the client.

import { expect, test } from "vitest";
import { openBrowser, type Tab } from "./test-browser.ts";
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

test.each([
  { seed: 1, hasLocks: true, hasChannel: true },
  { seed: 2, hasLocks: false, hasChannel: false },
  { seed: 3, hasLocks: false, hasChannel: true },
])("seed $seed, locks $hasLocks, channel $hasChannel: the session lives", async (options) => {
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
    if (kind === 1 && tabs.length > 1) tabs.splice(roll(tabs.length), 1)[0]?.client.close();
    if (kind === 2) server.advance(roll(12_000));
    if (kind === 3) server.advance(30 * 60_000);
    const asked = tabs.filter(() => roll(2) === 0);
    const answers = asked.map(({ client }) => client.getAccessToken().catch(() => "unreachable"));
    if (roll(3) > 0) await Promise.all(answers);
    for (const tab of tabs) tab.wake({ isOnlineAgain: true });
  }

  browser.fate = () => "arrives";
  tabs.forEach(({ client }) => client.close());
  server.advance(60 * 60_000);
  tabs = [browser.openTab(options)];
  expect(await tabs[0]?.client.ready()).toMatchObject({ status: "signed_in" });
  expect(await server.countEvents("session.reused")).toBe(0);
  const renewals = browser.sent.filter(({ path }) => path === "/auth/refresh");
  expect(renewals.filter(({ status }) => status === 200).length).toBeGreaterThan(10);
});
