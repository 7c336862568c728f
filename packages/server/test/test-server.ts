// A whole server for tests: on the engine of this run, a store of its own, spoken to by requests.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoginAnswer, Problem } from "@latchkey/protocol";
import { inject, onTestFinished } from "vitest";
import { createLatchkey, createLogger, type Latchkey, type LatchkeyConfig } from "../src/index.ts";
import { createPostgresDatabase, storeUrl } from "./engines/engines.ts";

/** Connections of a test server: enough to be side by side, few enough for many files at once. */
const TEST_POOL_SIZE = 4;

/** The issuer of test servers, unless a test names another. */
export const ISSUER = "http://localhost:4000";

/** A password that the policy accepts. */
export const PASSWORD = "seven quiet herons at dawn";

/** An answer with its body read. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON, or undefined for anything else. */
  readonly body: Body;
}

/** How to send a request. */
export interface Send {
  readonly method?: string;
  readonly json?: unknown;
  readonly text?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The peer of the connection. */
  readonly address?: string;
}

/** A running server. */
export interface TestServer {
  readonly latchkey: Latchkey;
  readonly directory: string;
  readonly setupLink: string | null;
  /** Everything that was logged. */
  readonly log: () => string;
  /** Moves the server's clock; milliseconds. */
  advance(milliseconds: number): void;
  readonly send: <Body = Record<string, unknown>>(
    path: string,
    request?: Send,
  ) => Promise<Answer<Body>>;
  /** The same, as the operator. */
  readonly control: <Body = Record<string, unknown>>(
    path: string,
    request?: Send,
  ) => Promise<Answer<Body>>;
  /** A second server on the same directories, after the first was closed. */
  restart(config?: Partial<LatchkeyConfig>): Promise<TestServer>;
}

/** Starts a server; it is closed and its directory removed when the test ends. */
export async function startServer(config: Partial<LatchkeyConfig> = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-server-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  if (inject("engine") !== "postgres" || hasStore(config)) return startIn(directory, config);
  const { url, drop } = await createPostgresDatabase();
  onTestFinished(drop);
  const databaseUrl = await storeUrl(url);
  return startIn(directory, { databaseUrl, databasePoolSize: TEST_POOL_SIZE, ...config });
}

function hasStore({ data, database, databaseUrl }: Partial<LatchkeyConfig>): boolean {
  return (data ?? database ?? databaseUrl) !== undefined;
}

async function startIn(directory: string, config: Partial<LatchkeyConfig>): Promise<TestServer> {
  let offset = 0;
  const lines: string[] = [];
  const issuer = config.issuer ?? ISSUER;
  const latchkey = createLatchkey({
    issuer,
    ...(hasStore(config) ? {} : { data: join(directory, "data") }),
    keyEncryption: { directory: join(directory, "keys") },
    logger: createLogger({ destination: { write: (line: string) => void lines.push(line) } }),
    clock: () => Date.now() + offset,
    // Thousands of tests sign in; those about hashing say what they want.
    ...(new URL(issuer).hostname === "localhost"
      ? { passwordHashing: { dangerouslyCheap: true } }
      : {}),
    ...config,
  });
  onTestFinished(() => latchkey.close());
  const { setupLink } = await latchkey.ready();
  const { origin } = new URL(issuer);
  return {
    latchkey,
    directory,
    setupLink,
    log: () => lines.join(""),
    advance: (milliseconds) => {
      offset += milliseconds;
    },
    send: async (path, request = {}) =>
      readAnswer(
        await latchkey.fetch(makeRequest(`${origin}${path}`, request), {
          address: request.address ?? "192.0.2.1",
        }),
      ),
    control: async (path, request = {}) =>
      readAnswer(await latchkey.control(makeRequest(`${origin}${path}`, request))),
    restart: async (changes = {}) => {
      await latchkey.close();
      return startIn(directory, { ...config, ...changes });
    },
  };
}

/** Signs a new user up and in. */
export async function signUpAndLogIn(server: TestServer, email: string): Promise<LoginAnswer> {
  const json = { email, password: PASSWORD };
  await server.send("/auth/signup", { json });
  return logIn(server, email);
}

/** Signs in. */
export async function logIn(server: TestServer, email: string): Promise<LoginAnswer> {
  const answer = await server.send<LoginAnswer & Problem>("/auth/login", {
    json: { email, password: PASSWORD },
  });
  if (answer.status !== 200) throw new Error(`login answered ${answer.status} ${answer.text}`);
  return answer.body;
}

/** Signs up a user, makes an administrator of it as the operator, and signs it in. */
export async function createAdministrator(
  server: TestServer,
  email = "root@example.com",
): Promise<LoginAnswer> {
  const { user } = await signUpAndLogIn(server, email);
  await server.control(`/auth/admin/users/${user.id}/roles/administrator`, { method: "PUT" });
  return logIn(server, email);
}

function makeRequest(url: string, request: Send): Request {
  const body =
    request.text ?? (request.json === undefined ? undefined : JSON.stringify(request.json));
  return new Request(url, {
    method: request.method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(request.json === undefined ? {} : { "Content-Type": "application/json" }),
      ...(request.token === undefined ? {} : { Authorization: `Bearer ${request.token}` }),
      ...request.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
}

async function readAnswer<Body>(response: Response): Promise<Answer<Body>> {
  const text = await response.text();
  const isJson = response.headers.get("Content-Type")?.includes("json") ?? false;
  // Each test names the shape that it expects, and its assertions check it.
  const body = (isJson && text !== "" ? JSON.parse(text) : undefined) as Body;
  return { status: response.status, headers: response.headers, text, body };
}
