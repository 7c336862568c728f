// `latchkey backup` and `latchkey restore` as their users see them, with and without a server.

import { copyFile, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDirectory, runCli, startServer } from "./start-cli.ts";

const password = "a passphrase that is long enough";

let directory = "";
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, dispose } = await makeDirectory());
});
afterEach(() => dispose());

const run = (...args: readonly string[]): ReturnType<typeof runCli> => runCli(args, { directory });
const path = (...names: readonly string[]): string => join(directory, ...names);

async function createUser(email: string): Promise<void> {
  const { code, stderr } = await runCli(["users", "create", email], {
    directory,
    input: `${password}\n`,
  });
  expect([code, stderr]).toEqual([0, ""]);
}

async function listUsers(): Promise<readonly string[]> {
  const { stdout } = await run("users", "list", "--json");
  const page = JSON.parse(stdout) as { items: { email: string }[] };
  return page.items.map(({ email }) => email).sort();
}

describe("latchkey backup", () => {
  test("copies through a running server, and refuses to replace a file", async () => {
    await createUser("a@clinic.example");
    const server = await startServer([], { directory });
    const first = await run("backup", "copy.db");
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toContain(`Wrote ${path("copy.db")} (`);
    expect(first.stdout).toContain(`Keep a copy of ${path(".latchkey-keys")} in another place`);
    expect((await stat(path("copy.db"))).mode & 0o777).toBe(0o600);
    // The database is the server's alone; what is under /operator is not on its public side.
    expect((await fetch(`${server.url}/operator/backup`)).status).toBe(404);

    const again = await run("backup", "copy.db");
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/^latchkey: backup_refused: .*copy\.db exists.*--force\.\n$/);
    const forced = await run("backup", "copy.db", "--force", "--json");
    expect(JSON.parse(forced.stdout)).toMatchObject({
      file: path("copy.db"),
      bytes: (await stat(path("copy.db"))).size,
    });
    expect(await server.stop()).toBe(0);
    // Nothing half-made stays behind, and the copy has everything.
    expect((await readdir(directory)).sort()).toEqual([".latchkey", ".latchkey-keys", "copy.db"]);
    const copy = new DatabaseSync(path("copy.db"), { readOnly: true });
    expect(copy.prepare("select email from users").all()).toEqual([{ email: "a@clinic.example" }]);
    copy.close();
  });

  test.each([
    ["in the data directory", [".latchkey", "copy.db"], "is in the data directory itself"],
    ["over the database", [".latchkey", "latchkey.db"], "is in the data directory itself"],
    ["into no directory", ["missing", "copy.db"], "there is no directory"],
    ["over a directory", [".latchkey-keys"], "exists"],
  ])("refuses to write %s", async (_, names, why) => {
    await createUser("a@clinic.example");
    const { code, stderr } = await run("backup", path(...names), "--force");
    expect(code).toBe(1);
    expect(stderr).toContain("latchkey: backup_refused: ");
    expect(stderr).toContain(why);
    expect(await listUsers()).toEqual(["a@clinic.example"]);
  });

  test("refuses where there is no database", async () => {
    const { code, stderr } = await run("backup", "copy.db");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^latchkey: config_invalid: /)]);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("latchkey restore", () => {
  beforeEach(async () => {
    await createUser("a@clinic.example");
    await run("backup", "copy.db");
    await createUser("b@clinic.example");
  });

  test("brings the backup back, keeps what was there, and can be taken back itself", async () => {
    const { code, stdout, stderr } = await run("restore", "copy.db", "--json");
    expect([code, stderr]).toEqual([0, ""]);
    const answer = JSON.parse(stdout) as { replaced: string; users: number };
    expect(answer).toMatchObject({ users: 1, sessions_ended: 0, signing_keys_retired: 2 });
    expect(await listUsers()).toEqual(["a@clinic.example"]);

    const back = await run("restore", join(answer.replaced, "latchkey.db"));
    expect([back.code, back.stderr]).toEqual([0, ""]);
    expect(back.stdout).toContain("Everybody signs in again");
    expect(await listUsers()).toEqual(["a@clinic.example", "b@clinic.example"]);
  });

  test("makes a data directory where there is none", async () => {
    await rm(path(".latchkey"), { recursive: true });
    const { code, stdout } = await run("restore", "copy.db");
    expect(code).toBe(0);
    expect(stdout).toContain("There was no database before.");
    expect(await listUsers()).toEqual(["a@clinic.example"]);
  });

  test("replaces a database that is damaged beyond opening", async () => {
    await writeFile(path(".latchkey", "latchkey.db"), "no database at all ".repeat(500));
    expect((await run("users", "list")).stderr).toContain("database_corrupt");
    expect((await run("restore", "copy.db")).code).toBe(0);
    expect(await listUsers()).toEqual(["a@clinic.example"]);
  });

  test("refuses while a server runs", async () => {
    const server = await startServer([], { directory });
    const { code, stderr } = await run("restore", "copy.db");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^latchkey: data_directory_locked: /),
    ]);
    await server.stop();
    expect(await listUsers()).toEqual(["a@clinic.example", "b@clinic.example"]);
  });

  test.each<[string, () => Promise<void>, string]>([
    ["a file that is missing", () => rm(path("copy.db")), "backup_unusable"],
    ["no database", () => writeFile(path("copy.db"), "x".repeat(9000)), "backup_unusable"],
    ["an empty file", () => writeFile(path("copy.db"), ""), "backup_unusable"],
    ["a cut file", () => cutFile(path("copy.db")), "backup_unusable"],
    ["a damaged page", () => damage(path("copy.db")), "backup_unusable"],
    ["another application's database", () => foreignDatabase(path("copy.db")), "backup_unusable"],
    ["a database of a newer version", () => newerDatabase(path("copy.db")), "database_newer"],
    [
      "a live database, copied without its log",
      async () => {
        await copyFile(path(".latchkey", "latchkey.db"), path("copy.db"));
        await writeFile(path("copy.db-wal"), "frames that were not merged yet");
      },
      "backup_unusable",
    ],
    [
      "keys that another key-encryption key sealed",
      async () => {
        await rename(path(".latchkey-keys"), path("right-keys"));
        await mkdir(path("elsewhere"));
        await runCli(["users", "create", "c@clinic.example"], {
          directory: path("elsewhere"),
          input: `${password}\n`,
        });
        await rename(path("elsewhere", ".latchkey-keys"), path(".latchkey-keys"));
      },
      "key_encryption_key_wrong",
    ],
    [
      "no key-encryption key at hand",
      () => rename(path(".latchkey-keys"), path("right-keys")),
      "key_encryption_key_missing",
    ],
  ])("refuses %s and touches nothing", async (_, spoil, code) => {
    await spoil();
    const transcript = await run("restore", "copy.db");
    expect([transcript.code, transcript.stderr]).toEqual([
      1,
      expect.stringMatching(new RegExp(`^latchkey: ${code}: `)),
    ]);
    expect((await readdir(path(".latchkey"))).sort()).toEqual(["latchkey.db", "lock.db"]);
    const names = await readdir(directory);
    if (names.includes("right-keys")) {
      await rm(path(".latchkey-keys"), { recursive: true, force: true });
      await rename(path("right-keys"), path(".latchkey-keys"));
    }
    expect(await listUsers()).toEqual(["a@clinic.example", "b@clinic.example"]);
  });
});

async function cutFile(file: string): Promise<void> {
  const handle = await open(file, "r+");
  await handle.truncate(40_000);
  await handle.close();
}

async function damage(file: string): Promise<void> {
  const handle = await open(file, "r+");
  const { size } = await handle.stat();
  for (let page = 2; page * 4096 < size; page += 3) {
    await handle.write(Buffer.alloc(64, 0xa5), 0, 64, page * 4096);
  }
  await handle.close();
}

async function foreignDatabase(file: string): Promise<void> {
  await rm(file);
  const database = new DatabaseSync(file);
  database.exec("create table notes (body text) strict");
  database.close();
}

async function newerDatabase(file: string): Promise<void> {
  const database = new DatabaseSync(file);
  database.exec("insert into migrations values (9999, 'from the future', 0)");
  database.close();
}
