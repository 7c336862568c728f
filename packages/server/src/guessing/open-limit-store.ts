// Which store counts: the database where nodes share it, memory for one process.

import type { Database } from "../storage/database.ts";
import { createDatabaseStore } from "./database-store.ts";
import { openKeptStore } from "./kept-store.ts";
import type { LimitStore } from "./limit-store.ts";

/** Opens the counters of a server; `close` writes what is not written yet. @param clock - milliseconds */
export async function openLimitStore(
  database: Database,
  clock: () => number,
): Promise<{ readonly store: LimitStore; close(): Promise<void> }> {
  if (database.dialect === "postgres") {
    return { store: createDatabaseStore(database), close: () => Promise.resolve() };
  }
  const store = await openKeptStore(database, clock);
  return { store, close: () => store.close() };
}
