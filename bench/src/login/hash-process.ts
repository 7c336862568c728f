// What sign-ins are compared with: argon2id by itself, with the parameters and at the concurrency of
// the server, on the same core, and nothing else.

import { argon2, randomBytes } from "node:crypto";
import { ARGON2_PARAMETERS } from "../../../packages/server/src/credentials/password-hash.ts";
import { reportReady } from "../refresh/control.ts";

const concurrency = Number(process.argv[2] ?? 1);

let stopping = new AbortController();
let count = 0;
let startedAt = 0;

async function hashOn(signal: AbortSignal): Promise<void> {
  const message = "seven quiet herons at dawn";
  while (!signal.aborted) {
    const options = { message, nonce: randomBytes(16), tagLength: 32, ...ARGON2_PARAMETERS };
    await new Promise<void>((resolve, reject) => {
      argon2("argon2id", options, (error) => (error === null ? resolve() : reject(error)));
    });
    count += 1;
  }
}

// It listens nowhere.
reportReady(0, {
  start: () => {
    stopping = new AbortController();
    count = 0;
    startedAt = performance.now();
    for (let lane = 0; lane < concurrency; lane += 1) void hashOn(stopping.signal);
    return undefined;
  },
  stop: () => {
    stopping.abort();
    return [count, performance.now() - startedAt];
  },
  end: () => undefined,
});
