// Group commit on a real file that can be made to run full.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Connection } from "./connection.ts";
import type { Statement, StoreRequest } from "./messages.ts";
import { runReads, runWrites } from "./run-group.ts";

let directory: string;
let connection: Connection;
let nextId = 0;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "latchkey-group-"));
  connection = new Connection(join(directory, "t.db"), { clockOffset: 0, busyTimeout: 0 });
  connection.execute("create table t (id integer primary key, b blob) strict");
});
afterEach(() => {
  connection.close();
  rmSync(directory, { recursive: true });
});

function write(...statements: readonly Statement[]): StoreRequest {
  return { id: nextId++, kind: "write", statements };
}

function insert(id: number, bytes = 1): Statement {
  return {
    sql: "insert into t (id, b) values (?, ?)",
    parameters: [BigInt(id), new Uint8Array(bytes)],
    expect: 1,
  };
}

function ids(): unknown[] {
  const { set } = connection.run({ sql: "select id from t order by id", parameters: [] });
  return set.rows.map(([id]) => id);
}

describe("a group of writes", () => {
  it("answers each write under its own id, in order", () => {
    const writes = [write(insert(1)), write(insert(1)), write(insert(2), insert(3))];
    const answers = runWrites(connection, writes);
    expect(answers.map((answer) => answer.id)).toEqual(writes.map((request) => request.id));
    expect(answers).toMatchObject([
      { outcome: { committed: true } },
      { outcome: { committed: false, failed: 0, reason: "unique", constraint: ["t.id"] } },
      { outcome: { committed: true, results: [{ changes: 1 }, { changes: 1 }] } },
    ]);
    expect(connection.isTransaction).toBe(false);
    expect(ids()).toEqual([1, 2, 3]);
  });

  it("sees what an earlier write of the group did, and nothing of one that failed", () => {
    const answers = runWrites(connection, [
      write(insert(1), { ...insert(2), expect: 5 }),
      write({ sql: "update t set b = x'07'", parameters: [], expect: 0 }),
      write(insert(3)),
      write({ sql: "update t set b = x'08'", parameters: [], expect: 1 }),
    ]);
    expect(answers.map((answer) => answer.kind === "outcome" && answer.outcome.committed)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it("loses only the write that fills the disk", () => {
    connection.execute("pragma max_page_count = 20");
    const answers = runWrites(connection, [
      write(insert(1)),
      write(insert(2, 1_000_000)),
      write(insert(3)),
    ]);
    expect(answers).toMatchObject([
      { outcome: { committed: true } },
      { kind: "error", error: { code: "database_unavailable" } },
      { outcome: { committed: true } },
    ]);
    expect(ids()).toEqual([1, 3]);
    connection.execute("pragma max_page_count = 100000");
    expect(runWrites(connection, [write(insert(2, 1_000_000))])).toMatchObject([
      { outcome: { committed: true } },
    ]);
  });

  it("loses only a write that ends the shared transaction", () => {
    const answers = runWrites(connection, [
      write(insert(1)),
      write(insert(2), {
        sql: "insert or rollback into t (id) values (2)",
        parameters: [],
        expect: 1,
      }),
      write(insert(3)),
    ]);
    expect(answers).toMatchObject([
      { outcome: { committed: true } },
      { outcome: { committed: false, failed: 1, reason: "unique" } },
      { outcome: { committed: true } },
    ]);
    expect(ids()).toEqual([1, 3]);
  });

  it("fails as a whole, and leaves no transaction open, when the file is locked", () => {
    const other = new Connection(join(directory, "t.db"), { clockOffset: 0, busyTimeout: 0 });
    other.execute("begin immediate");
    for (const group of [[write(insert(1))], [write(insert(1)), write(insert(2))]]) {
      for (const answer of runWrites(connection, group)) {
        expect(answer).toMatchObject({ kind: "error", error: { code: "database_unavailable" } });
      }
      expect(connection.isTransaction).toBe(false);
    }
    other.execute("rollback");
    other.close();
    expect(ids()).toEqual([]);
  });

  it("fails as a whole when the commit fails: a deferred constraint stands for any reason", () => {
    connection.execute(
      "create table c (t integer references t (id) deferrable initially deferred) strict",
    );
    const orphan: Statement = { sql: "insert into c values (99)", parameters: [], expect: 1 };
    const answers = runWrites(connection, [write(insert(1)), write(orphan)]);
    expect(answers).toMatchObject([{ kind: "error" }, { kind: "error" }]);
    expect(connection.isTransaction).toBe(false);
    expect(ids()).toEqual([]);
  });
});

describe("a group of reads", () => {
  const read = (sql: string): StoreRequest => ({
    id: nextId++,
    kind: "read",
    statements: [{ sql, parameters: [], expect: undefined }],
  });

  it("is of one snapshot, and holds none afterwards", () => {
    const other = new Connection(join(directory, "t.db"), { clockOffset: 0, busyTimeout: 0 });
    const count = read("select count(*) as n from t");
    const later: StoreRequest = {
      id: nextId++,
      kind: "read",
      // Looked at between the two reads: here another process commits.
      get statements() {
        runWrites(other, [write(insert(1))]);
        return count.statements;
      },
    };
    expect(runReads(connection, [count, later])).toMatchObject([
      { set: { rows: [[0]] } },
      { set: { rows: [[0]] } },
    ]);
    expect(connection.isTransaction).toBe(false);
    expect(ids()).toEqual([1]);
    other.close();
  });

  it("answers each by itself", () => {
    runWrites(connection, [write(insert(1))]);
    expect(runReads(connection, [read("select nope"), read("select id from t")])).toMatchObject([
      { kind: "error", error: { code: "database_unavailable" } },
      { kind: "rows", set: { columns: ["id"], rows: [[1]] } },
    ]);
  });
});
