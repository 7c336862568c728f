// The server of the fault tests, as a process of its own: what `latchkey serve` wires, with the same
// HTTP servers, and with three things that no real server has: its clocks move, its database's pages
// can be limited, and its database worker can be killed, each on a message from the parent process.

import { subscribe } from "node:diagnostics_channel";
import type { Worker } from "node:worker_threads";
import { parseArgs } from "node:util";
import { createLatchkey, createLogger, openSqlite } from "@latchkey/server";
import { createHttpServers } from "../../packages/cli/src/serving/http-server.ts";
import { listen } from "../../packages/cli/src/serving/listen.ts";
import type { FaultCommand } from "./fault-server.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "" },
    "kek-dir": { type: "string", default: "" },
    port: { type: "string", default: "0" },
    clock: { type: "string", default: "0" },
  },
});

// Node tells of every thread that starts; the first one is the database's.
const workers: Worker[] = [];
subscribe("worker_threads", (message) => workers.push((message as { worker: Worker }).worker));

let offset = Number(values.clock);
const logger = createLogger({ level: "warn", destination: process.stderr });
const database = await openSqlite({
  directory: values.data,
  clockOffset: offset,
  // Shorter than a real server's, so that a test of a locked file need not wait as long.
  busyTimeout: 500,
  onTrouble: (error) => logger.error({ err: error }, "the database is being opened again"),
});
const http = createHttpServers({
  handler: (request, connection) => latchkey.fetch(request, connection),
  onError: (error) => logger.error({ err: error }, "request failed"),
});
const listening = await listen({
  host: undefined,
  port: Number(values.port),
  createServer: () => http.create(),
});
const url = `http://localhost:${listening.port}`;
const latchkey = createLatchkey({
  issuer: url,
  database,
  keyEncryption: { directory: values["kek-dir"] },
  clock: () => Date.now() + offset,
  logger,
});
await latchkey.ready();
process.stdout.write(`${JSON.stringify({ event: "ready", url })}\n`);

async function obey(command: FaultCommand): Promise<void> {
  switch (command.kind) {
    case "clock":
      offset = command.offset;
      database.setClockOffset(offset);
      break;
    case "limit-pages":
      await database.read({ compile: () => pragma(`max_page_count = ${command.pages}`) });
      break;
    case "kill-worker":
      await workers.at(-1)?.terminate();
  }
}

function pragma(text: string): ReturnType<ReturnType<typeof compiled>["compile"]> {
  return { ...compiled().compile(), sql: `pragma ${text}`, parameters: [] };
}

function compiled() {
  return database.query.selectFrom("users").select("id");
}

process.on("message", (command: FaultCommand) => {
  void obey(command).then(() => process.send?.({ done: command.id }));
});
process.on("SIGTERM", () => {
  void (async () => {
    process.disconnect();
    await http.drain(10_000);
    await latchkey.close();
    await database.close();
  })();
});
