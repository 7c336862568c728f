// A browser for tests in Node: one cookie jar and one key storage for its tabs, real locks and
// channels of Node, real HTTP; a network that loses what it is told to lose. What a browser itself
// does with cookies and origins is tested in Chromium (e2e/browser-client.test.ts).

import { onTestFinished } from "vitest";
import { createClientOn, type LatchkeyClient } from "../src/client.ts";
import { createMemoryKeyStorage, type KeyStorage } from "../src/key-storage.ts";
import type { ClientOptions } from "../src/options.ts";
import { detectPlatform, type Platform, type WakeOptions } from "../src/platform.ts";
import type { TestServer } from "./test-server.ts";

/** What becomes of a request: lost before the server, or its answer lost after. */
export type Fate = "arrives" | "request_lost" | "answer_lost";

/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly status: number | null;
}

/** A browser. */
export interface TestBrowser {
  readonly keys: KeyStorage;
  readonly cookies: Map<string, string>;
  readonly sent: SentRequest[];
  /** Decides about each request; replaced by tests. */
  fate: (path: string) => Fate;
  /** Answers instead of the server; replaced by tests. */
  intercept: (request: Request) => Response | undefined | Promise<Response | undefined>;
  openTab(options?: Partial<TabOptions>): Tab;
}

/** How to open a tab. */
export interface TabOptions extends ClientOptions {
  readonly hasLocks: boolean;
  readonly hasChannel: boolean;
  readonly platform: Partial<Platform>;
}

/** A tab with its client. */
export interface Tab {
  readonly client: LatchkeyClient;
  isHidden: boolean;
  /** Milliseconds that this machine's clock is off, besides the server's. */
  clockOffset: number;
  wake(options?: WakeOptions): void;
  /** Runs the timers that are due. */
  runTimers(): void;
  /** From 0 to 1: the jitter. */
  random: number;
  /** Its process ends: no answer reaches it any more, and its locks are free. */
  die(): void;
}

/** Opens a browser whose pages are of the server's origin, or of another. */
export function openBrowser(server: TestServer, pageOrigin: string = server.url): TestBrowser {
  const cookies = new Map<string, string>();
  const keys = createMemoryKeyStorage();
  const sent: SentRequest[] = [];
  // Locks and channels of another browser are not this one's.
  const id = crypto.randomUUID();
  const own = (name: string): string => `${id} ${name}`;

  const send: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const record = { method: request.method, path: pathname, headers: request.headers };
    const fate = browser.fate(pathname);
    const foreign = await browser.intercept(request);
    if (fate === "request_lost") {
      sent.push({ ...record, status: null });
      throw new TypeError("fetch failed");
    }
    const isOwn = new URL(request.url).origin === server.url;
    const headers = new Headers(request.headers);
    if (isOwn && request.credentials !== "omit") {
      headers.set("Sec-Fetch-Site", pageOrigin === server.url ? "same-origin" : "same-site");
      headers.set("Origin", pageOrigin);
      headers.set("Cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    }
    const body = request.body === null ? null : await request.arrayBuffer();
    const response =
      foreign ??
      (await fetch(request.url, {
        method: request.method,
        headers,
        ...(body === null ? {} : { body }),
        signal: request.signal,
      }));
    sent.push({ ...record, status: response.status });
    if (fate === "answer_lost") {
      await response.body?.cancel();
      throw new TypeError("fetch failed");
    }
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const name = pair.slice(0, pair.indexOf("="));
      if (/; Max-Age=0/.test(line)) cookies.delete(name);
      else cookies.set(name, pair.slice(pair.indexOf("=") + 1));
    }
    return response;
  };

  const browser: TestBrowser = {
    keys,
    cookies,
    sent,
    fate: () => "arrives",
    intercept: () => undefined,
    openTab: ({ hasLocks = true, hasChannel = true, platform = {}, ...options } = {}) => {
      const real = detectPlatform();
      let die: () => void = () => {};
      const death = new Promise<void>((resolve) => {
        die = resolve;
      });
      let isDead = false;
      // The client uses one of the overloads of `request`.
      const ownLocks = {
        request: (
          name: string,
          options: LockOptions,
          callback: (lock: Lock | null) => Promise<unknown>,
        ) =>
          navigator.locks.request(own(name), options, (lock) =>
            Promise.race([callback(lock), death]),
          ),
      } as Pick<LockManager, "request">;
      const timers = new Set<{ readonly at: number; readonly call: () => void }>();
      let wakeClient: ((options: WakeOptions) => void) | undefined;
      const tab = {
        isHidden: false,
        clockOffset: 0,
        random: 0.5,
        die: () => {
          isDead = true;
          timers.clear();
          tab.isHidden = true;
          die();
        },
        wake: (how: WakeOptions = {}) => wakeClient?.(how),
        runTimers: () => {
          for (const timer of timers) {
            if (timer.at > server.now() + tab.clockOffset) continue;
            timers.delete(timer);
            timer.call();
          }
        },
      };
      const client = createClientOn(
        {
          ...real,
          // What a dead tab was sent is in the cookie jar, and nobody reads it.
          send: async (input, init) => {
            const response = await send(input, init);
            if (isDead) await new Promise(() => {});
            return response;
          },
          now: () => server.now() + tab.clockOffset,
          uptime: () => server.now(),
          random: () => tab.random,
          pageOrigin,
          locks: hasLocks ? ownLocks : undefined,
          openChannel: hasChannel ? (name) => new BroadcastChannel(own(name)) : undefined,
          openKeys: () => keys,
          isHidden: () => tab.isHidden,
          watch: (wake) => {
            wakeClient = wake;
            return () => {};
          },
          // Short waits are real, so that retries are tried; long ones are run by the test.
          after: (milliseconds, call) => {
            if (milliseconds < 5_000) return real.after(Math.min(milliseconds, 30), call);
            const timer = { at: server.now() + milliseconds, call };
            timers.add(timer);
            return () => void timers.delete(timer);
          },
          ...platform,
        },
        { url: server.url, ...options },
      );
      onTestFinished(() => client.close());
      return Object.assign(tab, { client });
    },
  };
  return browser;
}
