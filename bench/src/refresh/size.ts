// What a session takes in the store, after one renewal and after a thousand.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Row } from "../result.ts";
import { type ServerProcess, startServer } from "./child-server.ts";
import { createFixture } from "./fixture.ts";
import { drive, type Target } from "./load.ts";

const SESSIONS = 32;
const RENEWALS = 1000;

/**
 * Milliseconds between two leaps of the database's clock: few sessions, renewed often. A renewal that
 * meets a leap between its read and its write starts again, and eight times in a row is a refusal.
 */
const LEAP_EVERY = "12";

/** Measures rows and bytes per session. */
export async function measureSize(parent: string): Promise<readonly Row[]> {
  const directory = join(parent, "size");
  mkdirSync(directory);
  const tokens = [...(await createFixture(directory, { sessions: SESSIONS, tokens: SESSIONS }))];
  const server = await startServer("server-latchkey.ts", [directory, LEAP_EVERY]);
  try {
    await renewUntil({ server, directory, tokens, generation: 1 });
    const before = sizeOf(directory);
    await renewUntil({ server, directory, tokens, generation: RENEWALS });
    const after = sizeOf(directory);
    return [
      row("rows", { before: before.rows, after: after.rows }),
      row("bytes", { before: before.bytes, after: after.bytes }),
    ];
  } finally {
    await server.end();
  }
}

interface Renewing {
  readonly server: ServerProcess;
  readonly directory: string;
  readonly tokens: string[];
  readonly generation: number;
}

async function renewUntil({ server, directory, tokens, generation }: Renewing): Promise<void> {
  const target: Target = {
    port: server.port,
    path: "/auth/refresh",
    contentType: "application/json",
    tokens,
    body: (token) => JSON.stringify({ refresh_token: token }),
    successor: (answer) => (JSON.parse(answer) as { refresh_token?: string }).refresh_token ?? null,
  };
  await server.start();
  while (lowestGeneration(directory) < generation) await drive(target, generation === 1 ? 50 : 500);
  await server.stop();
}

function lowestGeneration(directory: string): number {
  return query(directory, "select min(generation) as value from sessions");
}

// Bytes by pages, of the whole database: a session has no other place to grow.
function sizeOf(directory: string): { readonly rows: number; readonly bytes: number } {
  const tables = ["sessions", "audit_events", "ledger", "one_time_codes", "users"];
  const rows = tables.map((table) => query(directory, `select count(*) as value from ${table}`));
  const pages =
    query(directory, "select page_count as value from pragma_page_count") -
    query(directory, "select freelist_count as value from pragma_freelist_count");
  const bytes = pages * query(directory, "select page_size as value from pragma_page_size");
  return { rows: rows.reduce((a, b) => a + b) / SESSIONS, bytes: bytes / SESSIONS };
}

function query(directory: string, sql: string): number {
  const database = new DatabaseSync(join(directory, "latchkey.db"), { readOnly: true });
  try {
    return Number(database.prepare(sql).get()?.["value"]);
  } finally {
    database.close();
  }
}

function row(unit: string, size: { readonly before: number; readonly after: number }): Row {
  return {
    name: `${unit} per session after ${RENEWALS.toLocaleString("en")} renewals`,
    unit,
    ours: size.after,
    peers: { "after one": size.before },
    limit: null,
    ratioToBestPeer: size.after / size.before,
    ratioToLimit: null,
    goal: "the same as after one",
    met: size.after === size.before,
  };
}
