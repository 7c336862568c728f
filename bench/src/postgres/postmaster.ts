// What PostgreSQL itself says of its work, and what the kernel says of its processes.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type { PostgresServer } from "../../../e2e/harness/postgres-server.ts";

/** Ticks of the kernel's accounting in a second, on every Linux of today. */
const TICKS = 100;

/** What was done so far. */
export interface DatabaseWork {
  /** Bytes of write-ahead log. */
  readonly walBytes: number;
  /** Pages that went whole into it. */
  readonly walPages: number;
  /** Times that the log was forced to the disk. */
  readonly syncs: number;
  /** Transactions, committed ones. */
  readonly commits: number;
  /** Processor time of all its processes, in microseconds. */
  readonly cpu: number;
}

/** Runs a query on a connection of its own. */
export async function ask<Row extends object>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}

/** Reads the counters. */
export async function readWork(server: PostgresServer): Promise<DatabaseWork> {
  // Since version 18 the log's writes are counted with all others.
  const syncs =
    server.version >= 18
      ? "(select coalesce(sum(fsyncs), 0) from pg_stat_io where object = 'wal')"
      : "(select wal_sync from pg_stat_wal)";
  const [row] = await ask<Record<"wal" | "pages" | "syncs" | "commits", string>>(
    server.url,
    `select pg_current_wal_lsn() - '0/0' as wal, ${syncs} as syncs,
       (select wal_fpi from pg_stat_wal) as pages,
       (select sum(xact_commit) from pg_stat_database) as commits`,
  );
  return {
    walBytes: Number(row?.wal),
    walPages: Number(row?.pages),
    syncs: Number(row?.syncs),
    commits: Number(row?.commits),
    cpu: processorTime(server.directory),
  };
}

/** Bytes of a table with its indexes and what is kept out of line. */
export async function readTableBytes(url: string, table: string): Promise<number> {
  const [row] = await ask<{ readonly bytes: string }>(
    url,
    "select pg_total_relation_size($1::regclass) as bytes",
    [table],
  );
  return Number(row?.bytes);
}

// Fields of /proc/PID/stat behind the name, which may hold spaces: the parent is the second of them,
// user and system time the twelfth and thirteenth.
function processorTime(directory: string): number {
  const [postmaster = ""] = readFileSync(join(directory, "data", "postmaster.pid"), "utf8").split(
    "\n",
  );
  let ticks = 0;
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      if (pid === postmaster || fields[1] === postmaster) {
        ticks += Number(fields[11]) + Number(fields[12]);
      }
    } catch {
      // It ended meanwhile.
    }
  }
  return (ticks * 1e6) / TICKS;
}
