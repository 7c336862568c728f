// A backup of a running server, and what a restore takes back: everything that was issued before.

import {
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Problem, RefreshAnswer } from "@latchkey/protocol";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type BackupState, restoreBackup, type RestoreResult } from "../src/index.ts";
import {
  createAdministrator,
  logIn,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "./test-server.ts";

async function backUp(server: TestServer, file: string, overwrite = false): Promise<BackupState> {
  const started = await server.control<BackupState>("/operator/backup", {
    json: { file, overwrite },
  });
  expect(started.status).toBe(202);
  for (;;) {
    const { body } = await server.control<BackupState>("/operator/backup");
    if (body.state !== "running") return body;
    await new Promise((done) => setTimeout(done, 10));
  }
}

const restore = (directory: string, file = join(directory, "copy.db")): Promise<RestoreResult> =>
  restoreBackup({
    file,
    directory: join(directory, "data"),
    keyEncryption: { directory: join(directory, "keys") },
    now: Date.now(),
  });

const feedPosition = (slice: string): string => {
  const claims = JSON.parse(
    Buffer.from(slice.split(".")[1] ?? "", "base64url").toString("utf8"),
  ) as { ledger: string; to: number };
  return `${claims.ledger}:${claims.to}`;
};

function handlesOf(token: string): readonly string[] {
  const claims: unknown = JSON.parse(
    Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"),
  );
  return (claims as { handles: readonly string[] }).handles;
}

describe("a backup of a running server", () => {
  it("is one moment, while writes go on, and nobody can ask for it over the public API", async () => {
    const server = await startServer();
    const { access_token: token } = await createAdministrator(server);
    const over = new AbortController();
    const writer = (async () => {
      for (let count = 0; !over.signal.aborted; count++) {
        await server.control("/auth/admin/roles", { json: { name: `role-${count}` } });
      }
    })();
    const file = join(server.directory, "copy.db");
    const done = await backUp(server, file);
    over.abort();
    await writer;
    expect(done).toMatchObject({ state: "done", file });
    const copy = new DatabaseSync(file, { readOnly: true });
    expect(copy.prepare("select email from users").all()).toEqual([{ email: "root@example.com" }]);
    expect(copy.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "delete" });
    copy.close();
    const inside = await readdir(server.directory);
    expect(inside.filter((name) => name.startsWith("copy.db"))).toEqual(["copy.db"]);

    for (const path of ["/operator/backup", "/auth/admin/backup", "/auth/admin/operator/backup"]) {
      const answer = await server.send(path, { token, json: { file, overwrite: true } });
      expect([path, answer.status]).toEqual([path, 404]);
    }
    const audit = new DatabaseSync(join(server.directory, "data", "latchkey.db"), {
      readOnly: true,
    });
    expect(
      audit.prepare("select actor_id from audit_events where kind = 'database.backed_up'").all(),
    ).toEqual([{ actor_id: "operator" }]);
    audit.close();
  });

  it("tells what stands in the way, and refuses what is no absolute path", async () => {
    const server = await startServer();
    expect((await server.control("/operator/backup")).status).toBe(404);
    const file = join(server.directory, "copy.db");
    expect(await backUp(server, file)).toMatchObject({ state: "done" });
    expect(await backUp(server, file)).toMatchObject({ state: "failed", code: "backup_refused" });
    expect(await backUp(server, file, true)).toMatchObject({ state: "done" });
    const inside = join(server.directory, "data", "latchkey.db");
    expect(await backUp(server, inside, true)).toMatchObject({
      state: "failed",
      code: "backup_refused",
    });
    const relative = await server.control<Problem>("/operator/backup", {
      json: { file: "copy.db", overwrite: false },
    });
    expect([relative.status, relative.body.code]).toEqual([400, "invalid_request"]);
    // Node closes no descriptor of the database behind SQLite's back: it is still locked.
    await expect(restore(server.directory)).rejects.toMatchObject({
      code: "data_directory_locked",
    });
  });
});

