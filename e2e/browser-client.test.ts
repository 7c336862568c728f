// The client in a real Chromium: tabs, reload, sleep, lost answers, tabs that die, cookies as a
// browser really sends them, and thieves.

import type { LatchkeyClient } from "@latchkey/client";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findChromium, launchBrowser } from "./harness/browser.ts";
import { type ClientWorld, openClientWorld, PASSWORD } from "./harness/client-world.ts";
import { createDirectory, removeDirectories } from "./harness/directory.ts";
import { keepToStories, STORY } from "./harness/engine.ts";

const EMAIL = "ada@example.com";
const HALF_AN_HOUR = 30 * 60_000;

let browser: Browser;
let world: ClientWorld;
let context: BrowserContext;

beforeEach(keepToStories);

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await removeDirectories();
});

/** Does something with the client of a page. */
async function withClient<Result, Input = undefined>(
  page: Page,
  work: (client: LatchkeyClient, input: Input) => Result | Promise<Result>,
  input?: Input,
): Promise<Result> {
  await page.waitForFunction("globalThis.client !== undefined");
  const handle = await page.evaluateHandle<LatchkeyClient>("globalThis.client");
  // The function runs in the page; its own types say what it is.
  return handle.evaluate(work as never, input as never);
}

/** The state; of its error the code, since class instances do not leave the page whole. */
const stateOf = (page: Page) =>
  withClient(page, (client) => {
    const { error, ...state } = client.getSnapshot();
    return { ...state, error: error === null ? null : error.code };
  });
const statusOf = async (page: Page): Promise<string> => (await stateOf(page)).status;

async function openApp(origin = world.issuer, within = context): Promise<Page> {
  const page = await within.newPage();
  await page.goto(world.page(origin));
  return page;
}

function signIn(page: Page): Promise<string> {
  return withClient(page, async (client, input) => (await client.signIn(input)).status, {
    email: EMAIL,
    password: PASSWORD,
  });
}

/** Asks until it holds; slow machines take their time. */
const eventually = <Value>(read: () => Value) => expect.poll(read, { timeout: 15_000 });

const refreshes = () => world.arrivals.filter(({ path }) => path === "/auth/refresh");
const keyOf = (index: number) => refreshes()[index]?.headers.get("idempotency-key");

/** Kills the process of a page. */
async function kill(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = new Promise((resolve) => page.once("crash", resolve));
  session.send("Page.crash").catch(() => {});
  await crashed;
  await page.close();
}

