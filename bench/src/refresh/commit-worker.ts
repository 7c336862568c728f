// The store of the limit: one row update for each request, in one transaction for each group.

import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

const database = new DatabaseSync(String(workerData));
database.exec(`
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table if not exists sessions (
    id integer primary key, generation integer not null, advanced_at integer not null, rest text
  ) strict;
`);
const insert = database.prepare("insert or ignore into sessions values (?, 0, 0, ?)");
database.exec("begin");
for (let id = 0; id < 1000; id += 1) insert.run(id, "x".repeat(300));
database.exec("commit");
const update = database.prepare(
  "update sessions set generation = generation + 1, advanced_at = ? where id = ?",
);

parentPort?.on("message", (ids: readonly number[]) => {
  if (ids.length === 0) {
    database.close();
    parentPort?.close();
    return;
  }
  database.exec("begin immediate");
  const now = Date.now();
  for (const id of ids) update.run(now, id);
  database.exec("commit");
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(ids.length);
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
parentPort?.postMessage(0);
