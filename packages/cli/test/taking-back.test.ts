// The commands that take back, on a running server and on the store itself: clients, keys, single
// tokens, and why.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runCommand } from "./run-command.ts";
import { makeDirectory, type RunningServer, startServer, type Transcript } from "./start-cli.ts";

const PASSWORD = "a short walk by the river";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let directory = "";
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, dispose } = await makeDirectory());
});
afterEach(() => dispose());

function run(command: string, input?: string): Promise<Transcript> {
  return runCommand(command.split(" "), { directory, ...(input === undefined ? {} : { input }) });
}

async function ok(command: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, input);
  expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: "" });
  return stdout;
}

async function json<Body>(command: string, input?: string): Promise<Body> {
  // Each test names the shape that it expects.
  return JSON.parse(await ok(`${command} --json`, input)) as Body;
}

async function logIn(server: RunningServer): Promise<string> {
  const answer = await fetch(`${server.url}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: "ada", password: PASSWORD }),
  });
  const body = (await answer.json()) as { access_token: string };
  return body.access_token;
}

async function isAccepted(server: RunningServer, token: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await fetch(`${server.url}/auth/me`, { headers })).status === 200;
}

describe("clients", () => {
  test("are made, listed, suspended, given a new secret and deleted", async () => {
    const created = await ok("clients create patients-api --kind guard --for https://api.example");
    expect(created).toMatch(
      /^name {4}patients-api\nkind {4}guard\nid {6}\S{22}\nsecret {2}lks_\S{43}\nThe secret is not shown again\.\n$/,
    );
    const { items } = await json<{ items: { id: string }[] }>("clients list");
    const id = items[0]?.id ?? "";
    expect(await ok("clients list")).toMatch(
      /^ID +KIND +STATE +NAME +AUDIENCE\n\S{22} +guard +active +patients-api +https:\/\/api\.example\n$/,
    );
    expect(await ok(`clients rotate-secret ${id}`)).toContain("secret  lks_");
    expect(await ok(`clients suspend ${id}`)).toBe(`The client ${id} is suspended.\n`);
    expect(await ok("clients list")).toContain("suspended");
    expect(await ok(`clients resume ${id}`)).toBe(`The client ${id} acts again.\n`);
    expect(await ok(`clients delete ${id}`)).toBe(`The client ${id} is gone.\n`);
    expect((await run(`clients delete ${id}`)).code).toBe(1);
    expect((await run("clients create x --kind admin")).code).toBe(2);
  });
});

describe("the feed over HTTP", () => {
  test("streams what a command takes back, and ends with the server", async () => {
    await ok("users create ada@example.com --username ada", `${PASSWORD}\n`);
    const server = await startServer([], { directory });
    const answer = await fetch(`${server.url}/auth/revocations`, {
      headers: { Accept: "text/event-stream" },
    });
    expect(answer.headers.get("Content-Type")).toBe("text/event-stream");
    const reader = (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream());
    let text = "";
    const ids: string[] = [];
    let stopped: Promise<number | null> | undefined;
    for await (const chunk of reader) {
      text += chunk;
      const seen = [...text.matchAll(/^id: \S{22}:(\d+)$/gm)].map((match) => match[1] ?? "");
      if (seen.length === ids.length) continue;
      ids.splice(0, ids.length, ...seen);
      if (ids.length === 1) await ok("tokens revoke -", await logIn(server));
      // The stream never ends by itself: a server that waited for it would be killed by the test.
      else if (ids.at(-1) === "1") stopped ??= server.stop();
    }
    expect(ids[0]).toBe("0");
    expect(ids).toContain("1");
    expect(await stopped).toBe(0);
  });
});

describe("keys and tokens", () => {
  test("are taken back on a running server, and why tells it", async () => {
    await ok("users create ada@example.com --username ada", `${PASSWORD}\n`);
    const server = await startServer([], { directory });
    try {
      const first = await logIn(server);
      expect(await ok("tokens revoke -", first)).toMatch(/^The token \S{22} is good no more\.\n$/);
      expect(await isAccepted(server, first)).toBe(false);
      expect(await ok("why -", first)).toMatch(
        /^This access token is refused:\n {2}- this one token was taken back\nuser \S{22}, session \S{22}\n\nWHEN/,
      );

      const second = await logIn(server);
      expect(await ok("why", second)).toContain("This access token is accepted:");
      expect(await ok("keys rotate --now")).toContain("The next signing keys take over");
      expect(await isAccepted(server, second)).toBe(true);
      const { revoked } = await json<{ revoked: string[] }>("keys revoke --all");
      expect(revoked.length).toBeGreaterThan(1);
      expect(await isAccepted(server, second)).toBe(false);
      expect(await json("why -", second)).toMatchObject({
        accepted: false,
        reason: "retired",
        because: [expect.stringMatching(/^the key that signed it \(\S{22}\) was taken back$/)],
      });
      expect(await ok("keys list")).toContain("revoked");

      const third = await logIn(server);
      expect(await ok("keys rotate-kek")).toMatch(/^\d+ keys are sealed under \S{22}\./);
      expect(await isAccepted(server, third)).toBe(true);
    } finally {
      await server.stop();
    }
    // The next process opens what was sealed anew.
    expect(await ok("keys list")).toContain("current");
  });

  test("are never taken from the command line", async () => {
    for (const command of ["tokens revoke", "why"]) {
      const { code, stderr } = await run(`${command} eyJhbGciOiJub25lIn0.e30.`);
      expect(code).toBe(2);
      expect(stderr).toContain("standard input");
    }
    expect((await run("keys revoke")).code).toBe(2);
    expect((await run("keys revoke some --all")).code).toBe(2);
  });
});
