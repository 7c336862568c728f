// What only PostgreSQL has to show: many nodes, connections that break, limits of a pool, roles. What
// every engine must do is in storage/conformance.

import { once } from "node:events";
import { connect, createServer } from "node:net";
import { sql } from "kysely";
import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { startCountingProxy } from "../../../test/engines/counting-proxy.ts";
import { createPostgresDatabase, runOn } from "../../../test/engines/engines.ts";
import { openLedger } from "../../revocation/ledger.ts";
import { readLedger } from "../../revocation/read-ledger.ts";
import type { Database, Step } from "../database.ts";
import { migrations } from "../migrations/migrations.ts";
import { writeAll } from "../write.ts";
import { inspectPostgres, openPostgres, type PostgresOptions } from "./open-postgres.ts";

async function createUrl(kind: "copy" | "bare" = "copy"): Promise<string> {
  const { url, drop } = await createPostgresDatabase(kind);
  onTestFinished(drop);
  return url;
}

async function open(options: PostgresOptions): Promise<Database> {
  const database = await openPostgres(options);
  onTestFinished(() => database.close());
  return database;
}

/** Another session of the same database, which can hold locks. */
async function openSession(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const event = (database: Database, id: string): Step => ({
  query: database.query
    .insertInto("audit_events")
    .values({ id, at: 1, kind: "k", outcome: "success", detail: "{}" }),
  expect: 1,
});

const eventIds = async (database: Database): Promise<readonly string[]> => {
  const rows = await database.read(
    database.query.selectFrom("audit_events").select("id").orderBy("id"),
  );
  return rows.map(({ id }) => id);
};

function query<Row>(database: Database, raw: ReturnType<typeof sql<Row>>) {
  return { compile: () => raw.compile(database.query) };
}

describe("what a transaction sees", () => {
  it("is what was committed before each statement, whatever the server's default is", async () => {
    const url = await createUrl();
    const session = await openSession(url);
    const name = new URL(url).pathname.slice(1);
    await session.query(
      `alter database "${name}" set default_transaction_isolation = 'repeatable read'`,
    );
    const database = await open({ url });
    const level = sql<{ level: string }>`select current_setting('transaction_isolation') as level`;
    expect(await database.read(query(database, level))).toEqual([{ level: "read committed" }]);
  });
});

describe("migrations", () => {
  it("are run once by many nodes that start at once", async () => {
    const url = await createUrl("bare");
    await Promise.all(Array.from({ length: 5 }, () => open({ url, limits: { size: 1 } })));
    const { last, missing, applied } = await inspectPostgres({ url });
    expect([last, missing, applied.length]).toEqual([migrations.length, [], migrations.length]);
  });

  it("of a newer version are refused, and missing ones where they may not be run", async () => {
    const url = await createUrl();
    const last = migrations.length;
    await expect(openPostgres({ url, migrations: migrations.slice(0, -1) })).rejects.toMatchObject({
      code: "database_newer",
    });
    const next = { number: last + 1, name: "next", sqlite: [], postgres: ["select 1"] };
    await expect(
      openPostgres({ url, migrations: [...migrations, next], migrate: "refuse" }),
    ).rejects.toMatchObject({ code: "database_outdated" });
    expect((await inspectPostgres({ url })).last).toBe(last);
  });

  it("that fail leave nothing behind", async () => {
    const url = await createUrl();
    const broken = {
      number: migrations.length + 1,
      name: "broken",
      sqlite: [],
      postgres: ["create table half (id integer)", "create nonsense"],
    };
    await expect(openPostgres({ url, migrations: [...migrations, broken] })).rejects.toMatchObject({
      name: "DatabaseError",
    });
    const database = await open({ url });
    const rows = await database.read<{ half: string | null }>(
      query(database, sql<{ half: string | null }>`select to_regclass('half')::text as half`),
    );
    expect(rows).toEqual([{ half: null }]);
  });

  it("may run under a node of the version before, whose statements are prepared", async () => {
    const url = await createUrl();
    const database = await open({ url, limits: { size: 2 } });
    const all = (): Promise<unknown> =>
      database.read(database.query.selectFrom("leases").selectAll());
    await Promise.all([all(), all()]);
    await runOn(url, "alter table leases add column more text");
    expect(await Promise.all([all(), all(), all()])).toEqual([[], [], []]);
  });
});

describe("prepared statements", () => {
  it("that a pooler has lost are done without", async () => {
    const database = await open({ url: await createUrl(), limits: { size: 1 } });
    await writeAll(database, [event(database, "a")]);
    await eventIds(database);
    // What another client of the same pooler's connection finds: none of its own.
    await database.write([{ query: query(database, sql`deallocate all`) }]);
    await writeAll(database, [event(database, "b"), event(database, "c")]);
    expect(await eventIds(database)).toEqual(["a", "b", "c"]);
    await database.write([{ query: query(database, sql`deallocate all`) }]);
    expect(await eventIds(database)).toEqual(["a", "b", "c"]);
  });

  it("that were lost do not lose a write that is under way while the store is closed", async () => {
    const url = await createUrl();
    const database = await open({ url, limits: { size: 1 } });
    await writeAll(database, [event(database, "a")]);
    await database.write([{ query: query(database, sql`deallocate all`) }]);
    const [outcome] = await Promise.all([database.write([event(database, "b")]), database.close()]);
    expect(outcome.committed).toBe(true);
    expect(await eventIds(await open({ url }))).toEqual(["a", "b"]);
  });
});

describe("a role that may only read and write", () => {
  it("runs a node, and cannot change the schema", async () => {
    const url = await createUrl();
    const name = new URL(url).pathname.slice(1);
    const role = `${name}_rw`;
    // As docs/postgres.md says it.
    for (const statement of [
      `create role ${role} login password 'rw'`,
      `grant connect on database ${name} to ${role}`,
      `grant usage on schema public to ${role}`,
      `grant select, insert, update, delete on all tables in schema public to ${role}`,
      `revoke insert, update, delete on table migrations from ${role}`,
      `grant usage, select on all sequences in schema public to ${role}`,
    ]) {
      await runOn(url, statement);
    }
    onTestFinished(async () => {
      await runOn(url, `drop owned by ${role}`);
      await runOn(url, `drop role ${role}`);
    });
    const limited = new URL(url);
    [limited.username, limited.password] = [role, "rw"];
    const database = await open({ url: limited.href });
    await writeAll(database, [event(database, "a")]);
    const next = {
      number: migrations.length + 1,
      name: "next",
      sqlite: [],
      postgres: ["create table more (id integer)"],
    };
    await expect(
      openPostgres({ url: limited.href, migrations: [...migrations, next] }),
    ).rejects.toMatchObject({ code: "database_outdated" });
  });

  it("finds its tables in a schema with any name", async () => {
    const url = await createUrl("bare");
    await runOn(url, `create schema "Auth of ""us"""`);
    const schema = 'Auth of "us"';
    const database = await open({ url, schema });
    await writeAll(database, [event(database, "a")]);
    const again = await open({ url, schema });
    expect(await eventIds(again)).toEqual(["a"]);
    await expect(openPostgres({ url, schema: "elsewhere" })).rejects.toMatchObject({
      code: "database_unavailable",
    });
  });
});

describe("connections", () => {
  it("that are lost cost a read nothing, and a write at most an error", async () => {
    const proxy = await startCountingProxy(await createUrl());
    const database = await open({ url: proxy.url, limits: { size: 2 } });
    await writeAll(database, [event(database, "a")]);
    proxy.cut();
    expect(await eventIds(database)).toEqual(["a"]);
    await writeAll(database, [event(database, "b")]);
    expect(await eventIds(database)).toEqual(["a", "b"]);
  });

  it("are waited for while the server starts, and not for what waiting cannot mend", async () => {
    const target = new URL(await createUrl());
    // A port that is free: the server is not there yet.
    const late = createServer((socket) => {
      const upstream = connect(Number(target.port), target.hostname);
      socket.pipe(upstream).pipe(socket);
      for (const end of [socket, upstream]) {
        end.on("error", () => undefined);
        end.on("close", () => {
          socket.destroy();
          upstream.destroy();
        });
      }
    });
    late.listen(0, "127.0.0.1");
    await once(late, "listening");
    const address = late.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    late.close();
    await once(late, "close");
    const url = new URL(target);
    url.port = String(port);
    const database = await openPostgres({
      url: url.href,
      limits: { size: 1 },
      waiting: {
        signal: new AbortController().signal,
        onWait: () => {
          late.listen(port, "127.0.0.1");
        },
      },
    });
    expect(await eventIds(database)).toEqual([]);
    await database.close();
    late.close();

    const wrong = new URL(target);
    wrong.password = "wrong";
    const onWait = (): never => {
      throw new Error("waited");
    };
    const waiting = { signal: new AbortController().signal, onWait };
    await expect(openPostgres({ url: wrong.href, waiting })).rejects.toMatchObject({
      code: "database_unavailable",
    });
    // The password is in no message.
    await expect(openPostgres({ url: wrong.href, waiting })).rejects.not.toThrow("wrong");
  });

  it("are few: who waits too long, or behind too many, is refused before anything is sent", async () => {
    const url = await createUrl();
    const database = await open({ url, limits: { size: 1, waiting: 3, patience: 1_000 } });
    const session = await openSession(url);
    await session.query("begin");
    await session.query("lock table audit_events");
    const first = database.write([event(database, "a")]);
    const behind = [1, 2, 3, 4].map((index) => database.write([event(database, `b${index}`)]));
    const outcomes = await Promise.allSettled(behind);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(Array(4).fill("rejected"));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ reason: { code: "overloaded" } });
    }
    await session.query("rollback");
    expect(await first).toMatchObject({ committed: true });
    expect(await eventIds(database)).toEqual(["a"]);
  });

  it("are given up when the server does not answer, and others go on", async () => {
    const url = await createUrl();
    const database = await open({ url, limits: { size: 2, timeout: 300 } });
    const session = await openSession(url);
    await session.query("begin");
    await session.query("lock table audit_events");
    await expect(database.write([event(database, "a")])).rejects.toMatchObject({
      code: "database_unavailable",
    });
    expect(await database.read(database.query.selectFrom("users").selectAll())).toEqual([]);
    await session.query("rollback");
  });
});

