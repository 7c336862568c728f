// Three nodes behind a load balancer are replaced one after the other under load: no request fails.

import { afterAll, expect, it } from "vitest";
import { stopAll } from "../../harness/child.ts";
import { removeDirectories } from "../../harness/directory.ts";
import { restartNodes } from "../../harness/rolling-restart.ts";
import { patience, rounds } from "../form.ts";

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

const restarts = rounds({ short: 3, long: 12 });

it(
  `no request fails while nodes are replaced ${restarts} times`,
  async () => {
    const { failed, requests, advanced, exitCodes } = await restartNodes(restarts);
    expect(failed).toEqual([]);
    expect(exitCodes).toEqual(Array(restarts).fill(0));
    // A load that asks for little, or only inside the window, would prove less.
    expect(requests).toBeGreaterThan(100);
    expect(advanced).toBeGreaterThan(10);
  },
  // Each of them starts a process.
  2 * patience(restarts),
);