describe("same origin", () => {
  beforeEach(async () => {
    world = await openClientWorld();
    await world.createUser(EMAIL);
    context = await browser.newContext();
  });

  afterEach(async () => {
    await context.close();
    await world.close();
  });

  test("a reload keeps the session, and no script can find its token", STORY, async () => {
    const page = await openApp();
    expect(await signIn(page)).toBe("signed_in");
    await page.reload();
    await eventually(() => statusOf(page)).toBe("signed_in");

    const cookies = await context.cookies();
    expect(cookies.map(({ httpOnly, sameSite, path }) => ({ httpOnly, sameSite, path }))).toEqual(
      Array.from({ length: 2 }, () => ({ httpOnly: true, sameSite: "Strict", path: "/" })),
    );
    const access = await withClient(page, (client) => client.getAccessToken());
    const secrets = [access ?? "", ...cookies.map(({ value }) => value)];
    const places = await page.evaluate(async () => {
      const stored: unknown[] = [];
      for (const { name = "" } of await indexedDB.databases()) {
        const database = await new Promise<IDBDatabase>((resolve) => {
          const opening = indexedDB.open(name);
          opening.addEventListener("success", () => resolve(opening.result));
        });
        for (const store of database.objectStoreNames) {
          const reading = database.transaction(store).objectStore(store).getAll();
          stored.push(
            await new Promise((resolve) => {
              reading.addEventListener("success", () => resolve(reading.result));
            }),
          );
        }
      }
      return {
        local: { ...localStorage },
        session: { ...sessionStorage },
        cookie: document.cookie,
        url: location.href,
        history: [history.length, history.state],
        stored,
        html: document.documentElement.outerHTML,
      };
    });
    expect(places).toMatchObject({ local: {}, session: {}, cookie: "" });
    // The attempt key is there, and nothing else.
    expect(places.stored).toEqual([[{ pending: expect.stringMatching(/^.{43}$/), settled: [] }]]);
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(40);
      expect(JSON.stringify(places)).not.toContain(secret);
    }
    expect(world.arrivals.filter(({ path }) => /eyJ|lkr_/.test(path))).toEqual([]);
  });

  test("two tabs that wake at once renew once, and both go on", STORY, async () => {
    const [one, other] = [await openApp(), await openApp()];
    await signIn(one);
    await eventually(() => statusOf(other)).toBe("signed_in");
    world.arrivals.length = 0;
    await world.advance(HALF_AN_HOUR);
    const tokens = await Promise.all(
      [one, other].map(async (page) => {
        await page.clock.install();
        await page.clock.fastForward(HALF_AN_HOUR);
        return withClient(page, (client) => client.getAccessToken());
      }),
    );
    expect(tokens[0]).toMatch(/^eyJ/);
    await eventually(async () => {
      const both = [one, other].map((page) =>
        withClient(page, (client) => client.getAccessToken()),
      );
      return new Set(await Promise.all(both)).size;
    }).toBe(1);
    expect(refreshes()).toHaveLength(1);
  });

  test("two tabs without locks and channels renew at once, and the session lives", async () => {
    await context.addInitScript(() => {
      Object.defineProperty(navigator, "locks", { value: undefined });
      Object.assign(globalThis, { BroadcastChannel: undefined });
    });
    await signIn(await openApp());
    for (let count = 0; count < 3; count += 1) {
      await world.advance(HALF_AN_HOUR);
      world.arrivals.length = 0;
      let release: () => void = () => {};
      world.gate = new Promise((resolve) => {
        release = resolve;
      });
      const pages = await Promise.all([openApp(), openApp(), openApp()]);
      await eventually(() => refreshes().length).toBe(3);
      release();
      // All three found or made one pending key, in one database.
      expect(new Set([keyOf(0), keyOf(1), keyOf(2)]).size).toBe(1);
      for (const page of pages) {
        await eventually(() => statusOf(page)).toBe("signed_in");
        await page.close();
      }
    }
    expect(await world.countEvents("session.reused")).toBe(0);
  });

  test.each([
    ["is not there", () => Object.defineProperty(globalThis, "indexedDB", { value: undefined })],
    [
      "cannot be opened",
      () => {
        IDBFactory.prototype.open = () => {
          throw new DOMException("refused", "SecurityError");
        };
      },
    ],
    [
      "cannot be written",
      () => {
        IDBObjectStore.prototype.put = () => {
          throw new DOMException("full", "QuotaExceededError");
        };
      },
    ],
  ])("without a database that %s the session lives on too", async (_name, spoil) => {
    await context.addInitScript(spoil);
    const page = await openApp();
    await signIn(page);
    for (let count = 0; count < 2; count += 1) {
      await world.advance(HALF_AN_HOUR);
      let losses = 1;
      world.fate = () => (losses-- > 0 ? "answer_lost" : "arrives");
      await page.reload();
      await eventually(() => statusOf(page)).toBe("signed_in");
    }
    expect(await world.countEvents("session.reused")).toBe(0);
  });

  test("signing out in one tab signs the other out", async () => {
    const [one, other] = [await openApp(), await openApp()];
    await signIn(one);
    await eventually(() => statusOf(other)).toBe("signed_in");
    await withClient(other, (client) => client.signOut());
    await eventually(() => statusOf(one)).toBe("signed_out");
    expect(await context.cookies()).toEqual([]);
    await one.reload();
    await eventually(() => statusOf(one)).toBe("signed_out");
  });

  test("after a night's sleep the token is renewed once, and the session goes on", async () => {
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(world.page(world.issuer));
    await signIn(page);
    const before = await withClient(page, (client) => client.getAccessToken());
    world.arrivals.length = 0;
    await world.advance(8 * 3_600_000);
    await page.clock.fastForward(8 * 3_600_000);
    await eventually(() => refreshes().map(({ status }) => status)).toEqual([200]);
    const after = await withClient(page, (client) => client.getAccessToken());
    expect(after).toMatch(/^eyJ/);
    expect(after).not.toBe(before);
    expect(refreshes()).toHaveLength(1);
  });

  test("a lost answer is asked for again under the same key", async () => {
    const page = await openApp();
    await signIn(page);
    await world.advance(HALF_AN_HOUR);
    world.arrivals.length = 0;
    let losses = 1;
    world.fate = () => (losses-- > 0 ? "answer_lost" : "arrives");
    await page.reload();
    await eventually(() => statusOf(page)).toBe("signed_in");
    expect(keyOf(0)).toMatch(/^.{43}$/);
    expect(keyOf(1)).toBe(keyOf(0));
    await world.advance(HALF_AN_HOUR);
    await page.reload();
    await eventually(() => statusOf(page)).toBe("signed_in");
    expect(keyOf(2)).not.toBe(keyOf(0));
    expect(refreshes()[2]?.headers.get("latchkey-settled-keys")).toBe(keyOf(0));
  });

  test("an answer that never comes is given up, and asked for again under the same key", async () => {
    const page = await openApp();
    await signIn(page);
    await world.advance(HALF_AN_HOUR);
    world.arrivals.length = 0;
    let losses = 1;
    world.fate = () => (losses-- > 0 ? "answer_held" : "arrives");
    await page.reload();
    await eventually(() => statusOf(page)).toBe("signed_in");
    expect(refreshes()).toHaveLength(2);
    expect(keyOf(1)).toBe(keyOf(0));
  });

  describe("a tab is killed while the answer is on its way", () => {
    /** The server advanced, the tab dies without the cookie, an hour passes. */
    async function dieInTheMiddle(): Promise<void> {
      const page = await openApp();
      await signIn(page);
      await world.advance(HALF_AN_HOUR);
      world.arrivals.length = 0;
      world.fate = () => "answer_held";
      await page.reload();
      await eventually(() => refreshes().map(({ status }) => status)).toEqual([200]);
      await kill(page);
      world.fate = () => "arrives";
      await world.advance(2 * HALF_AN_HOUR);
    }

    test("the next tab repeats its key, and the session lives", async () => {
      await dieInTheMiddle();
      const page = await openApp();
      await eventually(() => statusOf(page)).toBe("signed_in");
      expect(keyOf(1)).toBe(keyOf(0));
      expect(await world.countEvents("session.reused")).toBe(0);
    });

    test("without the key it is theft: the test above can fail", async () => {
      await dieInTheMiddle();
      const page = await context.newPage();
      await page.goto(`${world.issuer}/attack`);
      await page.evaluate(
        () =>
          new Promise((resolve) => {
            const deleting = indexedDB.deleteDatabase("latchkey");
            deleting.addEventListener("success", resolve);
          }),
      );
      await page.goto(world.page(world.issuer));
      await eventually(() => stateOf(page)).toMatchObject({ reason: "session_compromised" });
      expect(await world.countEvents("session.reused")).toBe(1);
    });
  });

  test("a whole browser that dies in the middle: its next start repeats the key", async () => {
    const profile = await createDirectory("profile");
    const start = () =>
      chromium.launchPersistentContext(profile, {
        executablePath: findChromium(),
        args: ["--no-sandbox"],
      });
    const first = await start();
    await signIn(await openApp(world.issuer, first));
    await first.close();
    await world.advance(HALF_AN_HOUR);
    world.arrivals.length = 0;
    world.fate = () => "answer_held";
    const dying = await start();
    await openApp(world.issuer, dying);
    await eventually(() => refreshes().map(({ status }) => status)).toEqual([200]);
    const session = await dying.newCDPSession(dying.pages()[0] ?? (await dying.newPage()));
    const closed = new Promise((resolve) => dying.once("close", resolve));
    session.send("Browser.crash").catch(() => {});
    await closed;
    world.fate = () => "arrives";
    await world.advance(2 * HALF_AN_HOUR);
    const third = await start();
    const page = await openApp(world.issuer, third);
    await eventually(() => statusOf(page)).toBe("signed_in");
    expect(keyOf(1)).toBe(keyOf(0));
    expect(await world.countEvents("session.reused")).toBe(0);
    await third.close();
  });

  test("offline the session lives; back online it renews at once", async () => {
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(world.page(world.issuer));
    await signIn(page);
    await context.setOffline(true);
    await world.advance(HALF_AN_HOUR);
    await page.clock.fastForward(HALF_AN_HOUR);
    await eventually(() => stateOf(page)).toMatchObject({
      status: "signed_in",
      error: "unreachable",
    });
    await context.setOffline(false);
    await eventually(() => stateOf(page)).toMatchObject({ status: "signed_in", error: null });
    expect(refreshes().at(-1)?.status).toBe(200);
  });

  test(
    "a stolen cookie next to its owner: the session ends, and the owner is told",
    STORY,
    async () => {
      const page = await openApp();
      await signIn(page);
      const thief = await browser.newContext();
      await thief.addCookies(await context.cookies());
      await world.advance(HALF_AN_HOUR);
      const stolen = await openApp(world.issuer, thief);
      await eventually(() => statusOf(stolen)).toBe("signed_in");
      await world.advance(HALF_AN_HOUR);
      await page.reload();
      await eventually(() => stateOf(page)).toMatchObject({
        status: "signed_out",
        reason: "session_compromised",
      });
      // What the thief holds is over too.
      const code = await withClient(stolen, (client) =>
        client.request("/auth/me").then(
          () => "answered",
          ({ code }: { code: string }) => code,
        ),
      );
      expect(code).toBe("invalid_token");
      await thief.close();
      const response = await world.control("GET", "/auth/admin/mail");
      const { items } = (await response.json()) as {
        items: readonly { kind: string; to: string }[];
      };
      const told = items.filter(({ kind }) => kind === "session_compromised");
      expect(told).toMatchObject([{ to: EMAIL }]);
    },
  );

  test("a role that is given is there without signing in again", async () => {
    const page = await openApp();
    await signIn(page);
    const read = (): Promise<unknown> =>
      withClient(
        page,
        async (client, url) => {
          const response = await client.fetch(url, { method: "POST", body: "again" });
          return [response.status, await response.json()];
        },
        `${world.issuer}/api/roles`,
      );
    expect(await read()).toEqual([200, { roles: [] }]);
    const state = await stateOf(page);
    const { userId } = state as Extract<typeof state, { userId: string }>;
    await world.control("PUT", `/auth/admin/users/${userId}/roles/administrator`);
    await eventually(read).toEqual([200, { roles: ["administrator"] }]);
    expect(await stateOf(page)).toMatchObject({ roles: ["administrator"] });
    expect(world.arrivals.filter(({ path }) => path === "/auth/login")).toHaveLength(1);
  });

  test("the token goes to listed origins only, and follows no redirect elsewhere (O8)", async () => {
    const page = await openApp();
    await signIn(page);
    const elsewhere = `${world.origin("evil.localhost")}/elsewhere`;
    await withClient(
      page,
      async (client, urls) => {
        for (const url of urls) await client.fetch(url);
      },
      [elsewhere, `${world.issuer}/api/away?to=${encodeURIComponent(elsewhere)}`],
    );
    const seen = world.arrivals.map(({ path, headers }) => [path, headers.has("authorization")]);
    expect(seen.slice(-3)).toEqual([
      ["/elsewhere", false],
      ["/api/away", true],
      ["/elsewhere", false],
    ]);
  });

  test("React: provider and hooks follow the session", async () => {
    const page = await context.newPage();
    await page.goto(world.page(world.issuer, { name: "react" }));
    await page.getByText("signed_out").waitFor();
    await signIn(page);
    await page.getByText(EMAIL).waitFor();
    await page.reload();
    await page.getByText(EMAIL).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("signed_out").waitFor();
    expect(await page.getByText(EMAIL).count()).toBe(0);
  });
});

