// The server under test: what `latchkey serve` runs, on a given data directory, with the database's
// clock made fast. A session can advance only every ten seconds by that clock, and a thousand
// sessions are renewed in a fraction of a second here.

import { writeSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createLatchkey, createLogger, openSqlite } from "@latchkey/server";
import { createHttpServers } from "../../../packages/cli/src/serving/http-server.ts";
import { createTurnWriter } from "../../../packages/cli/src/serving/turn-writer.ts";
import { reportReady } from "./control.ts";
import { ISSUER, KEYS } from "./fixture.ts";

/** Every so many milliseconds the database's clock leaps beyond the rotation window. */
const leapEvery = Number(process.argv[3] ?? 50);
const LEAP = 11_000;

const directory = process.argv[2] ?? "";
const keys = process.argv[4];

/** So wide that no load meets it. */
const WIDE = { attempts: 1_000_000, per: 3600 };

const database = await openSqlite({ directory });
const latchkey = createLatchkey({
  issuer: ISSUER,
  database,
  keyEncryption: keys === undefined ? { keys: KEYS } : { directory: keys },
  rateLimits: { login: { perNameAndNetwork: WIDE, perNetwork: WIDE } },
  // The log as `latchkey serve` writes it: a line for each request, with those of its turn.
  logger: createLogger({ destination: createTurnWriter({ write: (text) => writeSync(2, text) }) }),
});
await latchkey.ready();
const http = createHttpServers({
  handler: (request, connection) => latchkey.fetch(request, connection),
  onError: (error) => {
    throw error;
  },
});
const server = http.create();
server.listen(0, "127.0.0.1", () => {
  let offset = 0;
  let timer: NodeJS.Timeout | undefined;
  reportReady((server.address() as AddressInfo).port, {
    start: () => {
      timer = setInterval(() => {
        offset += LEAP;
        database.setClockOffset(offset);
      }, leapEvery);
      return undefined;
    },
    stop: () => {
      clearInterval(timer);
      return undefined;
    },
    end: async () => {
      await http.drain(0);
      await latchkey.close();
      await database.close();
    },
  });
});
