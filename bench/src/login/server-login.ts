// The server under test: what `latchkey serve` runs, with limits so wide that nobody meets them. How
// long each sign-in takes is measured here, around the handler, where no network adds to it.

import { writeSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createLatchkey, createLogger } from "@latchkey/server";
import { createHttpServers } from "../../../packages/cli/src/serving/http-server.ts";
import { lowerHashingPriority } from "../../../packages/cli/src/serving/lower-hashing-priority.ts";
import { reportReady } from "../refresh/control.ts";
import { ISSUER, KEYS } from "../refresh/fixture.ts";

const WIDE = { attempts: 1_000_000, per: 3600 };

const latchkey = createLatchkey({
  issuer: ISSUER,
  data: process.argv[2] ?? "",
  keyEncryption: { keys: KEYS },
  logger: createLogger({ destination: { write: (line) => void writeSync(2, line) } }),
  passwordHashing: { concurrency: Number(process.argv[3] ?? 1) },
  rateLimits: { login: { perNameAndNetwork: WIDE, perNetwork: WIDE } },
});
await latchkey.ready();
lowerHashingPriority();

let times: number[] = [];
const http = createHttpServers({
  handler: async (request, connection) => {
    const startedAt = performance.now();
    const response = await latchkey.fetch(request, connection);
    if (request.url.endsWith("/auth/login")) times.push(performance.now() - startedAt);
    return response;
  },
  onError: (error) => {
    throw error;
  },
});
const server = http.create();
server.listen(0, "127.0.0.1", () => {
  reportReady((server.address() as AddressInfo).port, {
    start: () => {
      times = [];
      return undefined;
    },
    stop: () => times,
    end: async () => {
      await http.drain(0);
      await latchkey.close();
    },
  });
});
