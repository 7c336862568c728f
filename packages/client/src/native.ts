// The refresh token of a native app, in a storage that the app gives: an entry of its own, since no
// browser needs it. Only a higher generation replaces a token. Design section 3.

import {
  type AttemptKeys,
  createAttemptKey,
  NO_KEYS,
  SETTLED_KEYS,
  withPendingKey,
  withSettledKey,
} from "./attempt-keys.ts";
import { attemptOf, type TokenStore } from "./token-store.ts";

export type { TokenStore } from "./token-store.ts";

/**
 * The storage of a native app: one text, in the platform's key store (Keychain, Keystore, DPAPI). The
 * text holds the refresh token, so it must be readable by the app alone.
 *
 * @example
 * ```ts
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

/**
 * Makes the `storage` option of a native app. Changes come one after the other.
 *
 * @example
 * ```ts
 * const client = createClient({ url: "https://id.example.com", storage: nativeStorage(storage) });
 * ```
 */
export function nativeStorage(storage: NativeStorage): TokenStore {
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

function parseAttemptKeys(value: unknown): AttemptKeys {
  if (typeof value !== "object" || value === null) return NO_KEYS;
  const { pending, settled } = value as Partial<Record<keyof AttemptKeys, unknown>>;
  return {
    pending: typeof pending === "string" ? pending : null,
    settled: Array.isArray(settled)
      ? settled.filter((key) => typeof key === "string").slice(0, SETTLED_KEYS)
      : [],
  };
}
