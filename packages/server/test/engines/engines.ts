// The engines that a suite runs on: real files, and a real PostgreSQL with a database for each store.
// A suite that holds for every engine says `describe.each(engines)`.

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { inject, onTestFinished } from "vitest";
import { movedTables } from "../../src/maintenance/move-tables.ts";
import type { Database } from "../../src/storage/database.ts";
import { migrations } from "../../src/storage/migrations/migrations.ts";
import { openPostgres } from "../../src/storage/postgres/open-postgres.ts";
import { openSqlite } from "../../src/storage/sqlite/open-sqlite.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** GET it: the URL of the superuser of the run's PostgreSQL. */
    postgresService: string;
    /** Which engine suites run on that do not name one. */
    engine: "sqlite" | "postgres";
  }
}

/** A store that can be opened again after it was closed. */
export interface TestStore {
  open(): Promise<Database>;
  /** Moves the clock of the open database, in milliseconds from the machine's. */
  setClockOffset(milliseconds: number): Promise<void>;
  remove(): Promise<void>;
}

/** An engine. */
export interface Engine {
  readonly name: "SQLite" | "PostgreSQL";
  /** Makes a new, empty store. */
  create(): Promise<TestStore>;
}

/** SQLite in a folder of its own. */
export const sqlite: Engine = {
  name: "SQLite",
  async create() {
    const parent = await mkdtemp(join(tmpdir(), "latchkey-engine-"));
    let database: Awaited<ReturnType<typeof openSqlite>> | undefined;
    return {
      open: async () => {
        database = await openSqlite({ directory: join(parent, "data") });
        return database;
      },
      setClockOffset: async (milliseconds) => database?.setClockOffset(milliseconds),
      remove: () => rm(parent, { recursive: true }),
    };
  },
};

/** PostgreSQL with a database of its own. */
export const postgres: Engine = {
  name: "PostgreSQL",
  async create() {
    const created = await createPostgresDatabase();
    return {
      open: async () => openPostgres({ url: await storeUrl(created.url) }),
      setClockOffset: (milliseconds) => setPostgresClock(created.url, milliseconds),
      remove: () => created.drop(),
    };
  },
};

/** Every engine. */
export const engines: readonly Engine[] = [sqlite, postgres];

/** The engine of this project of the test run: suites that do not name one run on it. */
export const engine: Engine = inject("engine") === "postgres" ? postgres : sqlite;

/** Opens a new store on the engine of this run; it is removed when the test ends. */
export async function openTestDatabase(): Promise<Database> {
  const store = await engine.create();
  const database = await store.open();
  onTestFinished(async () => {
    await database.close();
    await store.remove();
  });
  return database;
}

/** A database for one test. */
export interface TestDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/**
 * Makes a database on the run's PostgreSQL. `clean` has our schema and no rows, and is emptied for the
 * next test instead of dropped; `copy` is for tests that change more than rows; `bare` has no schema.
 */
export async function createPostgresDatabase(
  kind: "clean" | "copy" | "bare" = "clean",
): Promise<TestDatabase> {
  if (kind === "clean") return takeClean();
  const superuser = await superuserUrl();
  const name = `latchkey_${randomBytes(8).toString("hex")}`;
  if (kind === "copy") await makeTemplate(superuser);
  const template = kind === "copy" ? TEMPLATE : "template1";
  await runOn(superuser, `create database ${name} template ${template}`);
  return {
    url: databaseUrl(superuser, name),
    drop: () => runOn(superuser, `drop database ${name} with (force)`),
  };
}

// Emptied databases of this test file: making one costs more than most tests.
const clean: string[] = [];

async function takeClean(): Promise<TestDatabase> {
  const url = clean.pop() ?? (await createPostgresDatabase("copy")).url;
  return {
    url,
    drop: async () => {
      await empty(url);
      clean.push(url);
    },
  };
}

async function empty(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    );
    const tables = [...movedTables.map(({ name }) => name), "leases", "moving"];
    // The last ones refer to the first.
    await client.query(
      tables
        .toReversed()
        .map((name) => `delete from ${name}`)
        .join("; "),
    );
    for (const statement of migrations[0]?.postgres ?? []) {
      if (/^create function latchkey_(?:now|clock)\b/.test(statement)) {
        await client.query(statement.replace("create function", "create or replace function"));
      }
    }
  } finally {
    await client.end();
  }
}

/** Where a store finds a database: at the server, or behind a pooler where the run has one. */
export async function storeUrl(url: string): Promise<string> {
  return databaseUrl(await superuserUrl("stores"), new URL(url).pathname.slice(1));
}

async function superuserUrl(path = ""): Promise<string> {
  const answer = await fetch(new URL(path, inject("postgresService")));
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

/** A database that is copied: quicker than running every migration for every test. */
const TEMPLATE = "latchkey_template";

// Any number of test files may come first at once; the lock ends with the connection.
async function makeTemplate(superuser: string): Promise<void> {
  const client = new Client({ connectionString: superuser });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(1)");
    const found = await client.query("select 1 from pg_database where datname = $1", [TEMPLATE]);
    if (found.rowCount === 1) return;
    await client.query(`create database ${TEMPLATE}_new`);
    const database = await openPostgres({ url: databaseUrl(superuser, `${TEMPLATE}_new`) });
    await database.close();
    await client.query(`alter database ${TEMPLATE}_new rename to ${TEMPLATE}`);
  } finally {
    await client.end();
  }
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement as the database's owner. */
export async function runOn(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

// The database's clock is two functions of ours, so a test can replace them.
async function setPostgresClock(url: string, milliseconds: number): Promise<void> {
  await runOn(
    url,
    `create or replace function latchkey_now() returns bigint language sql stable parallel safe
      return floor(extract(epoch from transaction_timestamp()) * 1000)::bigint + ${milliseconds}`,
  );
  await runOn(
    url,
    `create or replace function latchkey_clock() returns bigint language sql volatile
      return floor(extract(epoch from clock_timestamp()) * 1000)::bigint + ${milliseconds}`,
  );
}
