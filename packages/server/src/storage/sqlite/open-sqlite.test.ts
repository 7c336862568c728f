import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Step } from "../database.ts";
import type { Migration } from "../migrations/migration.ts";
import { migrations } from "../migrations/migrations.ts";
import { openSqlite, type SqliteDatabase, type SqliteOptions } from "./open-sqlite.ts";
import { WAITING_REQUESTS } from "./request-queue.ts";

let parent: string;
let directory: string;
const opened: SqliteDatabase[] = [];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "latchkey-sqlite-"));
  directory = join(parent, "data");
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await rm(parent, { recursive: true });
});

async function open(options: Partial<SqliteOptions> = {}): Promise<SqliteDatabase> {
  const database = await openSqlite({ directory, ...options });
  opened.push(database);
  return database;
}

const second: Migration = {
  number: migrations.length + 1,
  name: "second",
  sqlite: ["create table more (id integer primary key) strict"],
  postgres: [],
};

function event(database: SqliteDatabase, id: string): Step {
  return {
    query: database.query
      .insertInto("audit_events")
      .values({ id, at: 1, kind: "k", outcome: "success", detail: "{}" }),
  };
}

function openInAnotherProcess(before = ""): string {
  const module = new URL("./data-directory.ts", import.meta.url).href;
  const script = `
    const { openDataDirectory } = await import(${JSON.stringify(module)});
    ${before}
    try { openDataDirectory(${JSON.stringify(directory)}); console.log("opened"); }
    catch (error) { console.log(error.code); }`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  return child.stdout.trim();
}

async function countEvents(database: SqliteDatabase): Promise<number> {
  const rows = await database.read(database.query.selectFrom("audit_events").select("id"));
  return rows.length;
}

describe("the data directory", () => {
  it("is created with mode 0700, its files with 0600", async () => {
    const database = await open({ directory: join(directory, "deep") });
    await database.write([event(database, "a")]);
    const mode = async (path: string): Promise<string> =>
      ((await stat(path)).mode & 0o777).toString(8);
    expect(await mode(join(directory, "deep"))).toBe("700");
    const names = await readdir(join(directory, "deep"));
    expect(names.sort()).toEqual(["latchkey.db", "latchkey.db-shm", "latchkey.db-wal", "lock.db"]);
    for (const name of names) expect(await mode(join(directory, "deep", name))).toBe("600");
  });

  it("lets no second store in, here or in another process, and is free after a close", async () => {
    const first = await open();
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(openSqlite({ directory })).rejects.toMatchObject({
        name: "DatabaseError",
        code: "data_directory_locked",
      });
      // Last: an attempt in this process must not have dropped the process's lock.
      expect(openInAnotherProcess()).toBe("data_directory_locked");
    }
    await first.close();
    expect(openInAnotherProcess()).toBe("opened");
    const again = await open();
    expect(await countEvents(again)).toBe(0);
  });

  it("is refused when it cannot be created", async () => {
    await writeFile(join(parent, "file"), "");
    await expect(openSqlite({ directory: join(parent, "file", "data") })).rejects.toMatchObject({
      code: "data_directory_unwritable",
    });
  });

  it.each(["empty", "used"])("is refused when it is read-only: an %s one", async (kind) => {
    await (kind === "used" ? (await openSqlite({ directory })).close() : mkdir(directory));
    await chmod(parent, 0o755);
    await chmod(directory, 0o555);
    // Root writes anywhere, so the attempt is made as another user when the test runs as root.
    const isRoot = process.getuid?.() === 0;
    const before = isRoot ? "process.setgid(65534); process.setuid(65534);" : "";
    expect(openInAnotherProcess(before)).toBe("data_directory_unwritable");
    await chmod(directory, 0o755);
  });
});

describe("a database file that we cannot use", () => {
  it.each([
    ["no database at all", "not a database ".repeat(1000)],
    ["a cut header", "SQLite format 3\0 and then nothing that follows"],
  ])("%s is database_corrupt", async (_, content) => {
    await mkdir(directory);
    await writeFile(join(directory, "latchkey.db"), content);
    await expect(openSqlite({ directory })).rejects.toMatchObject({ code: "database_corrupt" });
    // The refused attempt left no lock behind.
    await rm(join(directory, "latchkey.db"));
    await open();
  });

  it("is told when the damage is met later, and harms no other request", async () => {
    const database = await open();
    for (let index = 0; index < 50; index++) await database.write([event(database, `e${index}`)]);
    await database.close();
    const file = join(directory, "latchkey.db");
    const bytes = await readFile(file);
    // Pages that hold events, not the first one, which holds the schema.
    for (let page = 4096; page < bytes.length; page += 4096) {
      if (bytes.subarray(page, page + 4096).includes("e42")) bytes.fill(0xff, page, page + 4096);
    }
    await writeFile(file, bytes);
    const damaged = await open();
    const [events, roles] = await Promise.allSettled([
      countEvents(damaged),
      damaged.read(damaged.query.selectFrom("roles").select("id")),
    ]);
    expect(events).toMatchObject({ reason: { code: "database_corrupt" } });
    expect(roles).toEqual({ status: "fulfilled", value: [] });
  });

  it("of a newer version is database_newer, untouched, and opens with that version", async () => {
    const newer = await open({ migrations: [...migrations, second] });
    await newer.write([event(newer, "a")]);
    await newer.close();
    await expect(openSqlite({ directory })).rejects.toMatchObject({ code: "database_newer" });
    const again = await open({ migrations: [...migrations, second] });
    expect(await countEvents(again)).toBe(1);
  });
});

