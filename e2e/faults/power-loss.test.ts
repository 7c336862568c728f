// Power loss on a disk that lied: the last commits are gone, although they were acknowledged. A
// renewal may be such a commit (design section 3): the clients are ahead of the store, and go on.

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { stopAll } from "../harness/child.ts";
import { createDirectory, removeDirectories } from "../harness/directory.ts";
import { startFaultServer } from "../harness/fault-server.ts";
import {
  checkHistory,
  countAhead,
  renewAll,
  settleAll,
  signInClients,
  WINDOW_PASSED,
} from "../harness/storm.ts";
import { copyAfterPowerLoss } from "../harness/write-ahead-log.ts";
import { createRandom, patience, rounds, seed } from "./form.ts";

/** Milliseconds within which the power fails. */
const STORM = 80;

/** How many of the answers get lost. */
const LOSS = 0.2;

/** Commits that one failure takes back, at most. */
const MOST_LOST = 3;

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

const failures = rounds({ short: 3, long: 40 });

it(
  `honest clients go on after ${failures} power failures that took commits back (seed ${seed})`,
  async () => {
    const random = createRandom(seed + 2);
    const server = await startFaultServer();
    const clients = await signInClients(server, () => random() < LOSS);
    // Sign-ins are never lost: a clean end moves them into the database file.
    await server.stop("SIGTERM");
    await server.start();
    let lost = 0;
    let ahead = 0;
    for (let failure = 0; failure < failures; failure++) {
      await server.moveClock(WINDOW_PASSED);
      const storm = renewAll(clients);
      await wait(random() * STORM);
      await server.stop("SIGKILL");
      const copy = await createDirectory("copy");
      const loss = await copyAfterPowerLoss(
        server.data,
        copy,
        1 + Math.floor(random() * MOST_LOST),
      );
      lost += loss.lost;
      ahead += countAhead(copy, clients);
      await server.start({ data: copy });
      await storm;
    }
    // Otherwise nothing was lost that anybody had been told.
    expect(lost).toBeGreaterThan(failures / 2);
    expect(ahead).toBeGreaterThan(0);
    await settleAll(server, clients);
    await server.stop("SIGTERM");
    checkHistory(server.data, clients);
  },
  patience(failures),
);
