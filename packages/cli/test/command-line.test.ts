// The command line itself: help, version, usage errors, the reference of errors, the hidden prompt.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { errorRegistry } from "@latchkey/protocol";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CommandContext } from "../src/commands/context.ts";
import { createProgram } from "../src/program.ts";
import { protectIdentifiers } from "../src/protect-identifiers.ts";
import { runCommand } from "./run-command.ts";
import { makeDirectory, runCli } from "./start-cli.ts";

// Real processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let directory = "";
let dispose: () => Promise<void>;
beforeAll(async () => {
  ({ path: directory, dispose } = await makeDirectory());
});
afterAll(() => dispose());

function listCommands(command: Command, path: readonly string[] = []): (readonly string[])[] {
  const own = command.parent === null ? [] : [...path, command.name()];
  return [own, ...command.commands.flatMap((child) => listCommands(child, own))];
}

function listAll(command: Command): Command[] {
  return [command, ...command.commands.flatMap(listAll)];
}

test("every command has help with a summary, and lists --json when it answers", async () => {
  const program = await createProgram({ version: "0" } as CommandContext);
  const paths = listCommands(program);
  expect(paths.map((path) => path.join(" "))).toEqual(
    [
      ["", "serve", "users", "users create", "users import", "users list", "users show"],
      ["users disable"],
      ["users enable", "users assign", "users unassign", "users set-password"],
      ["users reset-factors", "users delete"],
      ["roles", "roles list", "roles create", "roles set-permissions"],
      ["roles require-mfa", "roles delete"],
      ["tokens", "tokens inspect", "tokens revoke", "audit", "mail", "why"],
      ["clients", "clients create", "clients list", "clients rotate-secret"],
      ["clients suspend", "clients resume", "clients delete"],
      ["keys", "keys list", "keys rotate", "keys rotate-refresh", "keys rotate-kek", "keys revoke"],
      ["migrate", "migrate status", "migrate plan", "migrate up", "move"],
      ["backup", "restore", "capacity", "gateway", "errors"],
    ].flat(),
  );
  for (const path of paths) {
    const command = path.reduce<Command>(
      (parent, name) => parent.commands.find((child) => child.name() === name) ?? parent,
      program,
    );
    const help = command.helpInformation();
    expect(help).toContain(`Usage: ${["latchkey", ...path].join(" ")} `);
    expect(command === program || /^[a-z].*[^.]$/.test(command.summary())).toBe(true);
    expect(help.includes("--json")).toBe(command.commands.length === 0);
  }
});

test("an identifier that begins with a hyphen is no option", async () => {
  const identifier = "-UtiM0kG45uorjLgG9EWPA";
  const args = ["users", "show", identifier, "--json", "-h", "--limit", "1"];
  expect(protectIdentifiers(args)).toEqual(args.with(2, `id:${identifier}`));
  // And no option of ours could be taken for one.
  const program = await createProgram({ version: "0" } as CommandContext);
  const flags = listAll(program).flatMap((command) =>
    command.options.map(({ long }) => long ?? ""),
  );
  expect(flags).toContain("--dangerously-allow-http-issuer");
  expect(protectIdentifiers(flags)).toEqual(flags);
});

test("--version and --help", async () => {
  const packageFile = new URL("../package.json", import.meta.url);
  const { version } = JSON.parse(await readFile(packageFile, "utf8")) as { version: string };
  expect(await runCli(["--version"], { directory })).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: "",
  });
  const help = await runCli(["serve", "--help"], { directory });
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toContain("--dangerously-allow-http-issuer");
  expect(help.stdout).toContain("Examples:");
});

describe("a command line that makes no sense: exit code 2", () => {
  test.each([
    [["serve", "--prot", "1"], "Unknown option '--prot' (Did you mean --port?)"],
    [["serve", "now"], "Too many arguments"],
    [["serv"], "Unknown command 'serv'"],
    [["users", "create"], "Missing required argument 'email'"],
    [["errors", "nonsense"], "There is no error code nonsense."],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await runCli(args, { directory });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    const json = await runCommand([...args, "--json"], { directory });
    expect(json).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ event: "error" });
  });

  test("nothing at all shows the help", async () => {
    const { code, stderr } = await runCli([], { directory });
    expect(code).toBe(2);
    expect(stderr).toContain("Usage: latchkey");
  });
});

describe("errors", () => {
  test("lists every code of the registry", async () => {
    const { stdout } = await runCommand(["errors"], { directory });
    const codes = stdout.trim().split("\n").slice(1);
    expect(codes.map((line) => line.split(" ")[0])).toEqual(Object.keys(errorRegistry));
  });

  test("explains one", async () => {
    expect((await runCommand(["errors", "port_in_use"], { directory })).stdout).toBe(
      "code    port_in_use\n" +
        "title   Port in use\n" +
        "status  command\n" +
        "cause   Another process listens on this port.\n" +
        "remedy  Stop it, or choose another with --port (0 for any free one).\n",
    );
    const json = await runCommand(["errors", "invalid_token", "--json"], { directory });
    expect(JSON.parse(json.stdout)).toEqual({
      code: "invalid_token",
      ...errorRegistry.invalid_token,
    });
  });
});

test("a reader that goes away is no failure", async () => {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const command = `set -o pipefail; "${process.execPath}" --conditions=latchkey-source "${main}" errors | head -1`;
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", command]);
  expect(stdout).toMatch(/^CODE /);
  expect(stderr).toBe("");
});
