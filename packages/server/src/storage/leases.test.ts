import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { engines } from "../../test/engines/engines.ts";
import { createLeases } from "./leases.ts";
import { writeAll } from "./write.ts";

describe.each(engines)("leases on $name", (engine) => {
  async function open() {
    const store = await engine.create();
    const database = await store.open();
    onTestFinished(async () => {
      await database.close();
      await store.remove();
    });
    const expire = (): Promise<unknown> =>
      writeAll(database, [
        {
          query: database.query
            .updateTable("leases")
            .set({ expires_at: sql<number>`latchkey_now() - 1` }),
          expect: 1,
        },
      ]);
    const rename = {
      query: database.query.insertInto("token_lifetimes").values({ lifetime: 1, used_at: 1 }),
    };
    return { database, expire, work: rename };
  }

  it("go to one of many nodes that ask at once", async () => {
    const { database } = await open();
    const nodes = Array.from({ length: 20 }, () => createLeases(database));
    const leases = await Promise.all(nodes.map((node) => node.acquire("sweep", 60_000)));
    expect(leases.filter((lease) => lease !== undefined)).toEqual([{ name: "sweep", fence: 1 }]);
  });

  it("stay with their holder, who keeps the number, until they expire", async () => {
    const { database, expire } = await open();
    const [one, two] = [createLeases(database), createLeases(database)];
    expect(await one.acquire("sweep", 60_000)).toEqual({ name: "sweep", fence: 1 });
    expect(await two.acquire("sweep", 60_000)).toBeUndefined();
    expect(await one.acquire("sweep", 60_000)).toEqual({ name: "sweep", fence: 1 });
    await expire();
    expect(await two.acquire("sweep", 60_000)).toEqual({ name: "sweep", fence: 2 });
    expect(await one.acquire("sweep", 60_000)).toBeUndefined();
  });

  it("are free when given back, and not by somebody who lost them", async () => {
    const { database, expire } = await open();
    const [one, two] = [createLeases(database), createLeases(database)];
    const late = await one.acquire("sweep", 60_000);
    await expire();
    const held = await two.acquire("sweep", 60_000);
    if (late === undefined || held === undefined) throw new Error("not acquired");
    await one.release(late);
    expect(await one.acquire("sweep", 60_000)).toBeUndefined();
    await two.release(held);
    expect(await one.acquire("sweep", 60_000)).toEqual({ name: "sweep", fence: 3 });
  });

  it("fence off a node that was paused while another took over", async () => {
    const { database, expire, work } = await open();
    const [paused, other] = [createLeases(database), createLeases(database)];
    const lease = await paused.acquire("keys", 1_000);
    if (lease === undefined) throw new Error("not acquired");
    await expire();
    const taken = await other.acquire("keys", 60_000);
    if (taken === undefined) throw new Error("not acquired");
    expect(await database.write([paused.fenceStep(lease), work])).toMatchObject({
      committed: false,
      failed: 0,
      reason: "row-count",
    });
    expect(await database.write([other.fenceStep(taken), work])).toMatchObject({ committed: true });
  });
});
