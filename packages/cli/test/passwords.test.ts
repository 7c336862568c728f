// Passwords as an operator sets them up: the pepper's file, and what is said when it is wrong.

import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runCommand } from "./run-command.ts";
import { makeDirectory, startServer } from "./start-cli.ts";

const PASSWORD = "a short walk by the river";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let directory = "";
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, dispose } = await makeDirectory());
});
afterEach(() => dispose());

const run = (args: readonly string[], input?: string) =>
  runCommand(args, { directory, ...(input === undefined ? {} : { input }) });
const writePepper = (value: unknown): Promise<void> =>
  writeFile(join(directory, "pepper.json"), JSON.stringify(value));
const key = randomBytes(32).toString("base64url");

test("a pepper goes into hashes, and a server without it says which one is missing", async () => {
  await writePepper({ keys: [{ id: "2026a", key }] });
  const flags = ["--password-pepper", "pepper.json"];
  const created = await run(["users", "create", "ada@example.com", ...flags], `${PASSWORD}\n`);
  expect(created).toMatchObject({ code: 0, stderr: "" });
  const server = await startServer(flags, { directory });
  const login = await fetch(`${server.url}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: "ada@example.com", password: PASSWORD }),
  });
  expect(login.status).toBe(200);
  await server.stop();

  const without = await run(["users", "list"]);
  expect(without.code).toBe(1);
  expect(without.stderr).toContain("password_pepper_missing");
  expect(without.stderr).toContain('"2026a"');

  await writePepper({ keys: [{ id: "2026a", key: randomBytes(32).toString("base64url") }] });
  const wrong = await run(["users", "list", ...flags]);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain("password_pepper_wrong");

  await writePepper({
    keys: [
      { id: "2026b", key: randomBytes(48).toString("base64url") },
      { id: "2026a", key },
    ],
  });
  expect(await run(["users", "list", ...flags])).toMatchObject({ code: 0, stderr: "" });
});

test("a file that holds no peppers is refused without a word of what is in it", async () => {
  const secret = "a secret that must not be repeated";
  for (const value of [
    secret,
    { keys: secret },
    { keys: [{ id: "a", key: `${secret}!` }] },
    { keys: [{ id: "a", key }], current: "b" },
    { keys: [{ id: "a", key: "c2hvcnQ" }] },
  ]) {
    await writePepper(value);
    const args = ["users", "create", "ada@example.com", "--password-pepper", "pepper.json"];
    const { code, stdout, stderr } = await run(args, `${PASSWORD}\n`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("config_invalid");
    expect(stderr).toMatch(/password-pepper/);
    expect(stderr).not.toContain("secret that");
  }
});
