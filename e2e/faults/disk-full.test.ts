// The disk is full: what needs it is refused with 503, what does not is served, and when there is
// space again everything goes on by itself.

import { afterAll, expect, it } from "vitest";
import { stopAll } from "../harness/child.ts";
import { removeDirectories } from "../harness/directory.ts";
import { type FaultServer, startFaultServer } from "../harness/fault-server.ts";
import { type Answer, call } from "../harness/http.ts";
import { type SmallDisk, mountSmallDisk } from "../harness/small-disk.ts";
import { checkHistory, renewAll, settleAll, signInClients } from "../harness/storm.ts";
import { WINDOW_PASSED } from "../harness/storm.ts";

/** Sign-ups after which a full disk must have been noticed: each takes about a page. */
const SIGN_UPS = 60;

/** More pages than the database ever has here. */
const NO_LIMIT = 1_000_000;

let disk: SmallDisk | undefined;
afterAll(async () => {
  await stopAll();
  disk?.unmount();
  await removeDirectories();
});

let people = 0;
const signUp = (server: FaultServer): Promise<Answer> =>
  call(`${server.url}/auth/signup`, {
    json: {
      email: `person${people++}@clinic.example`,
      password: "a passphrase for full disks",
      name: "x".repeat(100),
    },
  });

async function signUpUntilRefused(server: FaultServer): Promise<Answer> {
  for (let count = 0; count < SIGN_UPS; count++) {
    const answer = await signUp(server);
    if (answer.status !== 202) return answer;
  }
  throw new Error("the disk never filled");
}

it("is refused what needs space, loses nothing, and goes on when there is space", async () => {
  disk = await mountSmallDisk();
  const server = await startFaultServer(disk === undefined ? {} : { data: disk.directory });
  const clients = await signInClients(server);
  // An administrator would look for its space in the log that is merged: begin with an empty one.
  await server.stop("SIGTERM");
  await server.start();
  await settleAll(server, clients);

  if (disk === undefined) await server.limitPages(1);
  else await disk.fill();
  const refused = await signUpUntilRefused(server);
  expect([refused.status, refused.body["code"]]).toEqual([503, "database_unavailable"]);
  expect(refused.headers.get("retry-after")).toBe("1");
  await expect.poll(() => server.child.stderr()).toMatch(/SQLite 13: database or disk is full/);
  // Reading needs no space.
  for (const { accessToken } of clients) {
    expect((await call(`${server.url}/auth/me`, { token: accessToken })).status).toBe(200);
  }
  await server.moveClock(WINDOW_PASSED);
  const storm = renewAll(clients);
  if (disk !== undefined) {
    // A renewal writes, too: it waits for the space and is repeated until there is some.
    while (clients.some(({ retries }) => retries === 0)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await disk.free();
  } else {
    await server.limitPages(NO_LIMIT);
  }
  expect(await storm).toBe(clients.length);
  expect((await signUp(server)).status).toBe(202);
  await settleAll(server, clients);
  await server.stop("SIGTERM");
  checkHistory(server.data, clients);
});
