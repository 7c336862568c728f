// The server dies in the middle of a storm of renewals: killed, its database thread killed, or away
// for a day between a request and its repetition. No honest client notices but by waiting.

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { stopAll } from "../harness/child.ts";
import { removeDirectories } from "../harness/directory.ts";
import { startFaultServer } from "../harness/fault-server.ts";
import { type RefreshClient, signInClient } from "../harness/refresh-client.ts";
import {
  checkHistory,
  person,
  renewAll,
  settleAll,
  signInClients,
  WINDOW_PASSED,
} from "../harness/storm.ts";
import { createRandom, patience, rounds, seed } from "./form.ts";

/** Milliseconds within which a storm is hit: what a storm takes that nobody hits. */
const STORM = 60;

/** How many of the answers get lost. */
const LOSS = 0.2;

const ONE_DAY = 24 * 3_600_000;

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

describe(`the server is killed during a storm (seed ${seed})`, () => {
  const kills = rounds({ short: 5, long: 60 });

  it(
    `loses nothing to ${kills} times SIGKILL`,
    async () => {
      const random = createRandom();
      const server = await startFaultServer();
      const clients = await signInClients(server, () => random() < LOSS);
      const late: RefreshClient[] = [];
      for (let kill = 0; kill < kills; kill++) {
        await server.moveClock(WINDOW_PASSED);
        // Now and then the answer is repeated a day later, which only an attempt key survives.
        const isLongAway = kill % 3 === 2;
        const there = clients.filter(({ kind }) => !isLongAway || kind !== "plain");
        const signIn = signInClient(server.url, person, "keyed").then(
          (client) => late.push(client),
          () => undefined,
        );
        const storm = renewAll(there);
        await wait(random() * STORM);
        await server.stop("SIGKILL");
        await signIn;
        await server.start(isLongAway ? { skipped: ONE_DAY } : {});
        await storm;
      }
      const lost = clients.reduce((sum, { retries }) => sum + retries, 0);
      // Otherwise the kills hit nobody.
      expect(lost).toBeGreaterThan(kills);
      await settleAll(server, [...clients, ...late]);
      expect(Math.min(...clients.map(({ generation }) => generation))).toBeGreaterThan(kills / 2);
      await server.stop("SIGTERM");
      checkHistory(server.data, [...clients, ...late], { unanswered: kills - late.length });
    },
    patience(kills),
  );

  const crashes = rounds({ short: 3, long: 15 });

  it(
    `goes on after its database thread died ${crashes} times`,
    async () => {
      const random = createRandom(seed + 1);
      const server = await startFaultServer();
      const { process } = server.child;
      const clients = await signInClients(server, () => random() < LOSS);
      let unready = 0;
      for (let crash = 0; crash < crashes; crash++) {
        await server.moveClock(WINDOW_PASSED);
        const storm = renewAll(clients);
        await wait(random() * STORM);
        await server.killWorker();
        while (!(await isReady(server.url))) unready += 1;
        await storm;
      }
      // Probes saw it, the log tells it, and the process is the one that was started.
      expect(unready).toBeGreaterThan(0);
      await expect.poll(() => server.child.stderr()).toContain("the database worker ended");
      await settleAll(server, clients);
      expect(process.exitCode).toBeNull();
      await server.stop("SIGTERM");
      checkHistory(server.data, clients);
    },
    patience(crashes),
  );
});

async function isReady(url: string): Promise<boolean> {
  const { status } = await fetch(`${url}/readyz`);
  if (status !== 200 && status !== 503) throw new Error(`/readyz answered ${status}`);
  return status === 200;
}
