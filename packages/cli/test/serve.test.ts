// `latchkey serve` as its owner meets it: a real process, a real data directory, real sockets.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { request as tlsRequest } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runCommand } from "./run-command.ts";
import { makeDirectory, runCli, startCli, startServer } from "./start-cli.ts";

// Real processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let directory = "";
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, dispose } = await makeDirectory());
});
afterEach(() => dispose());

describe("ready", () => {
  test("--json: events one on a line, and a clean end", async () => {
    const server = await startServer([], { directory });
    expect(server.ready).toMatchObject({
      event: "ready",
      url: expect.stringMatching(/^http:\/\/localhost:\d+$/),
      issuer: server.url,
      version: "0.1.0",
      setup_link: expect.stringContaining(`${server.url}/auth/setup?code=`),
    });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await stat(join(directory, ".latchkey", "control.sock"))).mode & 0o777).toBe(0o600);
    expect(await server.stop()).toBe(0);
    const events = server.stdout().trim().split("\n");
    expect(events.slice(1)).toEqual([
      '{"event":"closing","signal":"SIGTERM"}',
      '{"event":"closed"}',
    ]);
    // Neither the link nor its code is in the log.
    const link = new URL(String(server.ready["setup_link"]));
    expect(server.stderr()).toContain('"msg":"ready"');
    expect(server.stderr()).not.toContain(link.searchParams.get("code"));
    expect(await readdir(join(directory, ".latchkey"))).toEqual(["latchkey.db", "lock.db"]);
  });

  test("for people: the curl lines work as pasted into bash", async () => {
    const child = startCli(["serve", "--port", "0"], { directory });
    child.stderr.resume();
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line === "Stop with Ctrl-C.") break;
    }
    const text = lines.join("\n");
    expect(text).toMatch(/^Latchkey 0\.1\.0 is ready at http:\/\/localhost:\d+\n/);
    expect(text).toMatch(/\n {2}http:\/\/localhost:\d+\/auth\/setup\?code=\S+\n/);
    expect(text).toContain("Note: Cookies have no Secure attribute");
    const pasted = lines.filter((line) => /^ {2}(?:curl|TOKEN=)/.test(line)).join("\n");
    const { stdout, stderr } = await promisify(execFile)("bash", ["-c", pasted]);
    const [signup, me] = stdout.trim().split("\n");
    expect(stderr).toBe("");
    expect(signup).toMatch(/^\{"sign_up":"[A-Za-z0-9_-]{43}"\}$/);
    expect(JSON.parse(me ?? "")).toMatchObject({ email: "ada@example.com" });
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("HTTPS: with the files given, on both ends of the configuration", async () => {
    // Made for this test, for localhost alone, and trusted by nobody.
    for (const name of ["cert.pem", "key.pem"]) {
      await copyFile(new URL(`tls/localhost-${name}`, import.meta.url), join(directory, name));
    }
    await writeFile(
      join(directory, "latchkey.config.ts"),
      'export default { tlsKey: "key.pem", logLevel: "error" as const };',
    );
    const server = await startServer(["--tls-cert", "cert.pem"], { directory });
    expect(server.url).toMatch(/^https:\/\/localhost:\d+$/);
    const ca = await readFile(join(directory, "cert.pem"));
    const outgoing = tlsRequest(`${server.url}/healthz`, { ca, agent: false });
    outgoing.end();
    const [incoming] = await once(outgoing, "response");
    expect(incoming.statusCode).toBe(200);
    expect(incoming.headers["strict-transport-security"]).toBeDefined();
    incoming.resume();
    expect(await server.stop()).toBe(0);
    expect(server.stderr()).toBe("");
  });

  test("beyond this machine without TLS: it says what that means", async () => {
    const server = await startServer(["--host", "0.0.0.0"], { directory });
    expect(server.ready["addresses"]).toEqual(["0.0.0.0"]);
    expect(server.ready["notes"]).toEqual([
      "Other machines can connect without TLS: passwords and tokens travel in clear.",
    ]);
    await server.stop();
  });

  test("a claims hook of the configuration file reaches the tokens", async () => {
    await writeFile(
      join(directory, "latchkey.config.ts"),
      "export default { claims: (user: { email: string }) => ({ clinic: user.email.length }) };",
    );
    const server = await startServer([], { directory });
    const user = { email: "ada@example.com", password: "a short walk by the river" };
    await post(`${server.url}/auth/signup`, user);
    const login = await post(`${server.url}/auth/login`, user);
    const { access_token: token } = (await login.json()) as { access_token: string };
    const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    expect(JSON.parse(claims)).toMatchObject({ clinic: user.email.length });
    await server.stop();
  });
});

