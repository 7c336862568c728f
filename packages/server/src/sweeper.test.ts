import { createIdentifier } from "@latchkey/protocol";
import { expect, it, onTestFinished } from "vitest";
import { auditEvent } from "./audit/audit-event.ts";
import { createLogger } from "./observability/logger.ts";
import { ENDED_RETENTION, type SessionPolicy } from "./sessions/lifetimes.ts";
import { SWEEP_SESSIONS, sweepExpiredSessions } from "./sessions/sweep-sessions.ts";
import type { Database, Step } from "./storage/database.ts";
import { writeAll } from "./storage/write.ts";
import { openTestDatabase } from "../test/engines/engines.ts";
import { startSweeper, type Sweeper } from "./sweeper.ts";

const IDLE = 60_000;
const DAY = 24 * 60 * 60 * 1000;
const AUDIT_RETENTION = 400 * DAY;

const policy: SessionPolicy = {
  idleLifetime: IDLE,
  shortIdleLifetime: 1000,
  absoluteLifetime: null,
  accessTokenLifetime: 900,
};

async function open(
  change: Partial<SessionPolicy> = {},
): Promise<{ database: Database; sweeper: Sweeper; userId: string }> {
  const database = await openTestDatabase();
  const sweeper = startSweeper({
    database,
    clock: Date.now,
    policy: { ...policy, ...change },
    changes: { database, retire: () => [] },
    auditRetention: AUDIT_RETENTION,
    keyRing: { deleteUnusedRefreshKeys: async () => [] },
    log: createLogger({ level: "silent" }),
  });
  onTestFinished(async () => {
    await sweeper.stop();
  });
  const userId = createIdentifier();
  const user = { id: userId, email: "ann@example.com", handle: createIdentifier() };
  const at = { created_at: 0, updated_at: 0 };
  const query = database.query.insertInto("users").values({ ...user, ...at, email_verified: 0 });
  await writeAll(database, [{ query }]);
  return { database, sweeper, userId };
}

function sessionStep(
  database: Database,
  session: {
    userId: string;
    advancedAt: number;
    endedAt?: number;
    endsAt?: number;
    id?: string;
    clientId?: string;
    remembered?: number;
  },
): Step {
  const { userId, advancedAt, endedAt = null, endsAt = null, id = createIdentifier() } = session;
  const { clientId = "latchkey", remembered = 1 } = session;
  const query = database.query.insertInto("sessions").values({
    id,
    user_id: userId,
    client_id: clientId,
    remembered,
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

async function ids(database: Database): Promise<string[]> {
  const rows = await database.read(database.query.selectFrom("sessions").select("id"));
  return rows.map((row) => row.id);
}

it("deletes sessions that were over for long, and no other", async () => {
  const { database, sweeper, userId } = await open();
  const now = Date.now();
  const old = now - ENDED_RETENTION - DAY;
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

it("keeps what is over for as long as it is told, by each session's own idle life", async () => {
  const clients = new Map([["patient", { idleLifetime: 10 * DAY }]]);
  const { database, sweeper, userId } = await open({ endedRetention: DAY, clients });
  const now = Date.now();
  const [ended, short, patient] = [createIdentifier(), createIdentifier(), createIdentifier()];
  const twoDays = { userId, advancedAt: now - 2 * DAY };
  await writeAll(database, [
    sessionStep(database, { ...twoDays, endedAt: now - DAY - 1000, id: ended }),
    sessionStep(database, { ...twoDays, advancedAt: now - DAY - 2000, remembered: 0, id: short }),
    sessionStep(database, { ...twoDays, advancedAt: now - DAY - 2000 }),
    sessionStep(database, { ...twoDays, clientId: "patient", id: patient }),
  ]);
  await sweeper.sweep();
  const left = await ids(database);
  expect(left).toHaveLength(2);
  expect(left).toContain(patient);
  expect(left).not.toContain(short);
  expect(left).not.toContain(ended);
});

it("deletes more than one batch of ended and of expired sessions", async () => {
  const { database, sweeper, userId } = await open();
  const old = Date.now() - ENDED_RETENTION - DAY;
  const count = SWEEP_SESSIONS + 10;
  const steps = Array.from({ length: count }, () => [
    sessionStep(database, { userId, advancedAt: old - IDLE }),
    sessionStep(database, { userId, advancedAt: Date.now(), endedAt: old }),
  ]);
  await writeAll(database, steps.flat());
  await sweeper.sweep();
  expect(await ids(database)).toEqual([]);
});

it("walks on where the last sweep stopped, and comes round again", async () => {
  const { database, userId } = await open();
  const old = Date.now() - ENDED_RETENTION - DAY;
  const live = Array.from({ length: SWEEP_SESSIONS }, (_, index) =>
    sessionStep(database, { userId, advancedAt: Date.now(), id: fixedId("L", index) }),
  );
  const expired = sessionStep(database, { userId, advancedAt: old - IDLE, id: fixedId("M", 0) });
  await writeAll(database, [...live, expired]);
  const after = await sweepExpiredSessions(database, { after: "", policy });
  expect(after).toBe(fixedId("L", SWEEP_SESSIONS - 1));
  expect(await ids(database)).toHaveLength(SWEEP_SESSIONS + 1);
  expect(await sweepExpiredSessions(database, { after, policy })).toBe("");
  expect(await ids(database)).toHaveLength(SWEEP_SESSIONS);
});

function fixedId(letter: string, index: number): string {
  return letter + String(index).padStart(20, "0") + "A";
}

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

it("is one node's work at a time, and another's when that one ends", async () => {
  const { database, sweeper, userId } = await open();
  await sweeper.sweep();
  const other = startSweeper({
    database,
    clock: Date.now,
    policy,
    changes: { database, retire: () => [] },
    auditRetention: AUDIT_RETENTION,
    keyRing: { deleteUnusedRefreshKeys: async () => [] },
    log: createLogger({ level: "silent" }),
  });
  onTestFinished(() => other.stop());
  const long = Date.now() - 2 * ENDED_RETENTION;
  await writeAll(database, [sessionStep(database, { userId, advancedAt: long, endedAt: long })]);
  await other.sweep();
  expect(await ids(database)).toHaveLength(1);
  await sweeper.stop();
  await other.sweep();
  expect(await ids(database)).toEqual([]);
});
