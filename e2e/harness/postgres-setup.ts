// Vitest's global set-up: one PostgreSQL for all test files of a run, started when the first of them
// asks for it, each with a database of its own. Tests learn only the address of a small service that
// answers the server's URL (`inject("postgresService")`), so a run without such tests starts nothing.
// TEST_POSTGRES=npm-14 takes another of the versions that are here; with TEST_POOLER=1 stores are reached
// through a PgBouncer in transaction mode.

import { once } from "node:events";
import { createServer } from "node:http";
import type { TestProject } from "vitest/node";
import { findPostgres } from "./postgres-binaries.ts";
import { type Pooler, startPooler } from "./postgres-pooler.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** GET it: the URL of the superuser of the run's PostgreSQL; `stores` below it: the one for stores. */
    postgresService: string;
  }
}

/** What runs. */
interface Running {
  readonly server: PostgresServer;
  readonly pooler: Pooler | undefined;
}

async function start(): Promise<Running> {
  const server = await startWanted();
  try {
    const isPooled = process.env["TEST_POOLER"] === "1";
    return { server, pooler: isPooled ? await startPooler(server.url) : undefined };
  } catch (error) {
    await server.remove();
    throw error;
  }
}

function startWanted(): Promise<PostgresServer> {
  const wanted = process.env["TEST_POSTGRES"];
  const binaries = findPostgres().find(({ source, version }) => `${source}-${version}` === wanted);
  if (wanted !== undefined && binaries === undefined) {
    return Promise.reject(new Error(`PostgreSQL ${wanted} is not here`));
  }
  return startPostgres({ isDurable: false, ...(binaries === undefined ? {} : { binaries }) });
}

/** Starts the service; answers what ends it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<Running> | undefined;
  const service = createServer((request, response) => {
    starting ??= start();
    starting.then(
      ({ server, pooler }) => {
        const isPooled = request.url === "/stores" && pooler !== undefined;
        return response.end(isPooled ? pooler.through(server.url) : server.url);
      },
      (error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      },
    );
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  service.unref();
  const address = service.address();
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  project.provide("postgresService", `http://127.0.0.1:${address.port}/`);
  return async () => {
    service.close();
    const running = await starting?.catch(() => undefined);
    await running?.pooler?.remove();
    await running?.server.remove();
  };
}
