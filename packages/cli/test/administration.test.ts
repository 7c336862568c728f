// The administrative commands as transcripts, both ways: through the control socket of a running
// server, and on the store itself.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runCommand } from "./run-command.ts";
import { makeDirectory, type RunningServer, startServer, type Transcript } from "./start-cli.ts";

const PASSWORD = "a short walk by the river";

// Real processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let directory = "";
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, dispose } = await makeDirectory());
});
afterEach(() => dispose());

function run(command: string, input?: string): Promise<Transcript> {
  const args = command.split(" ");
  return runCommand(args, { directory, ...(input === undefined ? {} : { input }) });
}

async function ok(command: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, input);
  expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: "" });
  return stdout;
}

async function refused(command: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, input);
  expect({ command, code, stdout }).toEqual({ command, code: 1, stdout: "" });
  return stderr;
}

/** A command that answers, and whose answer is no. */
async function invalid(command: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, input);
  expect({ command, code, stderr }).toEqual({ command, code: 1, stderr: "" });
  return stdout;
}

function login(server: RunningServer, password: string): Promise<Response> {
  return fetch(`${server.url}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: "ada", password }),
  });
}

function me(server: RunningServer, token: string): Promise<Response> {
  return fetch(`${server.url}/auth/me`, { headers: { Authorization: `Bearer ${token}` } });
}

async function transcript(): Promise<void> {
  const created = await ok(
    "users create ada@example.com --username ada --name Ada --role administrator",
    `${PASSWORD}\n`,
  );
  expect(created).toMatch(
    /^id {8}\S{22}\nemail {5}ada@example\.com\nusername {2}ada\nname {6}Ada\nroles {5}administrator\nstate {5}enabled\ncreated {3}\S+ \S+ UTC \(.+\)\n$/,
  );
  await ok("users create bo@example.com --unverified", PASSWORD);
  expect(
    await ok("roles create doctor --description Doctors --permission a:read --permission a:write"),
  ).toBe("name         doctor\ndescription  Doctors\npermissions  a:read, a:write\n");
  expect(await ok("users assign ada doctor")).toContain("roles     administrator, doctor\n");
  expect(await ok("users unassign ada@example.com doctor")).toContain("roles     administrator\n");
  expect(await ok("roles set-permissions doctor a:read")).toContain("permissions  a:read\n");
  expect(await ok("roles list")).toMatch(
    /^ROLE {11}PERMISSIONS {5}DESCRIPTION\nadministrator {2}latchkey:admin {2}.+\ndoctor {9}a:read {10}Doctors\n$/,
  );
  expect(await ok("users list")).toMatch(
    /^ID {22}EMAIL .+\n\S{22} {2}ada@example\.com +ada +enabled +administrator\n\S{22} {2}bo@example\.com +- +unverified +-\n$/,
  );
  expect(await ok("users list --limit 1")).toMatch(/More: latchkey users list --after \S+\n$/);
  const pages = (await ok("users list --limit 1 --all --json")).trim().split("\n");
  expect(pages.map((page) => JSON.parse(page).items.length)).toEqual([1, 1]);
  const ada = JSON.parse(await ok("users show ada --json")) as { id: string };
  expect(ada).toMatchObject({ email: "ada@example.com", disabled: false });
  expect(JSON.parse(await ok(`users show ${ada.id} --json`))).toEqual(ada);
  expect(await ok("users list --search BO@ --enabled")).toMatch(/\n\S{22} {2}bo@example\.com.+\n$/);
  expect(await ok("users list --role administrator")).not.toContain("bo@example.com");
  expect(await ok("users disable bo@example.com")).toContain("state     disabled\n");
  expect(await ok("users list --disabled")).toMatch(/^ID.+\n\S{22} {2}bo@example\.com.+\n$/);
  expect(await ok("users enable bo@example.com")).toContain("state     enabled\n");
  expect(await ok("keys list")).toMatch(/^PURPOSE {2}STATE .+\nsigning {2}current {2}ES256 /);
  expect(await ok("users set-password bo@example.com", "another walk by the river\n")).toBe(
    "The password of bo@example.com is set; every session of it has ended.\n",
  );
  expect(await ok("audit --user bo@example.com")).toMatch(
    /^TIME +KIND.+\n\S+Z +user\.password_set +success +operator +\S{22} +- +-\n(.+\n)+$/,
  );
  const events = (await ok("audit --kind user.disabled --all --limit 1 --json")).trim().split("\n");
  expect(events.map((event) => JSON.parse(event).actor_id)).toEqual(["operator"]);
  expect(await ok("audit --limit 1")).toMatch(/More: latchkey audit --before \d+\n$/);
  expect(await refused("audit --kind ???")).toMatch(/^latchkey: invalid_request: .*kind/);
  expect(await refused("users delete bo@example.com")).toMatch(/^latchkey: invalid_request: /);
  expect(await ok("users delete bo@example.com --yes")).toBe("bo@example.com is deleted.\n");
  expect(await refused("users show bo@example.com")).toMatch(/^latchkey: not_found: /);
  expect(await ok("roles require-mfa doctor")).toContain("second factor  required\n");
  expect(await ok("roles require-mfa doctor --off")).not.toContain("second factor");
  expect(await ok("roles create surgeon --requires-mfa")).toContain("second factor  required\n");
  expect(await ok("users reset-factors ada")).toBe(
    "ada@example.com has no second factors any more; all sessions ended.\n",
  );
  await ok("roles delete surgeon");
  expect(await ok("roles delete doctor")).toBe("The role doctor is gone.\n");

  expect(await refused("users create ada@example.com", PASSWORD)).toMatch(
    /^latchkey: email_taken: /,
  );
  expect(await refused("users create x@example.com --username ada", PASSWORD)).toMatch(
    /^latchkey: username_taken: /,
  );
  expect(await refused("users create x@example.com", "short")).toMatch(
    /^latchkey: password_too_short: /,
  );
  expect(await refused("users create x", PASSWORD)).toMatch(
    /^latchkey: invalid_request: .*\(email: Not one name, one @ and one domain\)/,
  );
  expect(await refused("users show nobody")).toMatch(
    /^latchkey: not_found: There is no user nobody\. /,
  );
  expect(await refused("users disable ada")).toMatch(/^latchkey: last_administrator: /);
  expect(await refused("roles create administrator")).toMatch(/^latchkey: role_exists: /);
  expect(await refused("roles delete nurse")).toMatch(/^latchkey: not_found: /);
  const json = await run("roles delete nurse --json");
  expect(json).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse(json.stdout)).toMatchObject({ event: "error", code: "not_found" });
}

describe("the same transcript", () => {
  test("through a running server", async () => {
    const server = await startServer([], { directory });
    await transcript();
    await server.stop();
    expect(server.stderr()).not.toContain(PASSWORD);
  });

  test("on the store, which the first command creates", async () => {
    await transcript();
    expect(await readdir(join(directory, ".latchkey"))).toEqual(["latchkey.db", "lock.db"]);
  });
});

test("what a command does counts at once for a running server", async () => {
  const server = await startServer([], { directory });
  await ok("users create ada@example.com --username ada", PASSWORD);
  const { access_token: token } = (await (await login(server, PASSWORD)).json()) as {
    access_token: string;
  };
  expect((await me(server, token)).status).toBe(200);

  const inspected = await ok("tokens inspect", token);
  expect(inspected).toMatch(/^Valid: this server takes the token\.\n\nHeader\n {2}alg {2}ES256\n/);
  expect(inspected).toMatch(/\n {2}exp {10}\S+ \S+ UTC \(in 1\d minutes\)\n/);
  const altered = `${token.slice(0, -10)}${token.at(-10) === "A" ? "B" : "A"}${token.slice(-9)}`;
  expect(await invalid("tokens inspect", altered)).toMatch(/^NOT VALID \(bad_signature\): /);
  expect(await invalid("tokens inspect", "x")).toMatch(/^NOT VALID \(malformed\): /);

  await ok("users set-password ada", "another walk by the river");
  expect((await me(server, token)).status).toBe(401);
  expect(JSON.parse(await invalid("tokens inspect --json", token))).toMatchObject({
    verified: false,
    reason: "retired",
  });
  expect((await login(server, PASSWORD)).status).toBe(401);
  expect((await login(server, "another walk by the river")).status).toBe(200);
  expect(server.stderr()).not.toContain(token);
  await server.stop();

  // Without the server, under the issuer that it had.
  const offline = await invalid(`tokens inspect --issuer ${server.url}`, token);
  expect(offline).toMatch(/^NOT VALID \(retired\): it was taken back/);
  const elsewhere = await invalid("tokens inspect --issuer https://id.example", token);
  expect(elsewhere).toMatch(/^NOT VALID \(wrong_issuer\): /);
});

test("a data directory whose path is too long for a socket", async () => {
  const data = join(directory, "d".repeat(100));
  const server = await startServer(["--data", data], { directory });
  expect((await readdir(data)).sort()).toContain("control.json");
  expect(await ok(`users list --data ${data}`)).toContain("EMAIL");
  await server.stop();
  expect(await readdir(data)).toEqual(["latchkey.db", "lock.db"]);
});

test("reading commands create nothing where there is no database", async () => {
  for (const command of ["users list", "roles list", "keys list", "tokens inspect"]) {
    expect(await refused(`${command} --data typo`, "x")).toMatch(
      /^latchkey: config_invalid: There is no Latchkey database in .*typo\. /,
    );
  }
  expect(await readdir(directory)).toEqual([]);
});

test("a password is no argument, and an empty one is refused before anything is asked", async () => {
  await ok("users create ada@example.com", PASSWORD);
  const { code, stderr } = await run(`users create bo@example.com --password ${PASSWORD}`);
  expect(code).toBe(2);
  expect(stderr).toContain("Unknown option '--password'");
  const empty = await run("users create bo@example.com", "");
  expect(empty.code).toBe(2);
  expect(empty.stderr).toContain("Password is read from standard input, and that is empty.");
});