describe("a sibling of the server's host, and strangers", () => {
  const SERVER = "id.clinic.localhost";
  const APP = "app.clinic.localhost";
  const SIBLING = "blog.clinic.localhost";
  const FOREIGN = "app.other.localhost";
  const EVIL = "evil.localhost";

  beforeEach(async () => {
    world = await openClientWorld({ host: SERVER, allowed: [APP, FOREIGN] });
    await world.createUser(EMAIL);
    context = await browser.newContext();
  });

  afterEach(async () => {
    await context.close();
    await world.close();
  });

  test("an allowed sibling signs in, reloads, renews and signs out", async () => {
    const page = await openApp(world.origin(APP));
    await signIn(page);
    const cookies = await context.cookies();
    expect(new Set(cookies.map(({ domain }) => domain))).toEqual(new Set([SERVER]));
    await world.advance(HALF_AN_HOUR);
    await page.reload();
    await eventually(() => statusOf(page)).toBe("signed_in");
    const last = refreshes().at(-1)?.headers;
    // The server's frame in the page is of the server's origin.
    expect(last?.get("sec-fetch-site")).toBe("same-origin");
    expect(last?.get("cookie")).toContain("lkr_");
    await withClient(page, (client) => client.signOut());
    expect(await context.cookies()).toEqual([]);
  });

  test("a sibling that is not allowed hears which setting is missing", async () => {
    const page = await openApp(world.origin(SIBLING));
    await eventually(() => stateOf(page)).toMatchObject({
      status: "loading",
      error: "origin_not_allowed",
    });
    const message = await withClient(page, (client) => client.getSnapshot().error?.message);
    expect(message).toContain(`--origin ${world.origin(SIBLING)}`);
  });

  test("a page of another site fails at start-up, and hears the remedy", async () => {
    const page = await openApp(world.origin(FOREIGN));
    const failure = await withClient(page, (client) =>
      client.ready().then(
        () => ({ code: "none", message: "" }),
        ({ code, message }: { code: string; message: string }) => ({ code, message }),
      ),
    );
    expect(failure.code).toBe("cross_site");
    expect(failure.message).toContain("same-site proxy");
    expect(await statusOf(page)).toBe("failed");
  });

  test("behind a same-site proxy a page of another site works, allowed or not", async () => {
    const proxy = world.origin("app.elsewhere.localhost");
    const page = await context.newPage();
    await page.goto(world.page(proxy, { url: proxy }));
    expect(await signIn(page)).toBe("signed_in");
    const cookies = await context.cookies();
    expect(new Set(cookies.map(({ domain }) => domain))).toEqual(
      new Set([new URL(proxy).hostname]),
    );
    await world.advance(HALF_AN_HOUR);
    await page.reload();
    await eventually(() => statusOf(page)).toBe("signed_in");
    await withClient(page, (client) => client.signOut());
    expect(await context.cookies()).toEqual([]);
  });

  test.each([
    ["another site", EVIL, false],
    ["a sibling host", SIBLING, true],
  ])("forms and scripts of %s change nothing (K8)", async (_name, host, hasCookies) => {
    const page = await openApp(world.origin(APP));
    await signIn(page);
    await world.advance(HALF_AN_HOUR);
    world.arrivals.length = 0;
    const attacker = await context.newPage();
    await attacker.goto(`${world.origin(host)}/attack?target=${world.issuer}`);
    await attacker.evaluate(async (target) => {
      for (const form of document.forms) form.submit();
      const body = JSON.stringify({});
      for (const path of ["refresh", "logout"]) {
        const url = `${target}/auth/${path}`;
        const send = (init: RequestInit) =>
          fetch(url, { method: "POST", credentials: "include", body, ...init }).catch(() => {});
        await send({ mode: "no-cors" });
        await send({ headers: { "Content-Type": "application/json", "Latchkey-Request": "1" } });
      }
    }, world.issuer);
    const posts = () => world.arrivals.filter(({ method }) => method === "POST");
    await eventually(() => posts().length).toBeGreaterThanOrEqual(6);
    for (const { status, headers } of posts()) {
      expect(status === null ? 0 : status).toBeGreaterThanOrEqual(400);
      expect(headers.has("cookie")).toBe(hasCookies);
    }
    await attacker.close();
    world.arrivals.length = 0;
    await page.reload();
    await eventually(() => statusOf(page)).toBe("signed_in");
  });
});

