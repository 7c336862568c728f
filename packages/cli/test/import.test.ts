// `latchkey users import` as its users see it, with and without a server.

import { argon2Sync, pbkdf2Sync, scryptSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runCommand } from "./run-command.ts";
import { makeDirectory, type RunningServer, startServer } from "./start-cli.ts";

const PASSWORD = "a short walk by the river";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let directory = "";
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, dispose } = await makeDirectory());
});
afterEach(() => dispose());

const salt = Buffer.from("0123456789abcdef");
const encode = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
const hashes = {
  argon2i: `$argon2i$v=19$m=64,t=3,p=1$${encode(salt)}$${encode(
    argon2Sync("argon2i", {
      message: PASSWORD,
      nonce: salt,
      memory: 64,
      passes: 3,
      parallelism: 1,
      tagLength: 32,
    }),
  )}`,
  scrypt: `$scrypt$ln=10,r=8,p=1$${encode(salt)}$${encode(
    scryptSync(PASSWORD, salt, 32, { N: 1024, r: 8, p: 1 }),
  )}`,
  pbkdf2: `pbkdf2_sha256$1000$0123456789abcdef$${pbkdf2Sync(PASSWORD, salt, 1000, 32, "sha256").toString("base64")}`,
};

const run = (...args: readonly string[]): ReturnType<typeof runCommand> =>
  runCommand(args, { directory });

const write = (lines: readonly (object | string)[]): Promise<void> =>
  writeFile(
    join(directory, "users.jsonl"),
    lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"),
  );

const login = async (server: RunningServer, email: string): Promise<number> => {
  const response = await fetch(`${server.url}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  await response.body?.cancel();
  return response.status;
};

const file = [
  ...Object.entries(hashes).map(([name, password_hash]) => ({
    email: `${name}@example.com`,
    email_verified: true,
    password_hash,
  })),
  "not json",
  { email: "argon2i@example.com" },
];

describe("latchkey users import", () => {
  test("through a running server: dry run, import, the same file again", async () => {
    const server = await startServer([], { directory });
    await write(file);
    const refusals = "line 4: line_not_json\nline 5: email_taken\n";
    expect(await run("users", "import", "users.jsonl", "--dry-run")).toEqual({
      code: 1,
      stdout: `${refusals}3 would be imported, 2 refused, 5 lines.\n`,
      stderr: "",
    });
    expect(await login(server, "scrypt@example.com")).toBe(401);
    expect(await run("users", "import", "users.jsonl")).toEqual({
      code: 1,
      stdout: `${refusals}3 imported, 2 refused, 5 lines.\n`,
      stderr: "",
    });
    for (const name of Object.keys(hashes)) {
      expect(await login(server, `${name}@example.com`)).toBe(200);
    }
    expect(await run("users", "import", "users.jsonl")).toEqual({
      code: 0,
      stdout:
        "Went on behind line 5, where an earlier run stopped.\n0 imported, 0 refused, 5 lines.\n",
      stderr: "",
    });
  });

  test("without a server, more lines than a batch, as JSON", async () => {
    await write([
      ...Array.from({ length: 230 }, (_, n) => ({ email: `user${n}@example.com` })),
      { email: "user7@example.com" },
      `{"email":"${"x".repeat(20_000)}"}`,
    ]);
    const { code, stdout, stderr } = await run("users", "import", "users.jsonl", "--json");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { event: "refused", line: 231, code: "email_taken" },
      { event: "refused", line: 232, code: "line_too_long" },
      {
        event: "done",
        imported: 230,
        refused: 2,
        lines: 232,
        resumed_after: 0,
        dry_run: false,
      },
    ]);
    const listed = await run("users", "list", "--all", "--json");
    const pages = listed.stdout
      .trim()
      .split("\n")
      .map((page) => JSON.parse(page) as { items: unknown[] });
    expect(pages.flatMap(({ items }) => items)).toHaveLength(230);
  });

  test("a file that is not there is named", async () => {
    const { code, stdout, stderr } = await run("users", "import", "nothing.jsonl");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("nothing.jsonl");
  });
});
