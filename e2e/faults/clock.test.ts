// The machine's clock jumps, by an hour and in both directions: nobody is signed out.

import { afterAll, expect, it } from "vitest";
import { stopAll } from "../harness/child.ts";
import { removeDirectories } from "../harness/directory.ts";
import { startFaultServer } from "../harness/fault-server.ts";
import { call } from "../harness/http.ts";
import { checkHistory, renewAll, settleAll, signInClients } from "../harness/storm.ts";
import { createRandom, patience, rounds, seed } from "./form.ts";

const HOUR = 3_600_000;

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

const jumps = rounds({ short: 12, long: 120 });

it(
  `no honest client is signed out by ${jumps} jumps of an hour (seed ${seed})`,
  async () => {
    const random = createRandom(seed + 3);
    const server = await startFaultServer();
    const clients = await signInClients(server);
    let net = 0;
    for (let jump = 0; jump < jumps; jump++) {
      // Both directions first, then as it comes; a restart now and then, as machines do.
      const step = jump < 4 ? [1, -1, -1, 1][jump] : random() < 0.5 ? 1 : -1;
      net += step ?? 0;
      if (jump % 5 === 4) {
        await server.stop(random() < 0.5 ? "SIGKILL" : "SIGTERM");
        await server.start({ skipped: (step ?? 0) * HOUR });
      } else {
        await server.moveClock((step ?? 0) * HOUR);
      }
      await renewAll(clients);
      for (const { accessToken } of clients) {
        const answer = await call(`${server.url}/auth/me`, { token: accessToken });
        expect([jump, net, answer.status]).toEqual([jump, net, 200]);
      }
    }
    // Forward of every time that was ever told, where each client can advance again.
    await server.moveClock((jumps + 1) * HOUR);
    await settleAll(server, clients);
    await server.stop("SIGTERM");
    checkHistory(server.data, clients);
  },
  patience(jumps),
);
