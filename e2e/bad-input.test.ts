// What bad input gets, over real HTTP and at start: a problem with a stable code, never a stack
// trace, and never a half-written row.

import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PROBLEM_MEDIA_TYPE } from "@latchkey/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readyLine, stopAll } from "./harness/child.ts";
import { type Clinic, spawnClinic, startClinic } from "./harness/clinic.ts";
import { passTime } from "./harness/clock.ts";
import { createDirectory, removeDirectories } from "./harness/directory.ts";
import { type Answer, call, type CallOptions } from "./harness/http.ts";
import { join, logIn, renew } from "./harness/people.ts";
import { type Server, spawnServer, startServer } from "./harness/server.ts";
import { people } from "./harness/staff.ts";

let server: Server;
let token: string;

beforeAll(async () => {
  server = await startServer();
  token = (await join(server, people.patient)).access_token;
});

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

/** What a refusal must look like. */
const problem = (status: number, code: string) => ({
  status,
  code,
  bodyStatus: status,
  type: `urn:latchkey:error:${code}`,
  mediaType: PROBLEM_MEDIA_TYPE,
  innards: null,
});

/** A refusal as it was answered, in the same shape; `innards` is what shows through of the server. */
const problemOf = (answer: Answer): object => ({
  status: answer.status,
  code: answer.body["code"],
  bodyStatus: answer.body["status"],
  type: answer.body["type"],
  mediaType: answer.headers.get("content-type")?.split(";")[0],
  innards: /\n\s+at |\.ts:\d|node_modules|SQLITE|select |insert /.exec(answer.text)?.[0] ?? null,
});

const json = (text: string): CallOptions => ({
  raw: text,
  headers: { "content-type": "application/json" },
});
const account = { email: "new@clinic.example", password: "a long enough passphrase" };

describe("a request body", () => {
  it.each<[string, CallOptions, number, string]>([
    [
      "of another type",
      { raw: JSON.stringify(account), headers: { "content-type": "text/plain" } },
      415,
      "unsupported_media_type",
    ],
    [
      "of a form",
      {
        raw: "email=new%40clinic.example",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      },
      415,
      "unsupported_media_type",
    ],
    [
      "that claims to be compressed",
      {
        raw: JSON.stringify(account),
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
      },
      415,
      "unsupported_media_type",
    ],
    ["that is cut off", json('{"email": "new@clinic.example", '), 400, "invalid_json"],
    ["that is empty", json(""), 400, "invalid_request"],
    [
      "with a member twice",
      json('{"email": "a@b.example", "email": "c@d.example"}'),
      400,
      "invalid_json",
    ],
    [
      "that is not UTF-8",
      { ...json(""), raw: new Uint8Array([0x22, 0xff, 0x22]) },
      400,
      "invalid_json",
    ],
    ["that is a list", json("[]"), 400, "invalid_json"],
    [
      "with an unknown member",
      { json: { ...account, role: "administrator" } },
      400,
      "invalid_request",
    ],
    ["with __proto__", json('{"__proto__": {"email": "a@b.example"}}'), 400, "invalid_json"],
    ["without a member", { json: { email: account.email } }, 400, "invalid_request"],
    [
      "with a number for a text",
      { json: { ...account, password: 12_345_678_901 } },
      400,
      "invalid_request",
    ],
    [
      "with a list for a text",
      { json: { ...account, email: [account.email] } },
      400,
      "invalid_request",
    ],
    [
      "with an address that is none",
      { json: { ...account, email: "new" } },
      400,
      "invalid_request",
    ],
    [
      "with two addresses",
      { json: { ...account, email: "a@b.example,c@d.example" } },
      400,
      "invalid_request",
    ],
    ["over the limit", json(`{"email": "${"a".repeat(1_100_000)}"}`), 413, "body_too_large"],
    [
      "with a short password",
      { json: { ...account, password: "short" } },
      422,
      "password_too_short",
    ],
    [
      "with an endless password",
      { json: { ...account, password: "x".repeat(5000) } },
      422,
      "password_too_long",
    ],
  ])("%s", async (_what, options, status, code) => {
    expect(problemOf(await call(`${server.url}/auth/signup`, options))).toEqual(
      problem(status, code),
    );
  });

  it("leaves no half-written account behind", async () => {
    const login = await call(`${server.url}/auth/login`, { json: account });
    expect(problemOf(login)).toEqual(problem(401, "invalid_credentials"));
  });
});