describe("transactions", () => {
  it("are one round trip each, however many steps they have", async () => {
    const proxy = await startCountingProxy(await createUrl());
    const database = await open({ url: proxy.url, limits: { size: 1 } });
    const steps = ["a", "b", "c"].map((id) => event(database, id));
    await eventIds(database);
    proxy.takeRoundTrips();
    await writeAll(database, steps);
    expect(proxy.takeRoundTrips()).toBe(1);
    await eventIds(database);
    expect(proxy.takeRoundTrips()).toBe(1);
  });

  it("that wait for each other are repeated", async () => {
    const database = await open({ url: await createUrl() });
    const names = ["a", "b"];
    await writeAll(
      database,
      names.map((name) => ({
        query: database.query
          .insertInto("leases")
          .values({ name, holder: "", fence: 0, expires_at: 0 }),
      })),
    );
    const raise = (name: string): Step => ({
      query: database.query
        .updateTable("leases")
        .set({ fence: sql<number>`fence + 1` })
        .where("name", "=", name),
      expect: 1,
    });
    // In both orders at once: PostgreSQL ends one of two that wait in a circle.
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        writeAll(database, (index % 2 === 0 ? names : names.toReversed()).map(raise)),
      ),
    );
    const rows = await database.read(database.query.selectFrom("leases").select("fence"));
    expect(rows).toEqual([{ fence: 8 }, { fence: 8 }]);
  });

  it("run alone where they say so, on any node", async () => {
    const url = await createUrl();
    const nodes = await Promise.all([1, 2, 3].map(() => open({ url, limits: { size: 4 } })));
    // Each sees how many there are and adds one while there are fewer than three.
    const join = (database: Database, index: number): Step => ({
      query: query(
        database,
        sql`insert into spent_tokens (jti, expires_at) select ${`t${index}`}, 0
          where (select count(*) from spent_tokens) < 3`,
      ),
      alone: "room",
    });
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const database = nodes[index % nodes.length] as Database;
        return writeAll(database, [join(database, index)]);
      }),
    );
    const [row] = await (nodes[0] as Database).read<{ count: number }>(
      query(
        nodes[0] as Database,
        sql<{ count: number }>`select count(*) as count from spent_tokens`,
      ),
    );
    expect(row?.count).toBe(3);
  });
});

