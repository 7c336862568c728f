// The machine's clock jumps, by an hour and in both directions: nobody is signed out.

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { stopAll } from "../harness/child.ts";
import { removeDirectories } from "../harness/directory.ts";
import { startFaultServer } from "../harness/fault-server.ts";
import { call } from "../harness/http.ts";
import type { RefreshClient } from "../harness/refresh-client.ts";
import {
  checkHistory,
  renewAll,
  settleAll,
  signInClients,
  WINDOW_PASSED,
} from "../harness/storm.ts";
import { createRandom, patience, rounds, seed } from "./form.ts";

const HOUR = 3_600_000;

/** Milliseconds within which a storm is hit. */
const STORM = 100;

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

const jumps = rounds({ short: 9, long: 120 });

it(
  `no honest client is signed out by ${jumps} jumps of an hour (seed ${seed})`,
  async () => {
    const random = createRandom(seed + 3);
    const server = await startFaultServer();
    let isCut = false;
    const clients = await signInClients(server, () => isCut);
    // The latest time that the server ever had: behind it no client can advance.
    let latest = server.now();
    let lost = 0;
    for (let jump = 0; jump < jumps; jump++) {
      // Both directions first, then as it comes.
      const step = ([1, -1, -1, 1][jump] ?? (random() < 0.5 ? 1 : -1)) * HOUR;
      if (jump % 3 === 2) {
        // It jumps while answers are lost: the machine was off, and its clock lost or won an hour.
        await server.moveClock(latest + WINDOW_PASSED - server.now());
        // A client without keys has the window only, and an hour forward is beyond it.
        const there = clients.filter(({ kind }) => step < 0 || kind !== "plain");
        const before = countRetries(clients);
        isCut = random() < 0.8;
        const storm = renewAll(there);
        await wait(random() * STORM);
        await server.stop("SIGKILL");
        isCut = false;
        latest = Math.max(latest, server.now());
        await server.start({ skipped: step });
        await storm;
        lost += countRetries(clients) - before;
      } else {
        await server.moveClock(step);
      }
      latest = Math.max(latest, server.now());
      await renewAll(clients);
      for (const { accessToken } of clients) {
        const answer = await call(`${server.url}/auth/me`, { token: accessToken });
        expect([jump, step, answer.status]).toEqual([jump, step, 200]);
      }
    }
    // Otherwise no jump hit a client that waited for its answer.
    expect(lost).toBeGreaterThan(0);
    await server.moveClock(latest - server.now());
    await settleAll(server, clients);
    await server.stop("SIGTERM");
    checkHistory(server.data, clients);
  },
  patience(jumps),
);

function countRetries(clients: readonly RefreshClient[]): number {
  return clients.reduce((sum, { retries }) => sum + retries, 0);
}