describe("a route", () => {
  it.each([
    "/",
    "/nothing",
    "/auth",
    "/auth/",
    "/auth/me/",
    "//auth/me",
    "/auth/%2e%2e/etc",
    "/AUTH/ME",
  ])("%s is not known", async (path) => {
    expect(problemOf(await call(`${server.url}${path}`, { token }))).toEqual(
      problem(404, "not_found"),
    );
  });

  it.each([
    ["GET", "/auth/login"],
    ["PUT", "/auth/me"],
    ["POST", "/.well-known/jwks.json"],
    ["PUT", "/auth/sessions"],
  ])("%s %s is the wrong method", async (method, path) => {
    const answer = await call(`${server.url}${path}`, { method, token });
    expect(problemOf(answer)).toEqual(problem(405, "method_not_allowed"));
    expect(answer.headers.get("allow")).toMatch(/GET|POST/);
  });
});

describe("a token", () => {
  let clinic: Clinic;

  beforeAll(async () => {
    clinic = await startClinic({ issuer: server.url });
  });

  it("is refused when cut, extended or changed, by server and clinic alike", async () => {
    const dot = token.lastIndexOf(".");
    for (const altered of [
      token.slice(0, -1),
      token.slice(0, dot),
      token.slice(0, dot + 1),
      `${token}A`,
      `${token}.`,
      `${token}.${token.slice(dot + 1)}`,
      `${token.slice(0, 5)}A${token.slice(6)}`,
      "x",
      "a.b.c",
      "A".repeat(9000),
    ]) {
      for (const url of [`${server.url}/auth/me`, `${clinic.url}/appointments`]) {
        const answer = await call(url, { token: altered });
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
      }
    }
  });

  it("is refused when it is longer than any header may be", async () => {
    for (const url of [`${server.url}/auth/me`, `${clinic.url}/appointments`]) {
      const answer = await call(url, { token: "A".repeat(20_000) });
      expect(answer.status).toBe(431);
    }
  });

  it("is refused when it is a refresh token", async () => {
    const { refresh_token } = await logIn(server, people.patient);
    expect(problemOf(await call(`${server.url}/auth/me`, { token: refresh_token }))).toEqual(
      problem(401, "invalid_token"),
    );
    const atClinic = await call(`${clinic.url}/appointments`, { token: refresh_token });
    expect(atClinic.status).toBe(401);
  });

  it("is refused when it is an access token where a refresh token belongs", async () => {
    expect(
      problemOf(await call(`${server.url}/auth/refresh`, { json: { refresh_token: token } })),
    ).toEqual(problem(401, "refresh_token_invalid"));
  });

  it("is refused by an API of another audience, and taken by the server itself", async () => {
    const other = await startServer({ args: ["--audience", "https://other.example"] });
    const otherToken = (await join(other, people.patient)).access_token;
    expect((await call(`${other.url}/auth/me`, { token: otherToken })).status).toBe(200);
    const strict = await startClinic({ issuer: other.url });
    const answer = await call(`${strict.url}/appointments`, { token: otherToken });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain('latchkey_reason="wrong_audience"');
    // A token of another server, whose keys are not ours.
    expect(problemOf(await call(`${server.url}/auth/me`, { token: otherToken }))).toEqual(
      problem(401, "invalid_token"),
    );
  });

  it("is refused in the query and beside another one", async () => {
    expect(problemOf(await call(`${server.url}/auth/me?access_token=x`))).toEqual(
      problem(401, "token_required"),
    );
    const twice = await call(`${server.url}/auth/me`, {
      headers: { authorization: "Bearer a, Bearer b" },
    });
    expect([400, 401]).toContain(twice.status);
    expect(twice.headers.get("www-authenticate")).toMatch(/error="invalid_(request|token)"/);
  });

  it("is refused when it is a used refresh token", async () => {
    const { refresh_token: first } = await logIn(server, people.patient);
    server = await passTime(server, 11_000);
    expect((await renew(server, first)).body.refresh_token).toMatch(/^lkr_/);
    server = await passTime(server, 11_000);
    const reused = await call(`${server.url}/auth/refresh`, { json: { refresh_token: first } });
    expect(problemOf(reused)).toEqual(problem(401, "session_compromised"));
  });
});

