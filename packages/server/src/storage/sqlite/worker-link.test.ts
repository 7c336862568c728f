// The worker thread dies under a running store. Node tells of each new thread on a diagnostics
// channel, so the test gets hold of the real one and kills it.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { DatabaseError, Step } from "../database.ts";
import { openSqlite, type SqliteDatabase } from "./open-sqlite.ts";

let parent: string;
let directory: string;
let database: SqliteDatabase;
let troubles: DatabaseError[];
let workers: Worker[];
const onWorker = (message: unknown): void => {
  workers.push((message as { worker: Worker }).worker);
};

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "latchkey-worker-"));
  directory = join(parent, "data");
  troubles = [];
  workers = [];
  subscribe("worker_threads", onWorker);
  database = await openSqlite({ directory, onTrouble: (error) => troubles.push(error) });
});
afterEach(async () => {
  unsubscribe("worker_threads", onWorker);
  await database.close();
  await rm(parent, { recursive: true });
});

function event(id: string): Step {
  return {
    query: database.query
      .insertInto("audit_events")
      .values({ id, at: 1, kind: "k", outcome: "success", detail: "{}" }),
    expect: 1,
  };
}

async function countEvents(): Promise<number> {
  return (await database.read(database.query.selectFrom("audit_events").select("id"))).length;
}

/** Resolves when the store answers again. */
async function recovery(): Promise<void> {
  for (;;) {
    try {
      await countEvents();
      return;
    } catch {
      await wait(20);
    }
  }
}

it("opens the store again after its worker died, and loses nothing acknowledged", async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round++) {
    const writer = async (name: string): Promise<void> => {
      for (let next = 0; ; next++) {
        const id = `${round}-${name}-${next}`;
        const outcome = await database.write([event(`${id}a`), event(`${id}b`)]);
        if (outcome.committed) acknowledged.push(id);
      }
    };
    const writers = ["x", "y", "z"].map(writer);
    while (acknowledged.length < (round + 1) * 20) await wait(1);
    await workers.at(-1)?.terminate();
    for (const ending of await Promise.allSettled(writers)) {
      expect(ending).toMatchObject({ reason: { code: "database_unavailable" } });
    }
    await recovery();
  }
  expect(workers).toHaveLength(4);
  expect(troubles.map(({ code }) => code)).toEqual(Array(3).fill("database_unavailable"));
  const rows = await database.read(database.query.selectFrom("audit_events").select("id"));
  const found = new Set(rows.map(({ id }) => id));
  expect(acknowledged.filter((id) => !found.has(`${id}a`) || !found.has(`${id}b`))).toEqual([]);
  // The directory is locked again: no second process can come in.
  await expect(openSqlite({ directory })).rejects.toMatchObject({ code: "data_directory_locked" });
});

it("keeps the moved clock, and keeps refusing while the store cannot be opened", async () => {
  database.setClockOffset(3_600_000);
  await database.write([event("a")]);
  const other = join(parent, "elsewhere");
  await rename(directory, other);
  await writeFile(directory, "in the way");
  await workers[0]?.terminate();
  while (troubles.length < 3) {
    await wait(20);
    await expect(countEvents()).rejects.toMatchObject({ code: "database_unavailable" });
  }
  await rm(directory);
  await rename(other, directory);
  await recovery();
  expect(await countEvents()).toBe(1);
  const [row] = await database.read<{ now: number }>({
    compile: () => ({
      ...database.query.selectFrom("audit_events").select("id").compile(),
      sql: "select latchkey_now() as now",
    }),
  });
  expect(row?.now).toBeGreaterThan(Date.now() + 3_000_000);
});

it("does not go on with another database that was put in the place of its own", async () => {
  await database.write([event("a")]);
  const other = await openSqlite({ directory: join(parent, "other") });
  await other.close();
  await rename(join(directory, "latchkey.db"), join(parent, "moved"));
  await rename(join(parent, "other", "latchkey.db"), join(directory, "latchkey.db"));
  await workers[0]?.terminate();
  while (troubles.length < 2) await wait(20);
  expect(troubles[1]?.message).toMatch(/was replaced under the running server/);
  await expect(countEvents()).rejects.toMatchObject({ code: "database_unavailable" });
});

it("closes while its worker is gone", async () => {
  void workers[0]?.terminate();
  await database.close();
  await expect(countEvents()).rejects.toMatchObject({ code: "database_unavailable" });
});
