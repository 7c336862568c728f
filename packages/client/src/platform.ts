// What the machine gives a client: in a browser its locks, channels, database and events; elsewhere
// what there is of them. Tests bring their own.

import {
  createIndexedDbKeyStorage,
  createMemoryKeyStorage,
  type KeyStorage,
} from "./key-storage.ts";

/** What wakes a client. */
export interface WakeOptions {
  readonly isOnlineAgain?: boolean;
  readonly isRestored?: boolean;
}

/** What a client runs on. */
export interface Platform {
  readonly send: typeof fetch;
  /** Milliseconds. */
  readonly now: () => number;
  /** From 0 to 1, for jitter only. */
  readonly random: () => number;
  /** Null outside of browsers. */
  readonly pageOrigin: string | null;
  readonly locks: Pick<LockManager, "request"> | undefined;
  readonly openChannel: ((name: string) => BroadcastChannel) | undefined;
  readonly openKeys: (name: string) => KeyStorage;
  readonly isHidden: () => boolean;
  /** Calls when the page is shown, online or back from the history; the answer ends it. */
  readonly watch: (wake: (options: WakeOptions) => void) => () => void;
  /** Calls after some milliseconds; the answer ends it. */
  readonly after: (milliseconds: number, call: () => void) => () => void;
}

/** The platform that the code runs on. Nothing of it is opened before it is used. */
export function detectPlatform(): Platform {
  const { location, navigator, document, indexedDB, BroadcastChannel } = globalThis as Partial<
    typeof globalThis
  >;
  return {
    send: (input, init) => fetch(input, init),
    // Looked up at each call: tests of applications replace them.
    now: () => Date.now(),
    random: () => Math.random(),
    pageOrigin: location?.origin ?? null,
    locks: navigator?.locks,
    openChannel: BroadcastChannel === undefined ? undefined : (name) => new BroadcastChannel(name),
    openKeys: (name) =>
      indexedDB === undefined
        ? createMemoryKeyStorage()
        : createIndexedDbKeyStorage(indexedDB, name),
    isHidden: () => document?.visibilityState === "hidden",
    watch: (wake) => {
      if (typeof addEventListener !== "function") return () => {};
      const ending = new AbortController();
      const { signal } = ending;
      document?.addEventListener("visibilitychange", () => wake({}), { signal });
      addEventListener("focus", () => wake({}), { signal });
      addEventListener("online", () => wake({ isOnlineAgain: true }), { signal });
      // From the back-forward cache: it was frozen, and heard nothing of other tabs.
      addEventListener("pageshow", ({ persisted }) => wake({ isRestored: persisted }), { signal });
      return () => ending.abort();
    },
    after: (milliseconds, call) => {
      const timer = setTimeout(call, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
