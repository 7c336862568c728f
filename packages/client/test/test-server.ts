// A whole server for tests of the client: real HTTP on a port of its own, real SQLite, and a clock
// that moves on demand.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { createAdaptorServer } from "@hono/node-server";
import {
  createLatchkey,
  createLogger,
  type Latchkey,
  type LatchkeyConfig,
  openSqlite,
} from "@latchkey/server";
import { onTestFinished } from "vitest";

/** A password that the policy accepts. */
export const PASSWORD = "seven quiet herons at dawn";

/** A running server. */
export interface TestServer {
  readonly url: string;
  readonly latchkey: Latchkey;
  /** Milliseconds by the server's and the database's clock. */
  now(): number;
  /** Lets time pass for server and database. */
  advance(milliseconds: number): void;
  /** Signs up; the account can sign in. */
  createUser(email: string): Promise<void>;
  /** A request of the operator. */
  control(method: string, path: string, json?: unknown): Promise<Response>;
  /** The audit events of a kind. */
  countEvents(kind: string): Promise<number>;
}

/** Starts a server; it ends with the test. */
export async function startServer(config: Partial<LatchkeyConfig> = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-client-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const database = await openSqlite({ directory: join(directory, "data") });
  let offset = 0;
  let latchkey: Latchkey | undefined;
  const http = createAdaptorServer({
    fetch: async (request) => (await latchkey?.fetch(request)) ?? new Response(null),
  });
  http.listen(0, "localhost");
  await once(http, "listening");
  const url = `http://localhost:${(http.address() as AddressInfo).port}`;
  const opened = createLatchkey({
    issuer: url,
    database,
    keyEncryption: { directory: join(directory, "keys") },
    logger: createLogger({ destination: { write: () => {} } }),
    clock: () => Date.now() + offset,
    passwordHashing: { dangerouslyCheap: true },
    ...config,
  });
  latchkey = opened;
  await opened.ready();
  onTestFinished(async () => {
    if ("closeAllConnections" in http) http.closeAllConnections();
    http.close();
    await opened.close();
    await database.close();
  });
  return {
    url,
    latchkey: opened,
    now: () => Date.now() + offset,
    advance: (milliseconds) => {
      offset += milliseconds;
      database.setClockOffset(offset);
    },
    createUser: async (email) => {
      const response = await fetch(`${url}/auth/signup`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email, password: PASSWORD }),
      });
      if (response.status !== 202) throw new Error(`sign-up answered ${response.status}`);
    },
    control: (method, path, json) =>
      opened.control(
        new Request(`${url}${path}`, {
          method,
          ...(json === undefined
            ? {}
            : { body: JSON.stringify(json), headers: { "Content-Type": "application/json" } }),
        }),
      ),
    countEvents: async (kind) => {
      const query = database.query.selectFrom("audit_events").select("n").where("kind", "=", kind);
      return (await database.read(query)).length;
    },
  };
}
