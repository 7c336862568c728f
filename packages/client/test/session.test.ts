// The client against a real server: signing in and out, staying signed in, losing answers.

import { describe, expect, test } from "vitest";
import type { LatchkeyClientError } from "../src/error.ts";
import { openBrowser } from "./test-browser.ts";
import { PASSWORD, startServer } from "./test-server.ts";

const EMAIL = "ada@example.com";
const HALF_AN_HOUR = 30 * 60_000;

async function open() {
  const server = await startServer();
  await server.createUser(EMAIL);
  const browser = openBrowser(server);
  return { server, browser };
}

/** What a promise is rejected with. */
async function failureOf(promise: Promise<unknown>): Promise<LatchkeyClientError> {
  const [result] = await Promise.allSettled([promise]);
  if (result.status === "fulfilled") throw new Error("it was not rejected");
  return result.reason as LatchkeyClientError;
}

describe("signing in", () => {
  test("a new visitor is signed out; a sign-in shows the account and keeps the session", async () => {
    const { browser } = await open();
    const { client } = browser.openTab();
    expect(client.getSnapshot()).toEqual({ status: "loading", error: null });
    expect(await client.ready()).toEqual({
      status: "signed_out",
      reason: "no_session",
      error: null,
    });
    expect(await client.getAccessToken()).toBeNull();
    const result = await client.signIn({ email: EMAIL, password: PASSWORD });
    expect(result).toMatchObject({ status: "signed_in", user: { email: EMAIL } });
    expect(client.getSnapshot()).toMatchObject({
      status: "signed_in",
      user: { email: EMAIL },
      roles: [],
      error: null,
    });
    expect(await client.getAccessToken()).toMatch(/^eyJ/);
    expect(browser.cookies.size).toBe(2);
  });

  test("a reload finds the session by its cookie, and the account on demand", async () => {
    const { browser } = await open();
    await browser.openTab().client.signIn({ email: EMAIL, password: PASSWORD });
    const { client } = browser.openTab();
    const state = await client.ready();
    expect(state).toMatchObject({ status: "signed_in", user: null });
    expect(await client.loadUser()).toMatchObject({ email: EMAIL });
    expect(client.getSnapshot()).toMatchObject({ user: { email: EMAIL } });
  });

  test("a wrong password is refused by its code, and nobody is signed in", async () => {
    const { browser } = await open();
    const { client } = browser.openTab();
    const error = await failureOf(client.signIn({ email: EMAIL, password: "wrong" }));
    expect([error.name, error.code, error.status]).toEqual([
      "LatchkeyClientError",
      "invalid_credentials",
      401,
    ]);
    expect(error.message).not.toContain("wrong");
    expect((await client.ready()).status).toBe("signed_out");
  });

  test("signing out ends the session at the server and in every tab", async () => {
    const { browser } = await open();
    const [one, other] = [browser.openTab().client, browser.openTab().client];
    await one.signIn({ email: EMAIL, password: PASSWORD });
    await expect.poll(() => other.getSnapshot().status).toBe("signed_in");
    const token = await one.getAccessToken();
    await one.signOut();
    expect(one.getSnapshot()).toMatchObject({ status: "signed_out", reason: "signed_out" });
    await expect.poll(() => other.getSnapshot().status).toBe("signed_out");
    expect(browser.cookies.size).toBe(0);
    const response = await fetch(`${one.url}/auth/me`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
  });

  test("a sign-out that the server did not hear is no sign-out", async () => {
    const { browser } = await open();
    const { client } = browser.openTab();
    await client.signIn({ email: EMAIL, password: PASSWORD });
    browser.fate = () => "request_lost";
    expect((await failureOf(client.signOut())).code).toBe("unreachable");
    expect(client.getSnapshot().status).toBe("signed_in");
    browser.fate = () => "arrives";
    await client.signOut();
    expect(client.getSnapshot().status).toBe("signed_out");
  });

  test("signing out everywhere else keeps this session, with a fresh token", async () => {
    const { browser, server } = await open();
    const { client } = browser.openTab();
    const elsewhere = openBrowser(server).openTab().client;
    await elsewhere.signIn({ email: EMAIL, password: PASSWORD });
    await client.signIn({ email: EMAIL, password: PASSWORD });
    await client.signOutEverywhere({ exceptHere: true });
    expect(await client.request("/auth/me")).toMatchObject({ email: EMAIL });
    expect((await failureOf(elsewhere.request("/auth/me"))).code).toBe("invalid_token");
    expect(elsewhere.getSnapshot()).toMatchObject({
      status: "signed_out",
      reason: "session_ended",
    });
    await client.signOutEverywhere();
    expect(client.getSnapshot().status).toBe("signed_out");
    expect(browser.cookies.size).toBe(0);
  });
});

describe("staying signed in", () => {
  test("the token is renewed ahead of its end by a timer in the last 40 % of its life", async () => {
    const { browser, server } = await open();
    const tab = browser.openTab();
    tab.random = 0;
    await tab.client.signIn({ email: EMAIL, password: PASSWORD });
    const first = await tab.client.getAccessToken();
    server.advance(15 * 60_000 * 0.6 - 5_000);
    tab.runTimers();
    expect(await tab.client.getAccessToken()).toBe(first);
    server.advance(6_000);
    tab.runTimers();
    await expect.poll(() => tab.client.getAccessToken()).not.toBe(first);
    expect(browser.sent.filter(({ path }) => path === "/auth/refresh")).toHaveLength(2);
  });

  test("a clock that was set back does not keep an old token good", async () => {
    const { browser } = await open();
    const tab = browser.openTab();
    await tab.client.signIn({ email: EMAIL, password: PASSWORD });
    browser.sent.length = 0;
    tab.clockOffset -= 24 * 3_600_000;
    expect(await tab.client.getAccessToken()).toMatch(/^eyJ/);
    expect(browser.sent.map(({ path }) => path)).toEqual(["/auth/refresh"]);
  });

  test("a token that is over is renewed before it is handed out, once for many callers", async () => {
    const { browser, server } = await open();
    const { client } = browser.openTab();
    await client.signIn({ email: EMAIL, password: PASSWORD });
    browser.sent.length = 0;
    server.advance(HALF_AN_HOUR);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => client.getAccessToken()));
    expect(new Set(tokens).size).toBe(1);
    expect(browser.sent.map(({ path }) => path)).toEqual(["/auth/refresh"]);
  });

  test("ten tabs that wake at once renew once", async () => {
    const { browser, server } = await open();
    const tabs = Array.from({ length: 10 }, () => browser.openTab());
    await Promise.all(tabs.map(({ client }) => client.ready()));
    await tabs[0]?.client.signIn({ email: EMAIL, password: PASSWORD });
    for (const { client } of tabs) {
      await expect.poll(() => client.getSnapshot().status).toBe("signed_in");
    }
    browser.sent.length = 0;
    server.advance(HALF_AN_HOUR);
    const tokens = await Promise.all(tabs.map(({ client }) => client.getAccessToken()));
    expect(new Set(tokens).size).toBe(1);
    expect(browser.sent.map(({ path }) => path)).toEqual(["/auth/refresh"]);
  });

  test("ten tabs without locks and channels renew at once, and the session lives", async () => {
    const { browser, server } = await open();
    const options = { hasLocks: false, hasChannel: false };
    await browser.openTab(options).client.signIn({ email: EMAIL, password: PASSWORD });
    for (let round = 0; round < 3; round += 1) {
      server.advance(HALF_AN_HOUR);
      const tabs = Array.from({ length: 10 }, () => browser.openTab(options).client);
      const states = await Promise.all(tabs.map((client) => client.ready()));
      expect(new Set(states.map(({ status }) => status))).toEqual(new Set(["signed_in"]));
    }
    expect(await server.countEvents("session.reused")).toBe(0);
  });

  test("a page that is shown all the time notices that the machine slept", async () => {
    const { browser, server } = await open();
    const tab = browser.openTab();
    await tab.client.signIn({ email: EMAIL, password: PASSWORD });
    browser.sent.length = 0;
    // A minute passes for timers, a night for the clock.
    server.advance(60_000);
    tab.clockOffset += 8 * 3_600_000;
    tab.runTimers();
    await expect.poll(() => browser.sent.map(({ path }) => path)).toEqual(["/auth/refresh"]);
  });

  test("a hidden tab renews when it is shown again, not before", async () => {
    const { browser, server } = await open();
    const tab = browser.openTab();
    await tab.client.signIn({ email: EMAIL, password: PASSWORD });
    browser.sent.length = 0;
    tab.isHidden = true;
    server.advance(HALF_AN_HOUR);
    tab.runTimers();
    tab.wake();
    expect(browser.sent).toEqual([]);
    tab.isHidden = false;
    tab.wake();
    await expect.poll(() => browser.sent.map(({ status }) => status)).toEqual([200]);
  });

  test("a page that comes back from the history learns of a sign-out that it slept through", async () => {
    const { browser } = await open();
    const frozen = browser.openTab({ hasChannel: false });
    await frozen.client.signIn({ email: EMAIL, password: PASSWORD });
    const other = browser.openTab({ hasChannel: false });
    await other.client.ready();
    await other.client.signOut();
    expect(frozen.client.getSnapshot().status).toBe("signed_in");
    frozen.wake({ isRestored: true });
    await expect.poll(() => frozen.client.getSnapshot().status).toBe("signed_out");
  });
});

