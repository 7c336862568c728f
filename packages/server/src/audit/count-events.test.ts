import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createStatistics } from "../observability/statistics.ts";
import type { Database } from "../storage/database.ts";
import { openSqlite } from "../storage/sqlite/open-sqlite.ts";
import { auditEvent } from "./audit-event.ts";
import { countEvents } from "./count-events.ts";

let directory: string;
let database: Database;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "latchkey-count-"));
  database = await openSqlite({ directory });
});
afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});

it("counts what commits, and nothing that was rolled back", async () => {
  const statistics = createStatistics(() => 0);
  const counted = countEvents(database, statistics);
  const event = (outcome: "success" | "failure") =>
    auditEvent(counted, { kind: "login", outcome, actorId: null, now: 0 });
  await counted.write([event("success")]);
  await counted.write([event("failure"), event("failure")]);
  const nothing = counted.query.deleteFrom("users").where("id", "=", "nobody");
  const outcome = await counted.write([event("success"), { query: nothing, expect: 1 }]);
  expect(outcome.committed).toBe(false);
  expect([...(statistics.read(0)[0]?.events ?? [])]).toEqual([
    ["login success", 1],
    ["login failure", 2],
  ]);
});