describe("a restore", () => {
  it("ends every session and takes back every token of before, also those of after the backup", async () => {
    const server = await startServer();
    const before = await signUpAndLogIn(server, "ann@example.com");
    const position = feedPosition((await server.send("/auth/revocations")).text);
    await backUp(server, join(server.directory, "copy.db"));
    // What the backup does not know: a session, and a user's handle that was taken back.
    const after = await logIn(server, "ann@example.com");
    await server.control(`/auth/admin/users/${after.user.id}/password`, {
      method: "PUT",
      json: { password: `${PASSWORD} again` },
    });
    await server.latchkey.close();

    const restored = await restore(server.directory);
    expect(restored).toMatchObject({ users: 1, sessionsEnded: 1, keysRetired: 2 });
    const again = await server.restart();
    for (const token of [before.access_token, after.access_token]) {
      const answer = await again.send<Problem>("/auth/me", { token });
      expect([answer.status, answer.headers.get("WWW-Authenticate")]).toEqual([
        401,
        expect.stringContaining('latchkey_reason="retired"'),
      ]);
    }
    const refresh = async (refresh_token: string | undefined): Promise<unknown> =>
      (await again.send<RefreshAnswer & Problem>("/auth/refresh", { json: { refresh_token } })).body
        .code;
    expect(await refresh(before.refresh_token)).toBe("session_ended");
    expect(await refresh(after.refresh_token)).toBe("refresh_token_invalid");

    // Guards notice, and start from nothing.
    const gone = await again.send<Problem>(`/auth/revocations?after=${position}`);
    expect([gone.status, gone.body.code]).toEqual([410, "feed_position_gone"]);
    const snapshot = feedPosition((await again.send("/auth/revocations")).text);
    expect(snapshot.split(":")[0]).not.toBe(position.split(":")[0]);
    expect(snapshot.split(":")[1]).toBe("2");

    // The password of then works, and its tokens share no name with those of before: a guard that
    // remembers the user's handle of before as retired takes the new one.
    const fresh = await logIn(again, "ann@example.com");
    expect((await again.send("/auth/me", { token: fresh.access_token })).status).toBe(200);
    const known = new Set([...handlesOf(before.access_token), ...handlesOf(after.access_token)]);
    expect(handlesOf(fresh.access_token).filter((handle) => known.has(handle))).toEqual([]);
  });

  it("takes back what was signed between two restores of the same backup", async () => {
    const server = await startServer();
    await signUpAndLogIn(server, "ann@example.com");
    await backUp(server, join(server.directory, "copy.db"));
    await server.latchkey.close();
    await restore(server.directory);
    const between = await server.restart();
    const { access_token: token } = await logIn(between, "ann@example.com");
    await between.latchkey.close();
    await restore(server.directory);
    const last = await server.restart();
    expect((await last.send("/auth/me", { token })).status).toBe(401);
  });

  it("gives a new handle to everything that owns one", async () => {
    const server = await startServer();
    await createAdministrator(server);
    await backUp(server, join(server.directory, "copy.db"));
    await server.latchkey.close();
    const file = join(server.directory, "data", "latchkey.db");
    seedClient(file);
    await copyFile(file, join(server.directory, "copy.db"));
    const before = handlesByTable(file);
    expect(Object.keys(before).sort()).toEqual(["clients", "roles", "users"]);
    await restore(server.directory);
    const after = handlesByTable(file);
    for (const [table, handles] of Object.entries(before)) {
      expect([table, handles.length]).toEqual([table, after[table]?.length]);
      expect(handles.length).toBeGreaterThan(0);
      expect(after[table]?.filter((handle) => handles.includes(handle))).toEqual([]);
    }
  });

  it("makes spent one-time links no good again", async () => {
    const server = await startServer({ requireVerifiedEmail: true });
    const link = server.setupLink;
    expect(link).toMatch(/\?code=/);
    await server.send("/auth/signup", { json: { email: "ann@example.com", password: PASSWORD } });
    const count = (path: string, table: string) => {
      const file = new DatabaseSync(path, { readOnly: true });
      const row = file.prepare(`select count(*) as count from ${table}`).get();
      file.close();
      return row?.["count"];
    };
    const copy = join(server.directory, "copy.db");
    await backUp(server, copy);
    await server.latchkey.close();
    await restore(server.directory);
    const restored = join(server.directory, "data", "latchkey.db");
    for (const table of ["one_time_codes", "codes", "sign_ups"]) {
      expect([table, count(copy, table), count(restored, table)]).toEqual([table, 1, 0]);
    }
  });
});