describe("lost answers", () => {
  test("a retry carries the same attempt key; an answer with a new token settles it", async () => {
    const { browser, server } = await open();
    const { client } = browser.openTab();
    await client.signIn({ email: EMAIL, password: PASSWORD });
    browser.sent.length = 0;
    server.advance(HALF_AN_HOUR);
    let losses = 1;
    browser.fate = () => (losses-- > 0 ? "answer_lost" : "arrives");
    expect(await client.getAccessToken()).toMatch(/^eyJ/);
    const [lost, repeated] = browser.sent;
    const key = lost?.headers.get("Idempotency-Key");
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(repeated?.headers.get("Idempotency-Key")).toBe(key);
    expect(lost?.headers.get("Latchkey-Settled-Keys")).toBeNull();

    server.advance(HALF_AN_HOUR);
    await client.getAccessToken();
    const next = browser.sent[2];
    expect(next?.headers.get("Idempotency-Key")).not.toBe(key);
    expect(next?.headers.get("Latchkey-Settled-Keys")).toBe(key);
  });

  test("at most four settled keys travel along, the newest first", async () => {
    const { browser, server } = await open();
    const { client } = browser.openTab();
    await client.signIn({ email: EMAIL, password: PASSWORD });
    browser.sent.length = 0;
    for (let round = 0; round < 6; round += 1) {
      server.advance(HALF_AN_HOUR);
      await client.getAccessToken();
    }
    const keys = browser.sent.map(({ headers }) => headers.get("Idempotency-Key"));
    expect(new Set(keys).size).toBe(6);
    const settled = browser.sent[5]?.headers.get("Latchkey-Settled-Keys")?.split(",");
    expect(settled).toEqual(keys.slice(1, 5).toReversed());
  });

  test("an answer without a new token settles nothing", async () => {
    const { browser } = await open();
    const { client } = browser.openTab();
    await client.signIn({ email: EMAIL, password: PASSWORD });
    browser.sent.length = 0;
    // Inside the window after the sign-in.
    await browser.openTab().client.ready();
    await browser.openTab().client.ready();
    const [one, other] = browser.sent.map(({ headers }) => headers.get("Idempotency-Key"));
    expect(one).toBe(other);
    expect(browser.sent[1]?.headers.get("Latchkey-Settled-Keys")).toBeNull();
  });

  test("a tab that dies with its answer lost: the next one repeats its key an hour later", async () => {
    const { browser, server } = await open();
    const dying = browser.openTab().client;
    await dying.signIn({ email: EMAIL, password: PASSWORD });
    server.advance(HALF_AN_HOUR);
    browser.fate = () => "answer_lost";
    await failureOf(dying.getAccessToken());
    dying.close();
    browser.fate = () => "arrives";
    server.advance(2 * HALF_AN_HOUR);
    expect((await browser.openTab().client.ready()).status).toBe("signed_in");
    expect(await server.countEvents("session.reused")).toBe(0);
  });

  test("with another key it would have been theft: the test above can fail", async () => {
    const { browser, server } = await open();
    const dying = browser.openTab().client;
    await dying.signIn({ email: EMAIL, password: PASSWORD });
    server.advance(HALF_AN_HOUR);
    browser.fate = () => "answer_lost";
    await failureOf(dying.getAccessToken());
    browser.fate = () => "arrives";
    server.advance(2 * HALF_AN_HOUR);
    await browser.keys.update(() => ({ pending: null, settled: [] }));
    expect(await browser.openTab().client.ready()).toMatchObject({
      status: "signed_out",
      reason: "session_compromised",
    });
  });
});

