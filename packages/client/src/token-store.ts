// Where the refresh token is, and what a renewal sends because of it. A browser keeps it in cookies
// that no script can read; a native app in a storage that it gives. Design section 3.

import type { Transport } from "@latchkey/protocol";
import {
  type AttemptKeys,
  createAttemptKey,
  withPendingKey,
  withSettledKey,
} from "./attempt-keys.ts";
import type { KeyStorage } from "./key-storage.ts";

/** What one renewal sends. */
export interface Attempt {
  /** The pending attempt key. */
  readonly key: string;
  readonly settled: readonly string[];
  /** Native clients: the refresh token. */
  readonly refreshToken?: string;
}

/** Members of an answer that the store cares for. */
export interface RefreshMembers {
  readonly refresh_token?: unknown;
  readonly refresh_generation?: unknown;
}

/** A store of one refresh token. */
export interface TokenStore {
  readonly transport: Transport;
  /**
   * Makes sure that a pending key is stored, and tells what to send; null when there is surely no
   * refresh token.
   */
  begin(): Promise<Attempt | null>;
  /** A renewal was answered with a new refresh token. */
  settle(attempt: Attempt, answer: RefreshMembers): Promise<void>;
  /** A sign-in was answered. A browser's cookies need no help with this, nor with what follows. */
  start?(answer: RefreshMembers): Promise<void>;
  /** The session is over. */
  clear?(): Promise<void>;
  /** The refresh token, where this side holds it. */
  refreshToken?(): Promise<string | undefined>;
}

/**
 * The name of what the tabs of an origin share for a server: the record of attempt keys, the lock and
 * the channel. @param url - base URL of the server
 */
export function storeName(url: string): string {
  return `latchkey:${url}`;
}

/** The cookies of a browser; what is kept here are the attempt keys alone. */
export function createCookieStore(keys: KeyStorage): TokenStore {
  return {
    transport: "cookie",
    begin: async () => attemptOf(await keys.update((now) => withPendingKey(now, createAttemptKey))),
    settle: async ({ key }) => void (await keys.update((now) => withSettledKey(now, key))),
  };
}

/** What a renewal sends of a store's keys; one is pending. */
export function attemptOf({ pending, settled }: AttemptKeys): Attempt {
  return { key: pending ?? "", settled };
}
