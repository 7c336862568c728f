// A node under test: what `latchkey serve` runs, on a PostgreSQL. Arguments: the database's URL, its
// direct URL to hear other nodes or nothing, the issuer, and the port.

import { writeSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createLatchkey, createLogger } from "@latchkey/server";
import { createHttpServers } from "../../../packages/cli/src/serving/http-server.ts";
import { reportReady } from "../refresh/control.ts";
import { ISSUER, KEYS } from "../refresh/fixture.ts";

const [databaseUrl = "", databaseListenUrl = "", issuer = ISSUER, port = "0"] =
  process.argv.slice(2);
const latchkey = createLatchkey({
  issuer,
  databaseUrl,
  ...(databaseListenUrl === "" ? {} : { databaseListenUrl }),
  keyEncryption: { keys: KEYS },
  // The log as `latchkey serve` writes it: a line for each request, at once.
  logger: createLogger({ destination: { write: (line) => void writeSync(2, line) } }),
});
await latchkey.ready();
const http = createHttpServers({
  handler: (request, connection) => latchkey.fetch(request, connection),
  onError: (error) => {
    throw error;
  },
});
const server = http.create();
server.listen(Number(port), "127.0.0.1", () => {
  reportReady((server.address() as AddressInfo).port, {
    end: async () => {
      latchkey.endStreams();
      await http.drain(0);
      await latchkey.close();
    },
  });
});
