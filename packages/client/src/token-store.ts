// Where the refresh token is, and what a renewal sends because of it. A browser keeps it in cookies
// that no script can read; a native app in a storage that it gives. Design section 3.

import type { Transport } from "@latchkey/protocol";
import {
  type AttemptKeys,
  createAttemptKey,
  NO_KEYS,
  parseAttemptKeys,
  withPendingKey,
  withSettledKey,
} from "./attempt-keys.ts";
import type { KeyStorage } from "./key-storage.ts";

/** What one renewal sends. */
export interface Attempt {
  /** The pending attempt key; null with a storage that could not keep one. */
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
  /** A sign-in was answered. */
  start(answer: RefreshMembers): Promise<void>;
  /** The session is over. */
  clear(): Promise<void>;
  /** The refresh token, where this side holds it. */
  refreshToken(): Promise<string | undefined>;
}

/** The cookies of a browser; what is kept here are the attempt keys alone. */
export function createCookieStore(keys: KeyStorage): TokenStore {
  return {
    transport: "cookie",
    begin: async () => attemptOf(await keys.update((now) => withPendingKey(now, createAttemptKey))),
    settle: async ({ key }) => void (await keys.update((now) => withSettledKey(now, key))),
    start: async () => {},
    clear: async () => {},
    refreshToken: async () => undefined,
  };
}

/**
 * The storage of a native app: one text, in the platform's key store (Keychain, Keystore, DPAPI). The
 * text holds the refresh token, so it must be readable by the app alone.
 *
 * @example
 * ```ts
 * import * as SecureStore from "expo-secure-store";
 *
 * const storage: NativeStorage = {
 *   read: () => SecureStore.getItemAsync("latchkey"),
 *   write: (text) =>
 *     text === null
 *       ? SecureStore.deleteItemAsync("latchkey")
 *       : SecureStore.setItemAsync("latchkey", text),
 * };
 * ```
 */
export interface NativeStorage {
  /** Reads the text; null when there is none. */
  read(): Promise<string | null>;
  /** Replaces the text, or deletes it; resolves when it is kept. */
  write(text: string | null): Promise<void>;
}

interface NativeRecord extends AttemptKeys {
  readonly token: string;
  readonly generation: number;
}

/** The storage of a native app. Changes come one after the other. */
export function createNativeStore(storage: NativeStorage): TokenStore {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };
  const load = async (): Promise<NativeRecord | null> => parseRecord(await storage.read());
  const save = (record: NativeRecord): Promise<void> => storage.write(JSON.stringify(record));

  return {
    transport: "body",
    begin: () =>
      inTurn(async () => {
        const found = await load();
        if (found === null) return null;
        const record = { ...found, ...withPendingKey(found, createAttemptKey) };
        if (found.pending === null) await save(record);
        return { ...attemptOf(record), refreshToken: record.token };
      }),
    settle: (attempt, answer) =>
      inTurn(async () => {
        const found = await load();
        if (found === null) return;
        const { refresh_token: token, refresh_generation: generation } = answer;
        // Another sign-in may have put its own token here meanwhile; only a higher generation counts.
        const isNewer =
          typeof token === "string" &&
          typeof generation === "number" &&
          found.token === attempt.refreshToken &&
          generation > found.generation;
        await save({
          ...found,
          ...(isNewer ? { token, generation } : {}),
          ...withSettledKey(found, attempt.key),
        });
      }),
    start: ({ refresh_token: token, refresh_generation: generation }) =>
      inTurn(async () => {
        if (typeof token !== "string" || typeof generation !== "number") return;
        await save({ ...NO_KEYS, token, generation });
      }),
    clear: () => inTurn(() => storage.write(null)),
    refreshToken: async () => (await inTurn(load))?.token,
  };
}

function attemptOf({ pending, settled }: AttemptKeys): Attempt {
  return { key: pending ?? "", settled };
}

function parseRecord(text: string | null): NativeRecord | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    if (typeof value !== "object" || value === null) return null;
    const { token, generation } = value as Partial<Record<keyof NativeRecord, unknown>>;
    if (typeof token !== "string" || typeof generation !== "number") return null;
    return { ...parseAttemptKeys(value), token, generation };
  } catch {
    return null;
  }
}
