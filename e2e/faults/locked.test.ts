// Somebody else holds the database: a tool that locks the file under a running server, and a second
// server on the same directory.

import { once } from "node:events";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type Child, node, spawnChild, stopAll } from "../harness/child.ts";
import { removeDirectories } from "../harness/directory.ts";
import { startFaultServer } from "../harness/fault-server.ts";
import { call } from "../harness/http.ts";
import { restartServer, spawnServer, startServer } from "../harness/server.ts";
import {
  checkHistory,
  renewAll,
  settleAll,
  signInClients,
  WINDOW_PASSED,
} from "../harness/storm.ts";

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

/** Locks a database as a tool would that began to write and forgot to end. */
async function lockDatabase(data: string): Promise<Child> {
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(process.argv[1]);
    database.exec("pragma busy_timeout = 10000; begin immediate");
    console.log("locked");
    setInterval(() => undefined, 1000);`;
  const child = spawnChild({
    label: "a tool that locks",
    command: node,
    args: ["-e", script, join(data, "latchkey.db")],
  });
  while (!child.stdout().includes("locked")) {
    if (child.process.stdout !== null) await once(child.process.stdout, "data");
  }
  return child;
}

it("refuses to write while another process holds the file, and goes on afterwards", async () => {
  const server = await startFaultServer();
  const clients = await signInClients(server);
  await server.moveClock(WINDOW_PASSED);
  const tool = await lockDatabase(server.data);
  const json = { email: "late@clinic.example", password: "a passphrase for locks" };
  const storm = renewAll(clients);
  const refused = await call(`${server.url}/auth/signup`, { json });
  expect([refused.status, refused.body["code"]]).toEqual([503, "database_unavailable"]);
  await expect
    .poll(() => server.child.stderr())
    .toMatch(/SQLite 5: database is locked|does not answer in time/);
  while (clients.some(({ retries }) => retries === 0)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await tool.stop("SIGKILL");
  expect(await storm).toBe(clients.length);
  expect((await call(`${server.url}/auth/signup`, { json })).status).toBe(202);
  await settleAll(server, clients);
  await server.stop("SIGTERM");
  checkHistory(server.data, clients);
});

it("keeps a second server out, until the first one is dead", async () => {
  const first = await startServer();
  const second = spawnServer({ data: first.data, kekDirectory: first.kekDirectory });
  expect(await second.exit).toBe(1);
  expect(second.stdout()).toContain('"code":"data_directory_locked"');
  expect((await call(`${first.url}/readyz`)).status).toBe(200);
  await first.child.stop("SIGKILL");
  const third = await restartServer(first);
  expect((await call(`${third.url}/readyz`)).status).toBe(200);
});