describe("the end", () => {
  test("SIGTERM lets a request under way finish, and refuses new ones", async () => {
    const server = await startServer([], { directory });
    const port = Number(new URL(server.url).port);
    const socket = connect(port, "127.0.0.1");
    const answer: Buffer[] = [];
    socket.on("data", (chunk) => answer.push(chunk));
    const body = JSON.stringify({ email: "ada@example.com", password: "wrong wrong wrong wrong" });
    // The head and half of the body: the server is now reading it.
    socket.write(
      `POST /auth/login HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/json\r\n` +
        `Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await once(socket, "data");
    socket.write(body.slice(0, 10));
    const stopped = server.stop();
    await waitFor(() => server.stdout().includes('"closing"'));
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow("fetch failed");
    socket.write(body.slice(10));
    await once(socket, "close");
    expect(Buffer.concat(answer).toString()).toContain("HTTP/1.1 401 Unauthorized");
    expect(Buffer.concat(answer).toString()).toContain("invalid_credentials");
    expect(await stopped).toBe(0);
  });

  test("a second signal exits at once", async () => {
    const server = await startServer([], { directory });
    const port = Number(new URL(server.url).port);
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write("POST /auth/login HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n");
    socket.write("Content-Type: application/json\r\nContent-Length: 9\r\n\r\n");
    await once(socket, "data");
    const exited = once(server.child, "exit");
    server.child.kill("SIGTERM");
    await waitFor(() => server.stdout().includes('"closing"'));
    // Echoes of the first are ignored, so this repeats until one counts as the second.
    const again = setInterval(() => server.child.kill("SIGTERM"), 50);
    expect(await exited).toEqual([128 + 15, null]);
    clearInterval(again);
    expect(server.stdout()).not.toContain('"closed"');
  });

  test("after kill -9 the next start has everything, and takes the stale socket over", async () => {
    const first = await startServer([], { directory });
    const user = { email: "ada@example.com", password: "a short walk by the river" };
    await post(`${first.url}/auth/signup`, user);
    expect(await first.stop("SIGKILL")).toBeNull();
    expect(await readdir(join(directory, ".latchkey"))).toContain("control.sock");
    const second = await startServer([], { directory });
    expect((await post(`${second.url}/auth/login`, user)).status).toBe(200);
    const { stdout } = await runCli(["users", "list"], { directory });
    expect(stdout).toContain("ada@example.com");
    await second.stop();
  });
});

describe("what stands in the way is one line: code, what, remedy; no stack trace", () => {
  async function refuse(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    runJson: typeof runCli = runCommand,
  ): Promise<string> {
    const serve = ["serve", "--port", "0", ...args];
    const plain = await runCli(serve, { directory, environment });
    const json = await runJson([...serve, "--json"], { directory, environment });
    expect(plain.code).toBe(1);
    expect(plain.stdout).toBe("");
    expect(plain.stderr).toMatch(/^latchkey: [a-z_]+: [^\n]+\n$/);
    expect(json.code).toBe(1);
    const event = JSON.parse(json.stdout) as Record<string, string>;
    expect(event).toMatchObject({ event: "error", code: plain.stderr.split(": ")[1] });
    expect(plain.stderr).toContain(event["remedy"]);
    return plain.stderr;
  }

  /** A data directory with sealed keys in it. */
  async function makeData(): Promise<string> {
    const server = await startServer([], { directory });
    await server.stop();
    return join(directory, ".latchkey");
  }

  test("port_in_use", async () => {
    const stranger = createServer();
    stranger.listen(0, "127.0.0.1");
    await once(stranger, "listening");
    const { port } = stranger.address() as AddressInfo;
    expect(await refuse(["--port", String(port)])).toContain(
      `port_in_use: Another process listens on 127.0.0.1:${port}.`,
    );
    stranger.close();
    // Nothing was created for a server that did not start.
    expect(await readdir(directory)).toEqual([]);
  });

  test("data_directory_unwritable", async () => {
    await writeFile(join(directory, "file"), "");
    expect(await refuse(["--data", "file/data"])).toContain("data_directory_unwritable: ");
    expect(await refuse(["--kek-dir", "file/keys"])).toContain("file/keys");
  });

  test("data_directory_locked, and the first server goes on", async () => {
    const server = await startServer([], { directory });
    expect(await refuse([])).toContain(join(directory, ".latchkey"));
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await server.stop();
  });

  test("key_encryption_key_missing", async () => {
    await makeData();
    await rm(join(directory, ".latchkey-keys"), { recursive: true });
    expect(await refuse([])).toContain("key_encryption_key_missing: ");
    expect(await readdir(directory)).toEqual([".latchkey"]);
  });

  test("key_encryption_key_wrong", async () => {
    await makeData();
    const other = await startServer(["--data", "other", "--kek-dir", "other-keys"], { directory });
    await other.stop();
    expect(await refuse(["--kek-dir", "other-keys"])).toContain("key_encryption_key_wrong: ");
  });

  test("N12 key_encryption_key_exposed", async () => {
    await makeData();
    const keys = join(directory, ".latchkey-keys");
    for (const name of await readdir(keys)) await chmod(join(keys, name), 0o644);
    const refused = await refuse([]);
    expect(refused).toContain("key_encryption_key_exposed: ");
    expect(refused).toContain("chmod 600 ");
  });

  test("database_newer", async () => {
    const data = await makeData();
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(join(data, "latchkey.db"));
    const newer = "insert into migrations select max(number) + 1, 'later', 0 from migrations";
    expect(database.prepare(newer).run().changes).toBe(1);
    database.close();
    expect(await refuse([])).toContain("database_newer: ");
  });

  test("database_corrupt", async () => {
    await mkdir(join(directory, ".latchkey"), { mode: 0o700 });
    await writeFile(join(directory, ".latchkey", "latchkey.db"), "not a database ".repeat(1000));
    expect(await refuse([])).toContain("database_corrupt: ");
  });

  test("issuer_insecure, unless it is allowed by its loud name", async () => {
    const issuer = ["--issuer", "http://id.example.com"];
    expect(await refuse(issuer)).toContain("issuer_insecure: --issuer: ");
    const server = await startServer([...issuer, "--dangerously-allow-http-issuer"], { directory });
    expect(server.ready["issuer"]).toBe("http://id.example.com");
    await server.stop();
  });

  test("config_invalid names the flag, the variable or the key", async () => {
    expect(await refuse(["--origin", "*"])).toContain("config_invalid: --origin: ");
    expect(await refuse(["--access-token-lifetime", "2d"])).toContain("--access-token-lifetime");
    expect(await refuse([], { LATCHKEY_LOG_LEVEL: "loud" })).toContain("LATCHKEY_LOG_LEVEL must");
    expect(await refuse([], { LATCHKEY_LOGLEVEL: "info" })).toContain("LATCHKEY_LOGLEVEL is not");
    expect(await refuse([], { DATABASE_URL: "mysql://a:b@c/d" })).toContain("postgres://");
    expect(await refuse(["--config", "none.ts"])).toContain("none.ts does not exist");
    // A process reads the file once: for these each command has one of its own.
    await writeFile(join(directory, "latchkey.config.ts"), "export default { audiance: 1 };");
    expect(await refuse([], {}, runCli)).toContain(
      "audiance in latchkey.config.ts is not a setting.",
    );
    await writeFile(join(directory, "latchkey.config.ts"), "export const x = {};");
    expect(await refuse([], {}, runCli)).toContain("no default export");
    await writeFile(join(directory, "latchkey.config.ts"), "export default {");
    expect(await refuse([], {}, runCli)).toContain("latchkey.config.ts could not be loaded");
  });

  test("TLS files that cannot be used", async () => {
    await writeFile(join(directory, "x.pem"), "nothing");
    const missing = await refuse(["--tls-cert", "none.pem", "--tls-key", "x.pem"]);
    expect(missing).toContain("--tls-cert: ");
    const wrong = await refuse(["--tls-cert", "x.pem", "--tls-key", "x.pem"]);
    expect(wrong).toContain("--tls-cert and --tls-key do not fit");
  });
});

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((done) => setTimeout(done, 10));
}
