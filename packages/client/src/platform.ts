// What the machine gives a client: in a browser its locks, channels, database and events; elsewhere
// what there is of them. Tests bring their own.

import {
  createIndexedDbKeyStorage,
  createMemoryKeyStorage,
  type KeyStorage,
} from "./key-storage.ts";
import type { Fetch } from "./server-call.ts";

/** What wakes a client. */
export interface WakeOptions {
  readonly isOnlineAgain?: boolean;
  readonly isRestored?: boolean;
}

/** What a client runs on. */
export interface Platform {
  readonly send: Fetch;
  /** Milliseconds. */
  readonly now: () => number;
  /** Milliseconds by a clock that nobody sets. */
  readonly uptime: () => number;
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

// `visibilitychange` is the document's, and bubbles.
const WAKE_EVENTS = ["visibilitychange", "focus", "online", "pageshow"];

/** The platform that the code runs on. Nothing of it is opened before it is used. */
export function detectPlatform(): Platform {
  const { location, navigator, document, indexedDB, BroadcastChannel } = globalThis as Partial<
    typeof globalThis
  >;
  return {
    send: (input, init) => fetch(input, init),
    // Looked up at each call: tests of applications replace them.
    now: () => Date.now(),
    uptime: () => performance.now(),
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
      const hear = (event: Event): void =>
        wake({
          isOnlineAgain: event.type === "online",
          // Back from the history: the page was frozen, and heard nothing of other tabs.
          isRestored: (event as Partial<PageTransitionEvent>).persisted === true,
        });
      for (const type of WAKE_EVENTS) addEventListener(type, hear);
      return () => {
        for (const type of WAKE_EVENTS) removeEventListener(type, hear);
      };
    },
    after: (milliseconds, call) => {
      const timer = setTimeout(call, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
