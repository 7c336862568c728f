import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentifier } from "@latchkey/protocol";
import { expect, it, onTestFinished } from "vitest";
import { auditEvent } from "./audit/audit-event.ts";
import { AUDIT_RETENTION } from "./audit/sweep-audit.ts";
import { createLogger } from "./observability/logger.ts";
import { SESSION_RETENTION, SWEEP_SESSIONS } from "./sessions/sweep-sessions.ts";
import type { Step } from "./storage/database.ts";
import { openSqlite, type SqliteDatabase } from "./storage/sqlite/open-sqlite.ts";
import { writeAll } from "./storage/write.ts";
import { startSweeper, type Sweeper } from "./sweeper.ts";

const IDLE = 60_000;
const DAY = 24 * 60 * 60 * 1000;

async function open(): Promise<{ database: SqliteDatabase; sweeper: Sweeper; userId: string }> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-sweeper-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const database = await openSqlite({ directory });
  const sweeper = startSweeper({
    database,
    clock: Date.now,
    idleLifetime: IDLE,
    log: createLogger({ level: "silent" }),
  });
  onTestFinished(async () => {
    await sweeper.stop();
    await database.close();
  });
  const userId = createIdentifier();
  const user = { id: userId, email: "ann@example.com", handle: createIdentifier() };
  const at = { created_at: 0, updated_at: 0 };
  const query = database.query.insertInto("users").values({ ...user, ...at, email_verified: 0 });
  await writeAll(database, [{ query }]);
  return { database, sweeper, userId };
}

function sessionStep(
  database: SqliteDatabase,
  session: { userId: string; advancedAt: number; endedAt?: number; endsAt?: number; id?: string },
): Step {
  const { userId, advancedAt, endedAt = null, endsAt = null, id = createIdentifier() } = session;
  const query = database.query.insertInto("sessions").values({
    id,
    user_id: userId,
    client_id: "latchkey",
    transport: "body",
    generation: 0,
    nonce: Buffer.alloc(16),
    refresh_key_id: 0,
    advanced_at: advancedAt,
    contested_streak: 0,
    auth_time_at: advancedAt,
    amr: "[]",
    created_at: advancedAt,
    last_seen_at: advancedAt,
    ended_at: endedAt,
    ends_at: endsAt,
  });
  return { query };
}

async function ids(database: SqliteDatabase): Promise<string[]> {
  const rows = await database.read(database.query.selectFrom("sessions").select("id"));
  return rows.map((row) => row.id);
}

it("deletes sessions that were over for long, and no other", async () => {
  const { database, sweeper, userId } = await open();
  const now = Date.now();
  const old = now - SESSION_RETENTION - DAY;
  const live = createIdentifier();
  const justEnded = createIdentifier();
  const justExpired = createIdentifier();
  await writeAll(database, [
    sessionStep(database, { userId, advancedAt: now, id: live }),
    sessionStep(database, { userId, advancedAt: now - DAY, endedAt: now - DAY, id: justEnded }),
    sessionStep(database, { userId, advancedAt: now - IDLE - DAY, id: justExpired }),
    sessionStep(database, { userId, advancedAt: now, endedAt: old }),
    sessionStep(database, { userId, advancedAt: now, endsAt: old }),
    sessionStep(database, { userId, advancedAt: old - IDLE }),
  ]);
  await sweeper.sweep();
  const left = new Set(await ids(database));
  expect(left).toEqual(new Set([live, justEnded, justExpired]));
});

it("walks a long table a stretch at a time, and comes round again", async () => {
  const { database, sweeper, userId } = await open();
  const old = Date.now() - SESSION_RETENTION - DAY;
  const count = SWEEP_SESSIONS + 10;
  await writeAll(
    database,
    Array.from({ length: count }, () => sessionStep(database, { userId, advancedAt: old - IDLE })),
  );
  await sweeper.sweep();
  expect(await ids(database)).toHaveLength(10);
  await writeAll(database, [
    sessionStep(database, { userId, advancedAt: old - IDLE, id: "AAAAAAAAAAAAAAAAAAAAAA" }),
  ]);
  await sweeper.sweep();
  expect(await ids(database)).toEqual(["AAAAAAAAAAAAAAAAAAAAAA"]);
  await sweeper.sweep();
  expect(await ids(database)).toEqual([]);
});

it("deletes old audit events and one-time codes, and keeps the others", async () => {
  const { database, sweeper } = await open();
  const now = Date.now();
  const event = (kind: string, at: number): Step =>
    auditEvent(database, { kind, outcome: "success", actorId: null, now: at });
  const code = (hash: number, expiresAt: number): Step => ({
    query: database.query.insertInto("one_time_codes").values({
      code_hash: Buffer.alloc(32, hash),
      purpose: "setup",
      expires_at: expiresAt,
    }),
  });
  await writeAll(database, [
    event("old", now - AUDIT_RETENTION - DAY),
    event("young", now - DAY),
    code(1, now - DAY),
    code(2, now + DAY),
  ]);
  await sweeper.sweep();
  const events = await database.read(database.query.selectFrom("audit_events").select("kind"));
  expect(events.map((row) => row.kind)).toEqual(["young"]);
  const codes = await database.read(
    database.query.selectFrom("one_time_codes").select("code_hash"),
  );
  expect(codes.map((row) => row.code_hash[0])).toEqual([2]);
});