describe("a server that is away", () => {
  test("the session lives, the state says why, and being online again mends it", async () => {
    const { browser, server } = await open();
    const tab = browser.openTab();
    await tab.client.signIn({ email: EMAIL, password: PASSWORD });
    server.advance(HALF_AN_HOUR);
    browser.fate = () => "request_lost";
    expect((await failureOf(tab.client.getAccessToken())).code).toBe("unreachable");
    expect(tab.client.getSnapshot()).toMatchObject({
      status: "signed_in",
      error: { code: "unreachable" },
    });
    browser.fate = () => "arrives";
    tab.wake({ isOnlineAgain: true });
    await expect.poll(() => tab.client.getSnapshot()).toMatchObject({ error: null });
    expect(await tab.client.getAccessToken()).toMatch(/^eyJ/);
  });

  test("Retry-After is waited for, also by whoever asks meanwhile", async () => {
    const { browser, server } = await open();
    const tab = browser.openTab();
    await tab.client.signIn({ email: EMAIL, password: PASSWORD });
    server.advance(HALF_AN_HOUR);
    browser.sent.length = 0;
    browser.intercept = () =>
      Response.json({ code: "overloaded" }, { status: 503, headers: { "Retry-After": "60" } });
    expect((await failureOf(tab.client.getAccessToken())).code).toBe("overloaded");
    tab.wake({ isOnlineAgain: true });
    expect((await failureOf(tab.client.getAccessToken())).retryAfter).toBe(60);
    expect(browser.sent).toHaveLength(1);
    browser.intercept = () => undefined;
    server.advance(61_000);
    expect(await tab.client.getAccessToken()).toMatch(/^eyJ/);
    expect(browser.sent).toHaveLength(2);
  });

  test("a superseded renewal is sent again with what is held by then", async () => {
    const { browser, server } = await open();
    const { client } = browser.openTab();
    await client.signIn({ email: EMAIL, password: PASSWORD });
    server.advance(HALF_AN_HOUR);
    browser.sent.length = 0;
    let times = 3;
    browser.intercept = () =>
      times-- > 0 ? Response.json({ code: "refresh_superseded" }, { status: 409 }) : undefined;
    expect(await client.getAccessToken()).toMatch(/^eyJ/);
    expect(new Set(browser.sent.map(({ headers }) => headers.get("Idempotency-Key"))).size).toBe(1);
    expect(browser.sent.map(({ status }) => status)).toEqual([409, 409, 409, 200]);
  });

  test("an answer from before a sleep counts as lost", async () => {
    const { browser, server } = await open();
    const tab = browser.openTab();
    await tab.client.signIn({ email: EMAIL, password: PASSWORD });
    server.advance(HALF_AN_HOUR);
    browser.sent.length = 0;
    let sleeps = 1;
    browser.intercept = () => {
      if (sleeps-- > 0) tab.clockOffset += 3_600_000;
      return undefined;
    };
    await tab.client.getAccessToken();
    const keys = browser.sent.map(({ headers }) => headers.get("Idempotency-Key"));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });
});

