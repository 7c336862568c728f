// Runs the clinic: the only file that reads the environment, opens a port and hears signals.
// With `--json`, standard output carries one JSON object a line, the first when it is ready.

import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createGuard } from "@latchkey/guard";
import { createClinic } from "./app.ts";
import { openDatabase } from "./database.ts";
import { buildFrontEnd } from "./front-end.ts";
import { parseSettings } from "./settings.ts";

/** How long open requests may take to finish after SIGTERM, in milliseconds. */
const DRAIN_TIMEOUT = 5000;

try {
  await run();
} catch (error) {
  process.stderr.write(`clinic: ${error instanceof Error ? error.message : "failed"}\n`);
  process.exit(1);
}

async function run(): Promise<void> {
  const { issuer, audience, port, data } = parseSettings(process.env);
  mkdirSync(data, { recursive: true });
  const database = openDatabase(join(data, "clinic.db"));
  const guard = createGuard({ issuer, audience });
  const frontEnd = await buildFrontEnd(issuer);
  const server = createServer(createClinic({ guard, database, frontEnd, report }));
  server.listen({ port, host: "localhost" });
  await once(server, "listening");

  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  process.stdout.write(
    process.argv.includes("--json")
      ? `${JSON.stringify({ event: "ready", url, issuer })}\n`
      : `The clinic listens on ${url} and takes tokens of ${issuer}\n`,
  );

  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  server.close();
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT);
  await once(server, "close");
  clearTimeout(deadline);
  await guard.close();
  database.close();
}

// An error's message may quote a request, so only its kind and its place are printed.
function report(error: unknown): void {
  const { name, stack = "" } = error instanceof Error ? error : new Error("not an Error");
  process.stderr.write(`${name}\n${stack.slice(stack.indexOf("\n    at ") + 1)}\n`);
}