describe("the ledger", () => {
  const handles = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `handle-${index}`.padEnd(22, "A"));

  it("shows entries in sequence, though transactions commit out of order", async () => {
    const url = await createUrl();
    const [one, two] = await Promise.all([1, 2].map(() => open({ url, limits: { size: 4 } })));
    if (one === undefined || two === undefined) throw new Error("not open");
    const ledgers = [await openLedger({ database: one }), await openLedger({ database: two })];
    const session = await openSession(url);
    await session.query("begin");
    await session.query("update users set name = name");
    // The first write has begun first and waits for another lock before it reaches the ledger.
    await session.query("lock table audit_events");
    const [slow = "", quick = ""] = handles(2);
    const first = one.write([
      event(one, "slow"),
      ...(ledgers[0]?.retire([slow], 2_000_000_000) ?? []),
    ]);
    await writeAll(two, ledgers[1]?.retire([quick], 2_000_000_000) ?? []);
    const range = { ledgerId: ledgers[0]?.id ?? "", after: 0 };
    // A follower reads up to 1 now; the late one must come behind it.
    expect(await readLedger(two, range)).toMatchObject({ to: 1, more: false });
    await session.query("rollback");
    expect(await first).toMatchObject({ committed: true });
    expect(await readLedger(two, { ...range, after: 1 })).toMatchObject({ to: 2, more: false });
  });

  it("is never read with a gap while many nodes write", async () => {
    const url = await createUrl();
    const nodes = await Promise.all([1, 2, 3].map(() => open({ url, limits: { size: 4 } })));
    const ledgers = await Promise.all(nodes.map((database) => openLedger({ database })));
    const reader = await open({ url, limits: { size: 1 } });
    const names = handles(60);
    const writes = Promise.all(
      names.map((handle, index) => {
        const place = index % nodes.length;
        const ledger = ledgers[place];
        if (ledger === undefined) throw new Error("no ledger");
        return writeAll(nodes[place] as Database, ledger.retire([handle], 2_000_000_000));
      }),
    );
    let at = 0;
    do {
      const stretch = await readLedger(reader, { ledgerId: ledgers[0]?.id ?? "", after: at });
      if (stretch === undefined) throw new Error("the position is gone");
      expect(stretch.entries).toHaveLength(stretch.to - at);
      at = stretch.to;
    } while (at < names.length);
    await writes;
    expect(at).toBe(names.length);
  });

  it("is announced to other nodes on a connection of its own, also after that was lost", async () => {
    const url = await createUrl();
    const proxy = await startCountingProxy(url);
    const teller = await open({ url, listenUrl: url, limits: { size: 2 } });
    const ledger = await openLedger({ database: teller });
    const [one = "", two = ""] = handles(2);
    const hearer = await open({ url, listenUrl: proxy.url, limits: { size: 2 } });
    const heard = (): Promise<void> =>
      new Promise((resolve) => {
        const stop = hearer.onNews?.(() => {
          stop?.();
          resolve();
        });
      });
    // Told once when it has begun to listen: from then on nothing is missed. Waited for in the turn in
    // which it began.
    await heard();
    const first = heard();
    await writeAll(teller, ledger.retire([one], 2_000_000_000));
    await first;
    const back = heard();
    proxy.cut();
    await back;
    const second = heard();
    await writeAll(teller, ledger.retire([two], 2_000_000_000));
    await second;
    expect(await ledger.readHead()).toMatchObject({ number: 2 });
  });
});
