import { isIdentifier } from "@latchkey/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Database } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import { type AuditInput, auditEvent, MAX_DETAIL, MAX_USER_AGENT } from "./audit-event.ts";
import { engine, type TestStore } from "../../test/engines/engines.ts";

let store: TestStore;
let database: Database;
beforeEach(async () => {
  store = await engine.create();
  database = await store.open();
});
afterEach(async () => {
  await database.close();
  await store.remove();
});

const input: AuditInput = { kind: "session.reuse", outcome: "failure", actorId: null, now: 5 };

it("records what it is told, and nothing as null", async () => {
  await writeAll(database, [
    auditEvent(database, {
      ...input,
      actorId: "operator",
      userId: "u",
      sessionId: "s",
      address: "2001:db8::1",
      userAgent: "a".repeat(MAX_USER_AGENT + 1),
      detail: { generation: 3 },
    }),
    auditEvent(database, input),
  ]);
  const rows = await database.read(
    database.query.selectFrom("audit_events").selectAll().orderBy("n"),
  );
  expect(rows.map((row) => isIdentifier(row.id))).toEqual([true, true]);
  expect(rows).toMatchObject([
    {
      n: 1,
      at: 5,
      kind: "session.reuse",
      outcome: "failure",
      actor_id: "operator",
      user_id: "u",
      session_id: "s",
      address: "2001:db8::1",
      user_agent: "a".repeat(MAX_USER_AGENT),
      detail: '{"generation":3}',
    },
    { n: 2, actor_id: null, user_id: null, session_id: null, address: null, detail: "{}" },
  ]);
});

it("outlives the account it tells of", async () => {
  await writeAll(database, [auditEvent(database, { ...input, userId: "never existed" })]);
  const rows = await database.read(database.query.selectFrom("audit_events").select("user_id"));
  expect(rows).toEqual([{ user_id: "never existed" }]);
});

it("refuses a detail over its limit", () => {
  const detail = { text: "x".repeat(MAX_DETAIL) };
  expect(() => auditEvent(database, { ...input, detail })).toThrow("too long");
});