describe("migrations", () => {
  it("run once, in order, and keep the data", async () => {
    const first = await open();
    await first.write([event(first, "a")]);
    await first.close();
    const later = await open({ migrations: [...migrations, second] });
    expect(await countEvents(later)).toBe(1);
    const rows = await later.read({
      compile: () => sql`select number, name from migrations order by number`.compile(later.query),
    });
    expect(rows).toEqual([
      ...migrations.map(({ number, name }) => ({ number, name })),
      { number: second.number, name: "second" },
    ]);
  });

  it("leave nothing behind when one of them fails", async () => {
    const broken = { ...second, sqlite: [...second.sqlite, "create table nonsense"] };
    await expect(
      openSqlite({ directory, migrations: [...migrations, broken] }),
    ).rejects.toMatchObject({ name: "DatabaseError" });
    await open({ migrations: [...migrations, second] });
  });

  it("must be numbered without gaps", async () => {
    await expect(openSqlite({ directory, migrations: [{ ...second, number: 3 }] })).rejects.toThrow(
      "must have number 1",
    );
  });
});

describe("settings", () => {
  it("are durable and strict", async () => {
    const database = await open();
    const pragma = async (name: string): Promise<unknown> => {
      const [row] = await database.read<Record<string, unknown>>({
        compile: () => sql.raw<Record<string, unknown>>(`pragma ${name}`).compile(database.query),
      });
      return Object.values(row ?? {})[0];
    };
    expect(await pragma("journal_mode")).toBe("wal");
    expect(await pragma("synchronous")).toBe(2);
    expect(await pragma("foreign_keys")).toBe(1);
    expect(await pragma("trusted_schema")).toBe(0);
  });

  it("the database's clock can be moved", async () => {
    const database = await open({ clockOffset: -3_600_000 });
    const offset = async (): Promise<number> => {
      const [row] = await database.read<{ now: number }>({
        compile: () => sql<{ now: number }>`select latchkey_now() as now`.compile(database.query),
      });
      return Math.round(((row?.now ?? 0) - Date.now()) / 600_000);
    };
    expect(await offset()).toBe(-6);
    database.setClockOffset(7_200_000);
    expect(await offset()).toBe(12);
  });
});

describe("group commit", () => {
  it("puts writes that come together under one commit, and so under one fsync", async () => {
    const database = await open();
    const before = countCommits(await readFile(join(directory, "latchkey.db-wal")));
    const writes = Array.from({ length: 200 }, (_, index) =>
      database.write([event(database, `a${index}`), event(database, `b${index}`)]),
    );
    for (const { committed } of await Promise.all(writes)) expect(committed).toBe(true);
    // The first may find the worker free and travel alone; all others wait for it, and go as one.
    const after = countCommits(await readFile(join(directory, "latchkey.db-wal")));
    expect(after - before).toBeGreaterThan(0);
    expect(after - before).toBeLessThanOrEqual(2);
    expect(await countEvents(database)).toBe(400);
  });
});

/** Commit frames of a write-ahead log: https://www.sqlite.org/fileformat2.html#walformat */
function countCommits(log: Buffer): number {
  const frameBytes = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frameBytes <= log.length; at += frameBytes) {
    if (log.readUInt32BE(at + 4) !== 0) commits += 1;
  }
  return commits;
}

describe("overload", () => {
  it("refuses what does not fit into the queue, and answers what does", async () => {
    const database = await open();
    const query = database.query.selectFrom("ledger_head").select("n");
    const excess = 25;
    const answers = await Promise.allSettled(
      Array.from({ length: WAITING_REQUESTS + excess }, () => database.read(query)),
    );
    const refused = answers.filter((answer) => answer.status === "rejected");
    expect(refused).toHaveLength(excess);
    expect(refused[0]).toMatchObject({ reason: { code: "overloaded" } });
    expect(await database.read(query)).toEqual([]);
  });

  it("refuses what waits behind a locked file, executes none of it, and goes on afterwards", async () => {
    const database = await open({ patience: 50, busyTimeout: 400 });
    const foreign = new DatabaseSync(join(directory, "latchkey.db"));
    foreign.exec("begin immediate");
    const first = Promise.allSettled([database.write([event(database, "a")])]);
    // It has gone to the worker when the event loop has nothing else to do.
    for (let turns = 0; turns < 3; turns += 1) await new Promise(setImmediate);
    const waiting = database.write([event(database, "b")]);
    await expect(waiting).rejects.toMatchObject({ code: "database_unavailable" });
    await expect(database.write([event(database, "c")])).rejects.toMatchObject({
      code: "database_unavailable",
    });
    expect(await first).toMatchObject([{ reason: { code: "database_unavailable" } }]);
    foreign.exec("rollback");
    foreign.close();
    expect((await database.write([event(database, "d")])).committed).toBe(true);
    expect(await countEvents(database)).toBe(1);
  });
});