describe("a start", () => {
  /** Starts a server that must not start; answers what it says. */
  const failedStart = async (
    options: Partial<Parameters<typeof spawnServer>[0]>,
  ): Promise<string> => {
    const child = spawnServer({
      data: server.data,
      kekDirectory: server.kekDirectory,
      ...options,
    });
    const ready = readyLine(child).catch(() => null);
    expect(await Promise.race([child.exit, ready])).toEqual(expect.any(Number));
    expect(await child.exit).not.toBe(0);
    const text = child.stdout() + child.stderr();
    expect(text).not.toMatch(/\n\s+at .*:\d+:\d+/);
    return text;
  };

  /** A stopped server's folders, copied so that a test can damage them. */
  const stoppedServer = async (): Promise<{ data: string; kekDirectory: string }> => {
    const data = await createDirectory("data");
    const kekDirectory = await createDirectory("kek");
    const stopped = await startServer({ data, kekDirectory });
    await stopped.child.stop();
    return { data, kekDirectory };
  };

  it("is refused without the key-encryption key, and nothing is overwritten", async () => {
    const { data, kekDirectory } = await stoppedServer();
    const empty = await createDirectory("kek");
    expect(await failedStart({ data, kekDirectory: empty })).toContain(
      "key_encryption_key_missing",
    );
    expect(await readdir(empty)).toEqual([]);
    const again = await startServer({ data, kekDirectory });
    expect((await call(`${again.url}/readyz`)).status).toBe(200);
    await again.child.stop();
  });

  it("is refused with the key-encryption key of another server", async () => {
    const { data } = await stoppedServer();
    const other = await createDirectory("kek");
    await cp(server.kekDirectory, other, { recursive: true });
    expect(await failedStart({ data, kekDirectory: other })).toContain("key_encryption_key_wrong");
  });

  it("is refused when the port is in use", async () => {
    expect(
      await failedStart({
        data: await createDirectory("data"),
        kekDirectory: await createDirectory("kek"),
        port: Number(new URL(server.url).port),
      }),
    ).toContain("port_in_use");
  });

  it("is refused when another server has the data directory", async () => {
    expect(await failedStart({})).toContain("data_directory_locked");
  });

  it("is refused when the data directory cannot be written", async () => {
    // Root may write everywhere, but nobody makes a folder below a file.
    const file = joinPath(await createDirectory("file"), "file");
    await writeFile(file, "");
    expect(await failedStart({ data: joinPath(file, "data") })).toContain(
      "data_directory_unwritable",
    );
  });

  it("is refused on a database of a newer version", async () => {
    const { data, kekDirectory } = await stoppedServer();
    const database = new DatabaseSync(joinPath(data, "latchkey.db"));
    makeNewer(database);
    database.close();
    expect(await failedStart({ data, kekDirectory })).toContain("database_newer");
  });

  it("is refused on a file that is no database", async () => {
    const data = await createDirectory("data");
    await mkdir(data, { recursive: true });
    await writeFile(
      joinPath(data, "latchkey.db"),
      "this is not a database, not at all\n".repeat(40),
    );
    expect(await failedStart({ data, kekDirectory: await createDirectory("kek") })).toContain(
      "database_corrupt",
    );
  });

  it.each([
    ["--no-such-flag"],
    ["--port", "70000"],
    ["--signing-algorithm", "none"],
    ["--signing-algorithm", "HS256"],
  ])("is refused with %s %s", async (...args) => {
    const text = await failedStart({ data: await createDirectory("data"), args });
    expect(text).toMatch(/config_invalid|unknown option/);
  });

  it("is refused for a plain-http issuer that others can reach", async () => {
    expect(
      await failedStart({
        data: await createDirectory("data"),
        args: ["--issuer", "http://auth.example"],
      }),
    ).toContain("issuer_insecure");
  });
});

describe("a start of the clinic", () => {
  it.each([
    {
      what: "a port in use",
      options: { port: () => new URL(server.url).port },
      says: "EADDRINUSE",
    },
    { what: "no port", options: { port: () => "http" }, says: "CLINIC_PORT" },
    { what: "no URL", options: { issuer: () => "localhost" }, says: "LATCHKEY_ISSUER" },
    { what: "an open issuer", options: { issuer: () => "http://id.example" }, says: "http" },
  ])("is refused in one line with $what", async ({ options, says }) => {
    const child = await spawnClinic({
      issuer: options.issuer?.() ?? server.url,
      port: options.port?.() ?? "0",
    });
    expect(await child.exit).toBe(1);
    expect(child.stdout()).toBe("");
    expect(child.stderr()).toMatch(/^clinic: [^\n]+\n$/);
    expect(child.stderr()).toContain(says);
  });
});

/** Pretends that a later version wrote the database. */
function makeNewer(database: DatabaseSync): void {
  database
    .prepare("insert into migrations (number, name, applied_at) values (9999, 'of tomorrow', 0)")
    .run();
}
