import { join } from "node:path";
import type { LoginAnswer } from "@latchkey/protocol";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import {
  createLatchkey,
  createLogger,
  moveToPostgres,
  openPostgres,
  openSqlite,
} from "../src/index.ts";
import { movedTables, unmovedTables } from "../src/maintenance/move-tables.ts";
import { createPostgresDatabase } from "./engines/engines.ts";
import { createAdministrator, ISSUER, signUpAndLogIn, startServer } from "./test-server.ts";

async function emptyTarget(): Promise<string> {
  const { url, drop } = await createPostgresDatabase("bare");
  onTestFinished(drop);
  return url;
}

it("names every table that there is", async () => {
  const database = await openPostgres({ url: await emptyTarget() });
  onTestFinished(() => database.close());
  const rows = await database.read<{ name: string }>({
    compile: () =>
      sql<{ name: string }>`select tablename as name from pg_tables
        where schemaname = current_schema()`.compile(database.query),
  });
  const known = [...movedTables.map(({ name }) => name), ...unmovedTables];
  expect(rows.map(({ name }) => name).toSorted()).toEqual(known.toSorted());
});

it("carries everything over: sessions renew, tokens and what was taken back are as before", async () => {
  const server = await startServer();
  const data = join(server.directory, "data");
  const root = await createAdministrator(server);
  const ann = await signUpAndLogIn(server, "ann@example.com");
  const gone = await signUpAndLogIn(server, "ben@example.com");
  await server.send("/auth/logout", { json: { refresh_token: gone.refresh_token } });
  await server.latchkey.close();

  const url = await emptyTarget();
  const shown: number[] = [];
  const tables = await moveToPostgres({
    directory: data,
    url,
    now: Date.now(),
    onProgress: ({ done, total }) => shown.push(done / total),
  });
  expect(tables.find(({ table }) => table === "users")?.rows).toBe(3);
  expect(shown.at(-1)).toBe(1);

  const moved = createLatchkey({
    issuer: ISSUER,
    databaseUrl: url,
    keyEncryption: { directory: join(server.directory, "keys") },
    logger: createLogger({ level: "silent" }),
  });
  onTestFinished(() => moved.close());
  const send = async (path: string, init: RequestInit): Promise<Response> =>
    moved.fetch(new Request(`${ISSUER}${path}`, init), { address: "192.0.2.1" });
  const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
  expect((await send("/auth/me", bearer(ann.access_token))).status).toBe(200);
  expect((await send("/auth/admin/users", bearer(root.access_token))).status).toBe(200);
  expect((await send("/auth/me", bearer(gone.access_token))).status).toBe(401);
  const renewed = await send("/auth/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh_token: ann.refresh_token }),
  });
  expect(renewed.status).toBe(200);
  expect(((await renewed.json()) as LoginAnswer).access_token).not.toBe(ann.access_token);
  // The numbers of events go on behind those that came along.
  await moved.control(new Request(`${ISSUER}/auth/admin/keys/refresh`, { method: "POST" }));

  // The source is left for good.
  const source = createLatchkey({
    issuer: ISSUER,
    data,
    keyEncryption: { directory: join(server.directory, "keys") },
    logger: createLogger({ level: "silent" }),
  });
  onTestFinished(() => source.close());
  await expect(source.ready()).rejects.toMatchObject({ code: "database_moved" });
  // And what is there is not written over.
  await expect(moveToPostgres({ directory: data, url, now: 1 })).rejects.toMatchObject({
    code: "database_moved",
  });
});

it("goes on where it was interrupted, and until then no server runs on either", async () => {
  const server = await startServer();
  const data = join(server.directory, "data");
  await signUpAndLogIn(server, "ann@example.com");
  await expect(
    moveToPostgres({ directory: data, url: await emptyTarget(), now: 1 }),
  ).rejects.toMatchObject({ code: "data_directory_locked" });
  await server.latchkey.close();

  const url = await emptyTarget();
  let reports = 0;
  const interrupted = moveToPostgres({
    directory: data,
    url,
    now: Date.now(),
    onProgress: () => {
      reports += 1;
      if (reports === 3) throw new Error("pulled the plug");
    },
  });
  await expect(interrupted).rejects.toThrow("pulled the plug");
  const early = createLatchkey({
    issuer: ISSUER,
    databaseUrl: url,
    keyEncryption: { directory: join(server.directory, "keys") },
    logger: createLogger({ level: "silent" }),
  });
  onTestFinished(() => early.close());
  await expect(early.ready()).rejects.toMatchObject({ code: "database_moved" });

  const tables = await moveToPostgres({ directory: data, url, now: Date.now() });
  expect(tables.map(({ table }) => table)).toEqual(movedTables.map(({ name }) => name));
});

it("tells a target that differs in the end", async () => {
  const server = await startServer();
  const data = join(server.directory, "data");
  await signUpAndLogIn(server, "ann@example.com");
  await server.latchkey.close();
  const url = await emptyTarget();
  let isSpoilt = false;
  const spoil = async (): Promise<void> => {
    const database = await openPostgres({ url });
    await database.write([{ query: database.query.updateTable("users").set({ name: "Eve" }) }]);
    await database.close();
  };
  const first = moveToPostgres({
    directory: data,
    url,
    now: Date.now(),
    onProgress: ({ done, total }) => {
      if (done < total / 4 || isSpoilt) return;
      isSpoilt = true;
      throw new Error("stop here");
    },
  });
  await expect(first).rejects.toThrow("stop here");
  await spoil();
  await expect(moveToPostgres({ directory: data, url, now: Date.now() })).rejects.toMatchObject({
    code: "database_corrupt",
  });
  // The source was not given up for it.
  const source = await openSqlite({ directory: data });
  expect(await source.read(source.query.selectFrom("moving").selectAll())).toEqual([]);
  await source.close();
});