describe("the set-up", () => {
  test("a sign-in whose cookie is gone at the first renewal: cookies are blocked", async () => {
    const { browser, server } = await open();
    const { client } = browser.openTab();
    await client.signIn({ email: EMAIL, password: PASSWORD });
    browser.cookies.clear();
    server.advance(HALF_AN_HOUR);
    expect(await client.getAccessToken()).toBeNull();
    expect(client.getSnapshot()).toMatchObject({
      status: "signed_out",
      reason: "no_session",
      error: { code: "cookies_blocked" },
    });
  });

  test("a cookie that is gone later is a session that is gone", async () => {
    const { browser, server } = await open();
    const { client } = browser.openTab();
    await client.signIn({ email: EMAIL, password: PASSWORD });
    server.advance(HALF_AN_HOUR);
    await client.getAccessToken();
    browser.cookies.clear();
    server.advance(HALF_AN_HOUR);
    expect(await client.getAccessToken()).toBeNull();
    expect(client.getSnapshot()).toMatchObject({ reason: "no_session", error: null });
  });

  test("a page of the network instead of the server's answer", async () => {
    const { browser } = await open();
    browser.intercept = () =>
      new Response("<html>Sign in to the hotel's network</html>", {
        headers: { "Content-Type": "text/html" },
      });
    const { client } = browser.openTab();
    const error = await failureOf(client.getAccessToken());
    expect([error.code, error.status]).toEqual(["unexpected_answer", 200]);
    // It is tried again: the next answer may be the server's.
    expect(client.getSnapshot()).toMatchObject({ status: "loading", error });
    browser.intercept = () => undefined;
    expect(await client.getAccessToken()).toBeNull();
  });

  test("somebody else signs in in another tab: every tab changes to them", async () => {
    const { browser, server } = await open();
    await server.createUser("bob@example.com");
    const [one, other] = [browser.openTab().client, browser.openTab().client];
    const ada = await one.signIn({ email: EMAIL, password: PASSWORD });
    await expect.poll(() => other.getSnapshot().status).toBe("signed_in");
    server.advance(1_000);
    const bob = await other.signIn({ email: "bob@example.com", password: PASSWORD });
    if (ada.status !== "signed_in" || bob.status !== "signed_in") throw new Error("not signed in");
    expect(bob.user.id).not.toBe(ada.user.id);
    await expect.poll(() => one.getSnapshot()).toMatchObject({ userId: bob.user.id });
    expect(await one.loadUser()).toMatchObject({ email: "bob@example.com" });
  });
});

describe("theft", () => {
  test("a stolen cookie that is used next to its owner ends the session, and the owner hears why", async () => {
    const { browser, server } = await open();
    const { client } = browser.openTab();
    await client.signIn({ email: EMAIL, password: PASSWORD });
    const thief = openBrowser(server);
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    server.advance(HALF_AN_HOUR);
    expect((await thief.openTab({ hasChannel: false }).client.ready()).status).toBe("signed_in");
    server.advance(HALF_AN_HOUR);
    expect(await client.getAccessToken()).toBeNull();
    expect(client.getSnapshot()).toMatchObject({
      status: "signed_out",
      reason: "session_compromised",
    });
    expect(await server.countEvents("session.reused")).toBe(1);
  });
});
