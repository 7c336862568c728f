// `latchkey backup` and `latchkey restore` as their users see them, with and without a server.

import { cp, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "./run-command.ts";
import { makeDirectory, startServer } from "./start-cli.ts";

const password = "a passphrase that is long enough";

let directory = "";
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, dispose } = await makeDirectory());
});
afterEach(() => dispose());

// Made once: a directory with one user, and a backup of it, with another user since.
let seed = "";
let disposeSeed: () => Promise<void>;
beforeAll(async () => {
  ({ path: seed, dispose: disposeSeed } = await makeDirectory());
  directory = seed;
  await createUser("a@clinic.example");
  await run("backup", "copy.db");
  await createUser("b@clinic.example");
});
afterAll(() => disposeSeed());

const run = (...args: readonly string[]): ReturnType<typeof runCommand> =>
  runCommand(args, { directory });
const path = (...names: readonly string[]): string => join(directory, ...names);

async function createUser(email: string): Promise<void> {
  const { code } = await runCommand(["users", "create", email], {
    directory,
    input: `${password}\n`,
  });
  expect(code).toBe(0);
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

  test("refuses where there is no database", async () => {
    const { code, stderr } = await run("backup", "copy.db");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^latchkey: config_invalid: /)]);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("latchkey restore", () => {
  beforeEach(() => cp(seed, directory, { recursive: true }));

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

  test.each<[string, () => Promise<void>, string, string]>([
    ["a damaged file", () => writeFile(path("copy.db"), "no"), "backup_unusable", "copy.db"],
    [
      "keys without a key-encryption key",
      () => rename(path(".latchkey-keys"), path("kept")),
      "key_encryption_key_missing",
      ".latchkey-keys",
    ],
  ])("refuses %s, and names it", async (_, spoil, code, name) => {
    await spoil();
    const { code: exitCode, stdout, stderr } = await run("restore", "copy.db");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(new RegExp(`^latchkey: ${code}: [^\n]*\n$`));
    expect(stderr).toContain(path(name));
  });
});
