// Where the attempt keys of a browser are kept: one IndexedDB record per server, shared by the tabs
// of an origin. Memory stands in where IndexedDB cannot be opened at all.

import { type AttemptKeys, NO_KEYS, parseAttemptKeys } from "./attempt-keys.ts";

/** Keeps attempt keys. */
export interface KeyStorage {
  /**
   * Reads, changes and stores the keys in one transaction, so that two tabs cannot both create a
   * pending key; resolves with what is stored, and only when it is.
   */
  update(change: (keys: AttemptKeys) => AttemptKeys): Promise<AttemptKeys>;
}

/** Keeps keys in memory: a page's own, gone with it. */
export function createMemoryKeyStorage(initial: AttemptKeys = NO_KEYS): KeyStorage {
  let keys = initial;
  return {
    update: async (change) => {
      keys = change(keys);
      return keys;
    },
  };
}

const STORE = "attempt-keys";

/**
 * Keeps keys in IndexedDB under `name`.
 *
 * Where the database cannot be opened at all, keys are kept in memory: a lost answer is then
 * repeated safely by this page, and by another tab only inside the server's window. The same when
 * it can be read and not written (a full disk). Any other failure of one that was open is an error:
 * under another key the next try would look like a thief's.
 */
export function createIndexedDbKeyStorage(factory: IDBFactory, name: string): KeyStorage {
  let memory: KeyStorage | undefined;
  let opening: Promise<IDBDatabase> | undefined;
  let wasOpen = false;

  const open = (): Promise<IDBDatabase> => {
    opening ??= openDatabase(factory).then((database) => {
      wasOpen = true;
      const forget = (): void => {
        opening = undefined;
      };
      database.addEventListener("close", forget);
      // Another page deletes or upgrades the database: let go of it, open it again when needed.
      database.addEventListener("versionchange", () => {
        forget();
        database.close();
      });
      return database;
    });
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };

  return {
    update: async (change) => {
      if (memory !== undefined) return memory.update(change);
      let database: IDBDatabase;
      try {
        database = await open();
      } catch (error) {
        if (wasOpen) throw error;
        memory = createMemoryKeyStorage();
        return memory.update(change);
      }
      return updateRecord(database, name, change).catch((error: unknown) => {
        if (!(error instanceof NotWritten)) throw error;
        memory = createMemoryKeyStorage(error.keys);
        return memory.update(change);
      });
    },
  };
}

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // Some browsers throw here in private windows, others fail the request.
    const request = factory.open("latchkey", 1);
    const fail = (): void => reject(new Error("IndexedDB cannot be opened"));
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", fail);
    request.addEventListener("blocked", fail);
  });
}

/** The record was read, and could not be written. */
class NotWritten extends Error {
  readonly keys: AttemptKeys;

  constructor(keys: AttemptKeys) {
    super();
    this.keys = keys;
  }
}

function updateRecord(
  database: IDBDatabase,
  name: string,
  change: (keys: AttemptKeys) => AttemptKeys,
): Promise<AttemptKeys> {
  return new Promise((resolve, reject) => {
    // Strict: the key is on disk before it is sent, so that it survives whatever the answer meets.
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    const records = transaction.objectStore(STORE);
    const reading: IDBRequest<unknown> = records.get(name);
    let before: AttemptKeys | undefined;
    let after = NO_KEYS;
    reading.addEventListener("success", () => {
      before = parseAttemptKeys(reading.result);
      after = change(before);
      if (after !== before) records.put(after, name);
    });
    transaction.addEventListener("complete", () => resolve(after));
    transaction.addEventListener("abort", () =>
      reject(before === undefined ? new Error("IndexedDB gave up") : new NotWritten(before)),
    );
  });
}
