// The store that a browser's test runs on: SQLite, or a database of its own on the run's PostgreSQL.
// The project of the run says which (vitest.config.ts), so a test names no engine.

import { randomBytes } from "node:crypto";
import { type Database, openPostgres, openSqlite } from "@latchkey/server";
import { Client } from "pg";
import { inject, type TestContext } from "vitest";
import { createDirectory } from "./directory.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** GET it: the URL of the superuser of the run's PostgreSQL. */
    postgresService: string;
    /** Which engine tests run on that do not name one. */
    engine: "sqlite" | "postgres";
    /** Whether every browser test runs, or only the main stories. */
    browserTests: "all" | "stories";
  }
}

/** Connections of one server: a test's visitors are few, its servers many. */
const POOL_SIZE = 4;

/** Where a server keeps its data, as its configuration says it. */
export type StoreConfig =
  | { readonly data: string }
  | { readonly databaseUrl: string; readonly databasePoolSize: number };

/** A database with a clock that can be moved. */
export interface ShiftableDatabase {
  readonly database: Database;
  /** Moves its clock, in milliseconds from the machine's. */
  setClockOffset(milliseconds: number): Promise<void>;
}

/** Options of a test that is a main story: `npm test` runs it on every engine. */
export const STORY: { readonly tags: "story" } = { tags: "story" };

/** Before each test of a file: leaves out what is no main story where those are enough. */
export function keepToStories({ task, skip }: TestContext): void {
  if (inject("browserTests") === "all" || task.tags?.includes(STORY.tags) === true) return;
  skip("`npm test` runs the main stories on this engine, `npm run test:browser` everything");
}

/** Makes a new, empty store. It goes with the run's PostgreSQL, or with the file's folders. */
export async function createStore(): Promise<StoreConfig> {
  if (inject("engine") === "sqlite") return { data: await createDirectory("data") };
  return { databaseUrl: await createPostgresDatabase(), databasePoolSize: POOL_SIZE };
}

/** Opens a new, empty store. */
export async function openShiftableDatabase(): Promise<ShiftableDatabase> {
  const store = await createStore();
  if ("data" in store) {
    const database = await openSqlite({ directory: store.data });
    return { database, setClockOffset: async (offset) => database.setClockOffset(offset) };
  }
  const { databaseUrl: url, databasePoolSize: size } = store;
  return {
    database: await openPostgres({ url, limits: { size } }),
    setClockOffset: (offset) => setPostgresClock(url, offset),
  };
}

async function createPostgresDatabase(): Promise<string> {
  const answer = await fetch(inject("postgresService"));
  const superuser = await answer.text();
  if (!answer.ok) throw new Error(superuser);
  const name = `latchkey_e2e_${randomBytes(8).toString("hex")}`;
  await runOn(superuser, `create database ${name}`);
  const url = new URL(superuser);
  url.pathname = `/${name}`;
  return url.href;
}

// The database's clock is two functions of ours, so a test can replace them.
async function setPostgresClock(url: string, offset: number): Promise<void> {
  const clocks = [
    ["latchkey_now", "stable parallel safe", "transaction_timestamp"],
    ["latchkey_clock", "volatile", "clock_timestamp"],
  ] as const;
  await runOn(
    url,
    clocks
      .map(
        ([name, kind, time]) =>
          `create or replace function ${name}() returns bigint language sql ${kind}
             return floor(extract(epoch from ${time}()) * 1000)::bigint + ${offset}`,
      )
      .join("; "),
  );
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
