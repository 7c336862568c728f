// Vitest's global set-up: one PostgreSQL for all test files of a run, started when the first of them
// asks for it, each with a database of its own. Tests learn only the address of a small service that
// answers the server's URL (`inject("postgresService")`), so a run without such tests starts nothing.

import { once } from "node:events";
import { createServer } from "node:http";
import type { TestProject } from "vitest/node";
import { findPostgres, type PostgresServer, startPostgres } from "./postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** GET it: the URL of the superuser of the run's PostgreSQL. */
    postgresService: string;
  }
}

// TEST_POSTGRES=15 takes another of the versions that are here.
function startWanted(): Promise<PostgresServer> {
  const wanted = process.env["TEST_POSTGRES"];
  const binaries = findPostgres().find(({ version }) => String(version) === wanted);
  if (wanted !== undefined && binaries === undefined) {
    return Promise.reject(new Error(`PostgreSQL ${wanted} is not here`));
  }
  return startPostgres({ isDurable: false, ...(binaries === undefined ? {} : { binaries }) });
}

/** Starts the service; answers what ends it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<PostgresServer> | undefined;
  const service = createServer((_request, response) => {
    starting ??= startWanted();
    starting.then(
      (server) => response.end(server.url),
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
    await starting?.then((server) => server.remove());
  };
}
