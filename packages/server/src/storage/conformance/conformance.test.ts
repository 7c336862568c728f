// What every engine must do, as one function run against each. An engine joins the list in
// test/engines; it brings real files or a real server, never a stand-in.

import { createHash } from "node:crypto";
import { type Insertable, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database, Query, Step } from "../database.ts";
import type { UsersTable } from "../schema.ts";
import { type Engine, engines } from "../../../test/engines/engines.ts";
import { WriteConflict, writeAll } from "../write.ts";

function conformance(engine: Engine): void {
  describe(`a Database on ${engine.name}`, () => {
    let store: Awaited<ReturnType<Engine["create"]>>;
    let database: Database;

    beforeAll(async () => {
      store = await engine.create();
      database = await store.open();
    });
    afterAll(async () => {
      await database.close();
      await store.remove();
    });
    beforeEach(async () => {
      await writeAll(database, [
        { query: database.query.deleteFrom("users") },
        { query: database.query.deleteFrom("roles") },
        { query: database.query.deleteFrom("audit_events") },
      ]);
    });

    const insertUser = (id: string, values: Partial<Insertable<UsersTable>> = {}): Step => ({
      query: database.query.insertInto("users").values({
        id,
        email: `${id}@example.com`,
        email_verified: 0,
        username: null,
        name: null,
        password_hash: null,
        handle: `handle-${id}`,
        disabled_at: null,
        created_at: 1,
        updated_at: 1,
        ...values,
      }),
      expect: 1,
    });
    const rename = (id: string, name: string): Query =>
      database.query.updateTable("users").set({ name }).where("id", "=", id);
    const userIds = async (): Promise<string[]> => {
      const rows = await database.read(
        database.query.selectFrom("users").select("id").orderBy("id"),
      );
      return rows.map((row) => row.id);
    };
    const raw = <Row>(query: ReturnType<typeof sql<Row>>): Query<Row> => ({
      compile: () => query.compile(database.query),
    });

    describe("write", () => {
      it("commits all steps and answers their changes and returned rows", async () => {
        const outcome = await database.write([
          insertUser("a"),
          insertUser("b"),
          {
            query: database.query.updateTable("users").set({ name: "x" }).returning(["id", "name"]),
          },
          { query: database.query.deleteFrom("users").where("id", "=", "zz") },
        ]);
        expect(outcome.committed && outcome.results.map((result) => result.changes)).toEqual([
          1, 1, 2, 0,
        ]);
        expect(outcome.committed && outcome.results[2]?.rows).toEqual([
          { id: "a", name: "x" },
          { id: "b", name: "x" },
        ]);
        expect(await userIds()).toEqual(["a", "b"]);
      });

      it("commits a single statement", async () => {
        expect(await database.write([{ query: insertUser("a").query }])).toEqual({
          committed: true,
          results: [{ changes: 1, rows: [] }],
        });
        expect(await userIds()).toEqual(["a"]);
      });

      it("commits nothing at all as nothing", async () => {
        expect(await database.write([])).toEqual({ committed: true, results: [] });
      });

      it("rolls everything back when a row count does not hold", async () => {
        const outcome = await database.write([
          insertUser("a"),
          { query: rename("nobody", "x"), expect: 1 },
          insertUser("b"),
        ]);
        expect(outcome).toEqual({
          committed: false,
          failed: 1,
          reason: "row-count",
          constraint: [],
        });
        expect(await userIds()).toEqual([]);
      });

      it("rolls back a single statement whose row count does not hold", async () => {
        await writeAll(database, [insertUser("a"), insertUser("b")]);
        const outcome = await database.write([
          { query: database.query.updateTable("users").set({ name: "x" }), expect: 1 },
        ]);
        expect(outcome).toMatchObject({ committed: false, failed: 0, reason: "row-count" });
        const rows = await database.read(database.query.selectFrom("users").select("name"));
        expect(rows).toEqual([{ name: null }, { name: null }]);
      });

      it("counts the rows that a step returns", async () => {
        const query = database.query.selectFrom("users").select("id");
        expect(await database.write([{ query, expect: 1 }])).toMatchObject({ committed: false });
        await writeAll(database, [insertUser("a")]);
        expect(await database.write([{ query, expect: 1 }])).toEqual({
          committed: true,
          results: [{ changes: 1, rows: [{ id: "a" }] }],
        });
      });

      it("names the columns of a unique violation", async () => {
        await writeAll(database, [insertUser("a", { username: "ann" })]);
        expect(await database.write([insertUser("b", { username: "ann" })])).toEqual({
          committed: false,
          failed: 0,
          reason: "unique",
          constraint: ["users.username"],
        });
        expect(
          await database.write([insertUser("c"), insertUser("b", { email: "a@example.com" })]),
        ).toMatchObject({ failed: 1, constraint: ["users.email"] });
        expect(await userIds()).toEqual(["a"]);
      });

      it("names the columns of a primary key, also of several", async () => {
        await writeAll(database, [insertUser("a")]);
        expect(await database.write([insertUser("a", { email: "x@example.com" })])).toMatchObject({
          reason: "unique",
          constraint: ["users.id"],
        });
        const permission: Step = {
          query: database.query
            .insertInto("role_permissions")
            .values({ role_id: "r", permission: "p" }),
        };
        await writeAll(database, [
          {
            query: database.query
              .insertInto("roles")
              .values({ id: "r", name: "r", description: null, handle: "h", created_at: 1 }),
          },
          permission,
        ]);
        expect(await database.write([permission])).toMatchObject({
          reason: "unique",
          constraint: ["role_permissions.role_id", "role_permissions.permission"],
        });
      });

      it("tells a foreign-key violation", async () => {
        const outcome = await database.write([
          insertUser("a"),
          { query: database.query.insertInto("user_roles").values({ user_id: "a", role_id: "?" }) },
        ]);
        expect(outcome).toMatchObject({ committed: false, failed: 1, reason: "foreign-key" });
        expect(await userIds()).toEqual([]);
      });

      it("throws a DatabaseError for any other mistake, and commits nothing", async () => {
        const bad: Step = { query: raw(sql`insert into nowhere values (1)`) };
        await expect(database.write([insertUser("a"), bad])).rejects.toMatchObject({
          name: "DatabaseError",
          code: "database_unavailable",
        });
        await expect(
          database.write([insertUser("a", { email: null as unknown as string })]),
        ).rejects.toMatchObject({ name: "DatabaseError" });
        expect(await userIds()).toEqual([]);
      });

      it("throws WriteConflict from writeAll", async () => {
        const write = writeAll(database, [{ query: rename("nobody", "x"), expect: 1 }]);
        await expect(write).rejects.toBeInstanceOf(WriteConflict);
        await expect(write).rejects.toMatchObject({ outcome: { failed: 0, reason: "row-count" } });
      });
    });

    describe("many writes at once", () => {
      it("takes no neighbour down with a write that fails", async () => {
        await writeAll(database, [insertUser("taken")]);
        const ids = Array.from({ length: 60 }, (_, index) => `u${String(index).padStart(2, "0")}`);
        const outcomes = await Promise.allSettled(
          ids.map((id, index) => {
            const mistakes: readonly Step[] = [
              { query: rename("nobody", "x"), expect: 1 },
              insertUser("dup", { email: "taken@example.com" }),
              { query: raw(sql`select broken`) },
            ];
            const mistake = mistakes[(index % 6) - 1];
            return database.write(
              mistake === undefined ? [insertUser(id)] : [insertUser(id), mistake],
            );
          }),
        );
        const committed = ids.filter((_, index) => {
          const outcome = outcomes[index];
          return outcome?.status === "fulfilled" && outcome.value.committed;
        });
        expect(committed).toEqual(ids.filter((_, index) => index % 6 === 0 || index % 6 > 3));
        expect(await userIds()).toEqual(["taken", ...committed]);
      });

      it("lets exactly one of many compare-and-sets win", async () => {
        await writeAll(database, [insertUser("a", { updated_at: 0 })]);
        const outcomes = await Promise.all(
          Array.from({ length: 50 }, () =>
            database.write([
              {
                query: database.query
                  .updateTable("users")
                  .set({ updated_at: 1 })
                  .where("id", "=", "a")
                  .where("updated_at", "=", 0),
                expect: 1,
              },
            ]),
          ),
        );
        expect(outcomes.filter((outcome) => outcome.committed)).toHaveLength(1);
      });

      it("shows a read all that was acknowledged before it was asked", async () => {
        for (let round = 0; round < 20; round++) {
          await Promise.all([
            writeAll(database, [insertUser(`a${round}`)]),
            writeAll(database, [insertUser(`b${round}`)]),
            userIds(),
          ]);
          expect(await userIds()).toHaveLength((round + 1) * 2);
        }
      });
    });

    describe("values", () => {
      it("keeps text, integers, bytes and null as they are", async () => {
        const row = {
          id: "0",
          purpose: "refresh" as const,
          alg: "a\u0001b \u{1F511} 'quoted' \"",
          kek_id: "",
          sealed: new Uint8Array([0, 1, 255]),
          created_at: Number.MAX_SAFE_INTEGER,
          active_at: -1,
          retired_at: null,
          revoked_at: null,
        };
        await writeAll(database, [{ query: database.query.insertInto("keys").values(row) }]);
        const [read] = await database.read(database.query.selectFrom("keys").selectAll());
        expect(read).toEqual(row);
        expect(read?.sealed).toBeInstanceOf(Uint8Array);
        await writeAll(database, [{ query: database.query.deleteFrom("keys") }]);
      });

      it("sends only the bytes of a window on a larger buffer", async () => {
        const pool = Buffer.from("secret of another|mine");
        const rows = await database.read(
          raw(
            sql<{
              hash: Uint8Array;
            }>`select latchkey_sha256(${pool.subarray(18)}, ${Buffer.alloc(0)}) as hash`,
          ),
        );
        const expected = createHash("sha256").update("mine").digest("hex");
        expect(Buffer.from(rows[0]?.hash ?? []).toString("hex")).toBe(expected);
      });

      it("refuses an integer that JavaScript cannot hold, both ways", async () => {
        await expect(database.read(raw(sql`select 9007199254740993 as x`))).rejects.toMatchObject({
          name: "DatabaseError",
        });
        await expect(database.write([insertUser("a", { created_at: 2 ** 53 })])).rejects.toThrow(
          TypeError,
        );
      });

      it.each([[undefined], ["a\u0000b"], [true], [new Date(0)], [{}], [Number.NaN], [[1]]])(
        "refuses to bind %s, and harms no neighbour",
        async (value) => {
          const [bad, good] = await Promise.allSettled([
            database.write([{ query: raw(sql`update users set name = ${value}`) }]),
            database.write([insertUser("b")]),
          ]);
          expect(bad).toMatchObject({ status: "rejected", reason: expect.any(TypeError) });
          expect(good).toMatchObject({ status: "fulfilled", value: { committed: true } });
        },
      );
    });

    describe("SQL functions", () => {
      it("latchkey_now() is milliseconds, and one time in one write", async () => {
        const before = Date.now();
        const [row] = await database.read(
          raw(sql<{ a: number; b: number }>`select latchkey_now() as a, latchkey_now() as b`),
        );
        expect(row?.a).toBeGreaterThanOrEqual(before);
        expect(row?.a).toBeLessThanOrEqual(Date.now());
        expect(row?.b).toBe(row?.a);
      });

      it("latchkey_sha256(a, b) hashes both", async () => {
        const [row] = await database.read(
          raw(
            sql<{
              hash: Uint8Array;
            }>`select latchkey_sha256(${Buffer.from("ab")}, ${Buffer.from("c")}) as hash`,
          ),
        );
        // FIPS 180-2 appendix B.1: SHA-256("abc").
        expect(Buffer.from(row?.hash ?? []).toString("hex")).toBe(
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        );
      });
    });

    describe("close", () => {
      it("answers what is under way, refuses what comes later, and keeps everything", async () => {
        const other = await engine.create();
        const first = await other.open();
        const event = (id: string): Step => ({
          query: first.query
            .insertInto("audit_events")
            .values({ id, at: 1, kind: "k", outcome: "success", detail: "{}" }),
        });
        const writes = Array.from({ length: 40 }, (_, index) => first.write([event(`e${index}`)]));
        const closed = first.close();
        await expect(first.write([event("late")])).rejects.toMatchObject({
          code: "database_unavailable",
        });
        expect((await Promise.all(writes)).every((outcome) => outcome.committed)).toBe(true);
        await closed;
        await first.close();

        const second = await other.open();
        const rows = await second.read(second.query.selectFrom("audit_events").select("id"));
        expect(rows).toHaveLength(40);
        await second.close();
        await other.remove();
      });
    });
  });
}

for (const engine of engines) conformance(engine);
