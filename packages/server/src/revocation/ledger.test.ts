import {
  createIdentifier,
  firstLedgerHash,
  ledgerEntryBytes,
  nextLedgerHash,
  publishHandle,
} from "@latchkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditEvent } from "../audit/audit-event.ts";
import type { Database, Step } from "../storage/database.ts";
import type { LedgerTable } from "../storage/schema.ts";
import { writeAll } from "../storage/write.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { engine, type TestStore } from "../../test/engines/engines.ts";

const EXPIRY = 2_000_000_000;

let store: TestStore;
let database: Database;
let ledger: Ledger;
beforeEach(async () => {
  store = await engine.create();
  database = await store.open();
  ledger = await openLedger({ database });
});
afterEach(async () => {
  await database.close();
  await store.remove();
});

function entries(): Promise<readonly LedgerTable[]> {
  return database.read(database.query.selectFrom("ledger").selectAll().orderBy("n"));
}

async function head(): Promise<{ n: number; hash: Uint8Array } | undefined> {
  const [row] = await database.read(database.query.selectFrom("ledger_head").select(["n", "hash"]));
  return row;
}

/** What the chain must be, computed apart from the database. */
function chainOf(rows: readonly LedgerTable[]): Buffer[] {
  let hash = firstLedgerHash(ledger.id);
  return rows.map((row) => {
    hash = nextLedgerHash(hash, ledgerEntryBytes(row.handle, row.expires_at));
    return hash;
  });
}

describe("retire", () => {
  it("names an entry by ledger and handle, and chains it", async () => {
    const handles = [createIdentifier(), createIdentifier(), createIdentifier()];
    await writeAll(database, ledger.retire(handles, EXPIRY));
    const rows = await entries();
    expect(rows.map((row) => row.n)).toEqual([1, 2, 3]);
    expect(rows.map((row) => Buffer.from(row.handle))).toEqual(
      handles.map((handle) => publishHandle(ledger.id, handle)),
    );
    expect(rows.map((row) => row.expires_at)).toEqual([EXPIRY, EXPIRY, EXPIRY]);
    expect(rows.map((row) => Buffer.from(row.hash))).toEqual(chainOf(rows));
    expect(Buffer.from((await head())?.hash ?? [])).toEqual(chainOf(rows).at(-1));
  });

  it("retires nothing with no step", () => {
    expect(ledger.retire([], EXPIRY)).toEqual([]);
  });

  it.each([[-1], [1.5], [Number.NaN], [2 ** 53]])("refuses the expiry %d", (expiresAt) => {
    expect(() => ledger.retire([createIdentifier()], expiresAt)).toThrow(RangeError);
  });

  it("numbers concurrent writes without gap or repetition; a rolled back one takes no number", async () => {
    const writes = Array.from({ length: 120 }, (_, index) => {
      const cause = auditEvent(database, {
        kind: "test",
        outcome: "success",
        actorId: null,
        now: index,
      });
      const fails: Step = {
        query: database.query.deleteFrom("users").where("id", "=", "nobody"),
        expect: 1,
      };
      const retired = ledger.retire(
        Array.from({ length: 1 + (index % 3) }, createIdentifier),
        EXPIRY + index,
      );
      // Every fourth fails before its ledger steps, every fifth behind them.
      if (index % 4 === 0) return [cause, fails, ...retired];
      if (index % 5 === 0) return [cause, ...retired, fails];
      return [cause, ...retired];
    });
    const outcomes = await Promise.all(writes.map((steps) => database.write(steps)));
    const expected = outcomes.reduce(
      (sum, outcome, index) => sum + (outcome.committed ? 1 + (index % 3) : 0),
      0,
    );
    expect(outcomes.filter((outcome) => !outcome.committed)).toHaveLength(30 + 18);
    const rows = await entries();
    expect(rows.map((row) => row.n)).toEqual(Array.from({ length: expected }, (_, n) => n + 1));
    expect(rows.map((row) => Buffer.from(row.hash))).toEqual(chainOf(rows));
    expect((await head())?.n).toBe(expected);
    const events = await database.read(database.query.selectFrom("audit_events").select("id"));
    expect(events).toHaveLength(120 - 48);
  });

  it("commits nothing once the database has another ledger", async () => {
    const steps = ledger.retire([createIdentifier()], EXPIRY);
    const id = createIdentifier();
    await writeAll(database, [
      {
        query: database.query
          .updateTable("ledger_head")
          .set({ ledger_id: id, n: 0, hash: firstLedgerHash(id) }),
      },
    ]);
    expect(await database.write(steps)).toMatchObject({ committed: false, reason: "row-count" });
    expect(await entries()).toEqual([]);
  });
});

describe("isRetired", () => {
  it("finds a retired handle among others, and none that lives", async () => {
    const live = Array.from({ length: 300 }, createIdentifier);
    const retired = createIdentifier();
    await writeAll(database, ledger.retire([retired, createIdentifier()], EXPIRY));
    for (const count of [1, 2, 3, 8, 9, 259]) {
      const handles = live.slice(0, count);
      expect(await ledger.isRetired(handles)).toBe(false);
      expect(await ledger.isRetired([...handles, retired])).toBe(true);
      expect(await ledger.isRetired([retired, ...handles])).toBe(true);
    }
    expect(await ledger.isRetired([])).toBe(false);
  });
});

describe("openLedger", () => {
  it("goes on with the same ledger after a restart", async () => {
    const handle = createIdentifier();
    await writeAll(database, ledger.retire([handle], EXPIRY));
    await database.close();
    database = await store.open();
    const again = await openLedger({ database });
    expect(again.id).toBe(ledger.id);
    expect(await again.isRetired([handle])).toBe(true);
    await writeAll(database, again.retire([createIdentifier()], EXPIRY));
    const rows = await entries();
    expect(rows.map((row) => Buffer.from(row.hash))).toEqual(chainOf(rows));
  });

  it("starts one ledger, however many open an empty store at once", async () => {
    await writeAll(database, [{ query: database.query.deleteFrom("ledger_head") }]);
    const ledgers = await Promise.all(Array.from({ length: 5 }, () => openLedger({ database })));
    expect(new Set(ledgers.map((each) => each.id)).size).toBe(1);
  });
});
