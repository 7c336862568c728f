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
import { parseSettings } from "./settings.ts";

/** How long open requests may take to finish after SIGTERM, in milliseconds. */
const DRAIN_TIMEOUT = 5000;

const { issuer, audience, port, data } = parseSettings(process.env);
const isJson = process.argv.includes("--json");

mkdirSync(data, { recursive: true });
const database = openDatabase(join(data, "clinic.db"));
const guard = createGuard({ issuer, audience });
const app = createClinic({
  guard,
  database,
  // An error's message may quote a request, so only its kind and place are printed.
  report: (error) => {
    const { name, stack } = error instanceof Error ? error : new Error("not an Error");
    process.stderr.write(`${name}\n${stack?.slice(stack.indexOf("\n    at ") + 1) ?? ""}\n`);
  },
});

const server = createServer(app);
server.listen({ port, host: "localhost" });
await once(server, "listening");
const url = `http://localhost:${(server.address() as AddressInfo).port}`;
process.stdout.write(
  isJson
    ? `${JSON.stringify({ event: "ready", url, issuer })}\n`
    : `Clinic listens on ${url} and takes tokens of ${issuer}\n`,
);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    server.close(() => {
      void guard.close();
      database.close();
    });
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT).unref();
  });
}
