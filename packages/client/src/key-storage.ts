// Where the attempt keys of a browser are kept: one IndexedDB record per server, shared by the tabs
// of an origin. Memory stands in where IndexedDB cannot be opened at all.

import { type AttemptKeys, NO_KEYS } from "./attempt-keys.ts";

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
  let wasOpen = false;
  return {
    update: async (change) => {
      if (memory !== undefined) return memory.update(change);
      let known = NO_KEYS;
      try {
        // Opened for each renewal: a connection that is kept would have to survive the clearing of
        // the site's data, and would keep others from it.
        const database = await openDatabase(factory);
        wasOpen = true;
        const { before, written } = await updateRecord(database, name, change).finally(() =>
          database.close(),
        );
        if (written !== null) return written;
        known = before;
      } catch (error) {
        if (wasOpen) throw error;
      }
      memory = createMemoryKeyStorage(known);
      return memory.update(change);
    },
  };
}

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // Some browsers throw here in private windows, others fail the request.
    const request = factory.open("latchkey", 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(new Error("no IndexedDB")));
  });
}

/** `written` is null when the record was read and could not be written. */
function updateRecord(
  database: IDBDatabase,
  name: string,
  change: (keys: AttemptKeys) => AttemptKeys,
): Promise<{ readonly before: AttemptKeys; readonly written: AttemptKeys | null }> {
  return new Promise((resolve, reject) => {
    // Strict: the key is on disk before it is sent, so that it survives whatever the answer meets.
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    const records = transaction.objectStore(STORE);
    // Nobody else writes this record.
    const reading: IDBRequest<AttemptKeys | undefined> = records.get(name);
    let before: AttemptKeys | undefined;
    let after = NO_KEYS;
    reading.addEventListener("success", () => {
      before = reading.result ?? NO_KEYS;
      after = change(before);
      if (after !== before) records.put(after, name);
    });
    transaction.addEventListener("complete", () => resolve({ before: after, written: after }));
    transaction.addEventListener("abort", () =>
      before === undefined ? reject(new Error("no IndexedDB")) : resolve({ before, written: null }),
    );
  });
}