describe("a restore that cannot be", () => {
  let source: string;
  beforeAll(async () => {
    source = await mkdtemp(join(tmpdir(), "latchkey-restore-"));
    const { createLatchkey, createLogger } = await import("../src/index.ts");
    const latchkey = createLatchkey({
      issuer: "http://localhost:4000",
      data: join(source, "data"),
      keyEncryption: { directory: join(source, "keys") },
      logger: createLogger({ destination: { write: () => undefined } }),
    });
    await latchkey.ready();
    await latchkey.close();
    await copyFile(join(source, "data", "latchkey.db"), join(source, "copy.db"));
  });
  afterAll(() => rm(source, { recursive: true }));

  it.each<[string, (directory: string) => Promise<void>, string]>([
    ["a missing file", (directory) => rm(join(directory, "copy.db")), "backup_unusable"],
    ["no database", (directory) => write(directory, "x".repeat(9000)), "backup_unusable"],
    ["an empty file", (directory) => write(directory, ""), "backup_unusable"],
    ["a cut file", cut, "backup_unusable"],
    ["damaged pages", damage, "backup_unusable"],
    ["another application's database", replaceByNotes, "backup_unusable"],
    ["a database that is new", (directory) => empty(directory), "backup_unusable"],
    ["a database of a newer version", makeNewer, "database_newer"],
    [
      "a copy of a live database",
      (directory) => writeFile(join(directory, "copy.db-wal"), "frames not merged yet"),
      "backup_unusable",
    ],
    [
      "keys that no key at hand opens",
      async (directory) => {
        const other = await startServer();
        await rm(join(directory, "keys"), { recursive: true });
        await cp(join(other.directory, "keys"), join(directory, "keys"), { recursive: true });
      },
      "key_encryption_key_wrong",
    ],
    [
      "keys without a key-encryption key",
      (directory) => rename(join(directory, "keys"), join(directory, "kept")),
      "key_encryption_key_missing",
    ],
  ])("is refused, and nothing is touched: %s", async (_, spoil, code) => {
    const directory = await mkdtemp(join(tmpdir(), "latchkey-restore-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    await cp(source, directory, { recursive: true });
    const database = join(directory, "data", "latchkey.db");
    const was = await readFile(database);
    await spoil(directory);
    await expect(restore(directory)).rejects.toMatchObject({ code });
    expect(await readFile(database)).toEqual(was);
    expect((await readdir(join(directory, "data"))).sort()).toEqual(["latchkey.db", "lock.db"]);
  });

  it("is refused when the file is the database itself", async () => {
    await expect(restore(source, join(source, "data", "latchkey.db"))).rejects.toMatchObject({
      code: "backup_unusable",
    });
  });

  it("clears what a killed restore left behind", async () => {
    await mkdir(join(source, "data", "restoring-0123456789ab"));
    await writeFile(join(source, "data", "restoring-0123456789ab", "latchkey.db"), "half");
    const { replaced } = await restore(source);
    const names = await readdir(join(source, "data"));
    expect(names.filter((name) => name.startsWith("restoring-"))).toEqual([]);
    expect(await readdir(replaced ?? "")).toEqual(["latchkey.db"]);
  });
});

// What owns a handle, read from the schema: a table that is added must be restored as the others.
function handlesByTable(file: string): Readonly<Record<string, readonly string[]>> {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database
    .prepare(
      `select m.name from sqlite_schema m join pragma_table_info(m.name) c
        where m.type = 'table' and c.name = 'handle' and m.name != 'ledger'`,
    )
    .all()
    .map(({ name }) => String(name));
  const entries = tables.map((table) => [
    table,
    database
      .prepare(`select handle from ${table}`)
      .all()
      .map(({ handle }) => String(handle)),
  ]);
  database.close();
  return Object.fromEntries(entries) as Record<string, readonly string[]>;
}

function seedClient(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(
    `insert into clients
      (id, kind, name, secret_hash, handle, audience, created_at, secret_changed_at)
      values ('client', 'service', 'Billing', zeroblob(32), 'AAAAAAAAAAAAAAAAAAAAAA',
        'https://api.example', 1, 1)`,
  );
  database.close();
}

const write = (directory: string, content: string): Promise<void> =>
  writeFile(join(directory, "copy.db"), content);

async function cut(directory: string): Promise<void> {
  const handle = await open(join(directory, "copy.db"), "r+");
  await handle.truncate(40_000);
  await handle.close();
}

async function damage(directory: string): Promise<void> {
  const handle = await open(join(directory, "copy.db"), "r+");
  const { size } = await handle.stat();
  for (let page = 2; page * 4096 < size; page += 3) {
    await handle.write(Buffer.alloc(64, 0xa5), 0, 64, page * 4096);
  }
  await handle.close();
}

async function replaceByNotes(directory: string): Promise<void> {
  await rm(join(directory, "copy.db"));
  const database = new DatabaseSync(join(directory, "copy.db"));
  database.exec("create table notes (body text) strict");
  database.close();
}

async function empty(directory: string): Promise<void> {
  const database = new DatabaseSync(join(directory, "copy.db"));
  database.exec("delete from keys");
  database.close();
}

async function makeNewer(directory: string): Promise<void> {
  const database = new DatabaseSync(join(directory, "copy.db"));
  database.exec("insert into migrations values (9999, 'from the future', 0)");
  database.close();
}