describe("several origins of one site with one sign-in", () => {
  const SERVER = "id.clinic.localhost";
  const APP = "app.clinic.localhost";
  const SHOP = "shop.clinic.localhost";
  const SIBLING = "blog.clinic.localhost";
  /** Lets the page do all that it does, but have frames. */
  const NO_FRAMES = "frame-src 'none'";

  beforeEach(async () => {
    world = await openClientWorld({ host: SERVER, allowed: [APP, SHOP] });
    await world.createUser(EMAIL);
    context = await browser.newContext();
  });

  afterEach(async () => {
    await context.close();
    await world.close();
  });

  const frames = () => world.arrivals.filter(({ path }) => path === "/auth/frame");
  const warningsOf = (page: Page) => page.evaluate<string[]>("globalThis.warnings");

  async function openUnder(policy: string, host = APP): Promise<Page> {
    const page = await context.newPage();
    await page.goto(world.page(world.origin(host), { policy }));
    return page;
  }

  /** The next renewal advances at the server; its answer never comes, and the page dies. */
  async function dieInTheMiddle(page: Page): Promise<void> {
    await world.advance(HALF_AN_HOUR);
    world.arrivals.length = 0;
    world.fate = (path) => (path === "/auth/refresh" ? "answer_held" : "arrives");
    await page.reload();
    await eventually(() => refreshes().map((arrival) => arrival.status)).toEqual([200]);
    await kill(page);
    world.fate = () => "arrives";
  }

  /** The attempt keys that an origin keeps; undefined when there are none. */
  async function keysOf(host: string): Promise<unknown> {
    const page = await context.newPage();
    await page.goto(`${world.origin(host)}/attack`);
    const keys = await page.evaluate(async (name) => {
      const result = <Value>(request: IDBRequest<Value>): Promise<Value> =>
        new Promise((resolve) => {
          request.addEventListener("success", () => resolve(request.result));
        });
      const names = (await indexedDB.databases()).map((database) => database.name);
      if (!names.includes("latchkey")) return undefined;
      const database = await result(indexedDB.open("latchkey"));
      const records = database.transaction("attempt-keys").objectStore("attempt-keys");
      return await result<unknown>(records.get(name));
    }, `latchkey:${world.issuer}`);
    await page.close();
    return keys;
  }

  test.each([
    ["an application, and the account page goes on", APP, SERVER],
    ["the account page, and an application goes on", SERVER, APP],
  ])("an answer is lost for good by %s: the session lives", async (_name, first, next) => {
    const page = await openApp(world.origin(first));
    await signIn(page);
    await dieInTheMiddle(page);
    await world.advance(HALF_AN_HOUR);
    const other = await openApp(world.origin(next));
    await eventually(() => statusOf(other)).toBe("signed_in");
    // One key store: the second repeats what the first began.
    expect(keyOf(0)).toMatch(/^.{43}$/);
    expect(keyOf(1)).toBe(keyOf(0));
    expect(await world.countEvents("session.reused")).toBe(0);
    expect(await keysOf(SERVER)).toEqual({ pending: null, settled: [keyOf(0)] });
    for (const host of [APP, SHOP]) expect(await keysOf(host)).toBeUndefined();
  });

  test("all origins renew at once: one lock, and one renewal", async () => {
    await signIn(await openApp(world.origin(APP)));
    await Promise.all(context.pages().map((page) => page.close()));
    await world.advance(HALF_AN_HOUR);
    world.arrivals.length = 0;
    // A page of the server's origin has the turn while they start.
    const holder = await context.newPage();
    await holder.goto(`${world.issuer}/attack`);
    const waiting = await holder.evaluateHandle((name) => {
      let release = (): void => {};
      const turn = new Promise<void>((resolve) => {
        release = resolve;
      });
      void navigator.locks.request(name, () => turn);
      const count = async (): Promise<number> =>
        (await navigator.locks.query()).pending?.length ?? 0;
      return { release, count };
    }, `latchkey:${world.issuer}`);
    const pages = await Promise.all([SERVER, APP, SHOP].map((host) => openApp(world.origin(host))));
    await eventually(() => waiting.evaluate(({ count }) => count())).toBe(3);
    expect(refreshes()).toEqual([]);
    await waiting.evaluate(({ release }) => release());
    for (const page of pages) await eventually(() => statusOf(page)).toBe("signed_in");
    expect(refreshes()).toHaveLength(1);
    const tokens = pages.map((page) => withClient(page, (client) => client.getAccessToken()));
    expect(new Set(await Promise.all(tokens)).size).toBe(1);
  });

  test.each([
    ["inside ten seconds another origin renews it", 5_000, "signed_in", 0],
    ["later that counts as theft (docs/adr/0007)", HALF_AN_HOUR, "signed_out", 1],
  ])("without the frame, an answer lost for good: %s", async (_name, wait, status, reuses) => {
    const page = await openUnder(NO_FRAMES);
    await signIn(page);
    expect(await warningsOf(page)).toEqual(["frame_unavailable"]);
    await dieInTheMiddle(page);
    expect(frames()).toEqual([]);
    await world.advance(wait);
    const account = await openApp();
    await eventually(() => statusOf(account)).toBe(status);
    expect(await world.countEvents("session.reused")).toBe(reuses);
  });

  test("keys of its own that a page still owes a renewal are used up before it takes the frame", async () => {
    const page = await openUnder(NO_FRAMES);
    await signIn(page);
    await dieInTheMiddle(page);
    await world.advance(HALF_AN_HOUR);
    const allowed = await openApp(world.origin(APP));
    await eventually(() => statusOf(allowed)).toBe("signed_in");
    expect(keyOf(1)).toBe(keyOf(0));
    expect(frames()).toEqual([]);
    await world.advance(HALF_AN_HOUR);
    await allowed.reload();
    await eventually(() => statusOf(allowed)).toBe("signed_in");
    expect(frames()).toHaveLength(1);
    expect(await keysOf(SERVER)).toEqual({ pending: null, settled: [keyOf(2)] });
    expect(await world.countEvents("session.reused")).toBe(0);
  });

  test.each([
    ["a server without it", "path_unknown", 2],
    ["something on the way", "answer_replaced", 4],
  ] as const)(
    "no frame because of %s: the page renews alone, and says so once",
    async (_name, fate, asked) => {
      world.fate = (path) => (path === "/auth/frame" ? fate : "arrives");
      const page = await openApp(world.origin(APP));
      await eventually(() => statusOf(page)).toBe("signed_out");
      await signIn(page);
      expect(await withClient(page, (client) => client.request("/auth/me"))).toMatchObject({
        email: EMAIL,
      });
      expect(await warningsOf(page)).toEqual(["frame_unavailable"]);
      // Each frame, and the question why it is silent.
      expect(frames()).toHaveLength(asked);
      expect(refreshes().at(-1)?.headers.get("sec-fetch-site")).toBe("same-site");
    },
  );

  test("a server that is not there at the start: the frame comes when it is", async () => {
    world.fate = () => "request_lost";
    const page = await openApp(world.origin(APP));
    await eventually(() => frames().length).toBeGreaterThan(1);
    expect(await statusOf(page)).toBe("loading");
    world.fate = () => "arrives";
    await eventually(() => statusOf(page)).toBe("signed_out");
    expect(await warningsOf(page)).toEqual([]);
    expect(refreshes().at(-1)?.headers.get("sec-fetch-site")).toBe("same-origin");
  });

  test("in a page that is isolated; a frame that is removed comes back; closing the client removes it", async () => {
    const page = await context.newPage();
    await page.goto(world.page(world.origin(APP), { isIsolated: true }));
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await signIn(page);
    const count = () => page.locator("iframe").count();
    const before = await withClient(page, (client) => client.getAccessToken());
    expect(await count()).toBe(1);
    await page.evaluate(() => document.querySelector("iframe")?.remove());
    await page.clock.install();
    await world.advance(HALF_AN_HOUR);
    await page.clock.fastForward(HALF_AN_HOUR);
    await eventually(() => withClient(page, (client) => client.getAccessToken())).not.toBe(before);
    expect(await count()).toBe(1);
    expect(refreshes().at(-1)?.headers.get("sec-fetch-site")).toBe("same-origin");
    await withClient(page, (client) => client.close());
    expect(await count()).toBe(0);
  });

  test("O12: an origin that is not allowed gets no frame, in its own name or in another's", async () => {
    await signIn(await openApp(world.origin(APP)));
    const page = await context.newPage();
    await page.goto(`${world.origin(SIBLING)}/attack`);
    world.arrivals.length = 0;
    for (const origin of [SIBLING, APP].map((host) => world.origin(host))) {
      const answers = await page.evaluate(
        async ({ issuer, origin }) => {
          const answers: unknown[] = [];
          addEventListener("message", ({ data }) => answers.push(data));
          const frame = document.createElement("iframe");
          frame.src = `${issuer}/auth/frame?origin=${encodeURIComponent(origin)}`;
          const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
          document.body.append(frame);
          await loaded;
          // To anybody who may be there.
          frame.contentWindow?.postMessage({ latchkey: "renew", id: 1 }, "*");
          await new Promise((resolve) => setTimeout(resolve, 300));
          return answers;
        },
        { issuer: world.issuer, origin },
      );
      expect(answers).toEqual([]);
    }
    expect(frames().map(({ status }) => status)).toEqual([403, 200]);
    // The browser shows its own page instead of either.
    const shown = page.mainFrame().childFrames().slice(-2);
    expect(shown.map((frame) => frame.url())).toEqual(
      Array.from({ length: 2 }, () => "chrome-error://chromewebdata/"),
    );
    expect(refreshes()).toEqual([]);
  });

  test("O12: the frame answers the page around it and nobody else, to what it understands and no more", async () => {
    const app = await openApp(world.origin(APP));
    await signIn(app);
    world.arrivals.length = 0;
    /** Sends to the first frame of the page around it or that it opened; tells what comes back. */
    const attack = async (page: Page, source: "self" | "opened" | "sibling frame", data: unknown) =>
      page.evaluate(
        async ({ source, data, url }) => {
          const answers: unknown[] = [];
          const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
          let from: Window = globalThis as unknown as Window;
          let target: Window | undefined = from.frames[0];
          if (source === "sibling frame") {
            const other = document.createElement("iframe");
            document.body.append(other);
            if (other.contentWindow !== null) from = other.contentWindow;
          }
          if (source === "opened") {
            const opened = open(url);
            target = undefined;
            for (let tries = 0; tries < 50 && target === undefined; tries += 1) {
              await pause(100);
              // Of a foreign window one can count the frames; asking for one too many throws.
              if ((opened?.length ?? 0) > 0) target = opened?.[0];
            }
            await pause(300);
          }
          from.addEventListener("message", (event) => answers.push(event.data));
          if (target === undefined) throw new Error("there is no frame to attack");
          // A function of the sender's own window: it is the source of the message.
          const send = (from as unknown as typeof globalThis).Function(
            "target",
            "data",
            "target.postMessage(data, '*')",
          ) as (target: Window, data: unknown) => void;
          for (const message of Array.isArray(data) ? data : [data]) send(target, message);
          await pause(300);
          return answers;
        },
        { source, data, url: world.page(world.origin(APP)) },
      );
    const ask = { latchkey: "renew", id: 71 };
    expect(await attack(app, "sibling frame", ask)).toEqual([]);
    expect(refreshes()).toEqual([]);
    const evil = await context.newPage();
    await evil.goto(`${world.origin(SIBLING)}/attack`);
    const before = refreshes().length;
    expect(await attack(evil, "opened", ask)).toEqual([]);
    // The page that was opened renewed for itself, once.
    expect(refreshes().length - before).toBeLessThanOrEqual(1);
    const count = refreshes().length;
    const nonsense = [
      null,
      "renew",
      71,
      {},
      { latchkey: "renew" },
      { latchkey: "renew", id: "71" },
    ];
    expect(await attack(app, "self", [...nonsense, { ...ask, latchkey: "sign_out" }])).toEqual([]);
    expect(refreshes()).toHaveLength(count);
    // The page itself is answered; and of many questions at once four.
    const answers = await attack(
      app,
      "self",
      Array.from({ length: 9 }, () => ask),
    );
    expect(answers.filter((answer) => (answer as typeof ask).latchkey === "heard")).toHaveLength(4);
    const text = JSON.stringify(answers);
    expect(text).toContain("eyJ");
    expect(text).not.toContain("lkr_");
    for (const { headers } of refreshes()) {
      expect(text).not.toContain(headers.get("idempotency-key"));
    }
  });

  test("O12: an outcome that another window makes up is nobody's", async () => {
    const evil = await context.newPage();
    await evil.goto(`${world.origin(SIBLING)}/attack`);
    const [app] = await Promise.all([
      context.waitForEvent("page"),
      evil.evaluate(
        (url) => {
          const opened = open(url);
          const accessToken = "e30.eyJzdWIiOiJtYWxsb3J5Iiwic2lkIjoieCJ9.x";
          const timer = setInterval(() => {
            for (let id = 0; id < 9; id += 1) {
              const renewed = { kind: "renewed", accessToken, expiresIn: 900 };
              opened?.postMessage({ latchkey: "outcome", id, ...renewed }, "*");
            }
          }, 5);
          setTimeout(() => clearInterval(timer), 5_000);
        },
        world.page(world.origin(APP)),
      ),
    ]);
    await eventually(() => statusOf(app)).toBe("signed_out");
    expect(await withClient(app, (client) => client.getAccessToken())).toBeNull();
  });
});

describe("over https", () => {
  const SERVER = "id.clinic.localhost";
  const APP = "app.clinic.localhost";

  test("the cookies are __Host-, Secure and of the server's host alone; a sibling renews", async () => {
    world = await openClientWorld({ host: SERVER, allowed: [APP], isHttps: true });
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    await world.createUser(EMAIL);
    const page = await openApp(world.origin(APP));
    await signIn(page);
    const cookies = await context.cookies();
    expect(cookies).toHaveLength(2);
    for (const { name, domain, path, secure, httpOnly, sameSite } of cookies) {
      expect(name).toMatch(/^__Host-lk-/);
      expect({ domain, path, secure, httpOnly, sameSite }).toEqual({
        domain: SERVER,
        path: "/",
        secure: true,
        httpOnly: true,
        sameSite: "Strict",
      });
    }
    await world.advance(HALF_AN_HOUR);
    await page.reload();
    await eventually(() => statusOf(page)).toBe("signed_in");
    expect(refreshes().at(-1)?.headers.get("sec-fetch-site")).toBe("same-origin");
    await withClient(page, (client) => client.signOut());
    expect(await context.cookies()).toEqual([]);
    await context.close();
    await world.close();
  });
});
