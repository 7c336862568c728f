// The database file is damaged under a running server: it says so, and a backup brings everything
// back, with the real commands. What was taken back stays taken back for an API that follows.

import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { stopAll } from "../harness/child.ts";
import { startClinic } from "../harness/clinic.ts";
import { createDirectory, removeDirectories } from "../harness/directory.ts";
import { call, callUntil } from "../harness/http.ts";
import { logIn, renew, signUp } from "../harness/people.ts";
import { restartServer, runCli, spawnServer, startServer } from "../harness/server.ts";
import { people } from "../harness/staff.ts";

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

/** Damages every page but the first. */
function damage(file: string): void {
  const handle = openSync(file, "r+");
  for (let at = 4096; at < statSync(file).size; at += 4096) {
    writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, at);
  }
  closeSync(handle);
}

it("says that the file is damaged, refuses to start on it, and is back after a restore", async () => {
  const first = await startServer();
  const clinic = await startClinic({ issuer: first.url });
  const doctors = (token: string): ReturnType<typeof call> =>
    call(`${clinic.url}/doctors`, { token });
  await signUp(first, people.patient);
  const before = await logIn(first, people.patient);
  const backup = join(await createDirectory("backup"), "copy.db");
  await runCli(first, ["backup", backup]);
  // What the backup does not know: that the user's handle was retired, and a session.
  await runCli(first, ["users", "set-password", people.patient.email], "another long passphrase\n");
  const after = await logIn(first, { ...people.patient, password: "another long passphrase" });
  expect((await doctors(after.access_token)).status).toBe(200);

  // A restart first: pages that are in memory hide the damage.
  await first.child.stop();
  const server = await restartServer(first);
  damage(join(server.data, "latchkey.db"));
  const { email, password } = people.patient;
  const met = await call(`${server.url}/auth/login`, { json: { email, password } });
  expect([met.status, met.body["code"]]).toEqual([503, "database_unavailable"]);
  // The log comes behind the answer.
  await expect.poll(() => server.child.stderr()).toMatch(/SQLite (11|267|26): /);
  await server.child.stop();
  const refused = spawnServer(server);
  expect(await refused.exit).toBe(1);
  expect(refused.stdout()).toContain('"code":"database_corrupt"');
  expect(refused.stdout()).toContain("latchkey restore");

  const told = await runCli(server, ["restore", backup]);
  expect(told).toContain("Everybody signs in again");
  const restored = await restartServer(server);
  // The API hears of the new ledger and refuses what was issued before, whenever that was.
  for (const { access_token: token } of [before, after]) {
    const answer = await callUntil(
      () => doctors(token),
      ({ status }) => status === 401,
      10_000,
    );
    expect(answer.headers.get("www-authenticate")).toContain('latchkey_reason="retired"');
  }
  expect((await renew(restored, before.refresh_token)).body.code).toBe("session_ended");
  expect((await renew(restored, after.refresh_token)).body.code).toBe("refresh_token_invalid");
  // The password of then works, and the API takes the new token at once.
  const { access_token: token } = await logIn(restored, people.patient);
  expect((await doctors(token)).status).toBe(200);
});
