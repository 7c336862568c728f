// Refresh rotation over HTTP against the real server: an honest client that lost an answer gets it
// again, a thief ends the session. Windows pass by moving the sessions' times (harness/clock.ts).

import { randomBytes } from "node:crypto";
import { ATTEMPT_KEY_HEADER } from "@latchkey/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stopAll } from "./harness/child.ts";
import { startClinic } from "./harness/clinic.ts";
import { passTime } from "./harness/clock.ts";
import { removeDirectories } from "./harness/directory.ts";
import { call, callUntil } from "./harness/http.ts";
import { logIn, renew, signUp } from "./harness/people.ts";
import { type Server, startServer } from "./harness/server.ts";
import { people } from "./harness/staff.ts";

/** A little more than the window after an advance, in milliseconds. */
const WINDOW_PASSED = 11_000;
const ONE_DAY = 24 * 3_600_000;

let server: Server;

beforeAll(async () => {
  server = await startServer();
  await signUp(server, people.patient);
});

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

describe("rotation", () => {
  it("advances outside the window, repeats the successor inside it, and catches reuse", async () => {
    const { refresh_token: first } = await logIn(server, people.patient);
    const bystander = await logIn(server, people.patient);
    server = await passTime(server, WINDOW_PASSED);

    const advanced = await renew(server, first);
    expect(advanced.status).toBe(200);
    const second = advanced.body.refresh_token ?? "";
    expect(second).toMatch(/^lkr_[A-Za-z0-9_-]+$/);
    expect(second).not.toBe(first);
    const owner = advanced.body.access_token;

    // The answer was lost, or another tab was slower: the same successor, nothing written.
    const repeated = await renew(server, first);
    expect([repeated.status, repeated.body.refresh_token]).toEqual([200, second]);
    // The current token inside the window: an access token, and no second advance.
    const early = await renew(server, second);
    expect([early.status, early.body.rotated]).toEqual([200, false]);
    expect(early.body).not.toHaveProperty("refresh_token");

    server = await passTime(server, WINDOW_PASSED);
    const clinic = await startClinic({ issuer: server.url });
    expect((await call(`${clinic.url}/doctors`, { token: owner })).status).toBe(200);
    const reused = await renew(server, first);
    expect([reused.status, reused.body.code]).toEqual([401, "session_compromised"]);
    // Nobody keeps the session: neither the thief nor the owner, whose access token ends too.
    expect((await renew(server, second)).status).toBe(401);
    await callUntil(
      () => call(`${clinic.url}/doctors`, { token: owner }),
      ({ status }) => status === 401,
      2000,
    );
    // Another session of the same person is not touched.
    expect((await renew(server, bystander.refresh_token)).status).toBe(200);
  });

  it("answers twenty requests at once with one successor, and the session lives (L1)", async () => {
    const { refresh_token: first } = await logIn(server, people.patient);
    server = await passTime(server, WINDOW_PASSED);
    const answers = await Promise.all(Array.from({ length: 20 }, () => renew(server, first)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => body.refresh_token));
    successors.delete(undefined);
    expect(successors.size).toBe(1);
    const [second = ""] = successors;
    server = await passTime(server, WINDOW_PASSED);
    expect((await renew(server, second)).body.refresh_token).toMatch(/^lkr_/);
  });

  it("repeats the successor a day later for the attempt key that made the advance", async () => {
    const { refresh_token: first } = await logIn(server, people.patient);
    server = await passTime(server, WINDOW_PASSED);
    const headers = { [ATTEMPT_KEY_HEADER]: randomBytes(32).toString("base64url") };
    const advanced = await renew(server, first, headers);
    expect(advanced.body.refresh_token).toMatch(/^lkr_/);
    server = await passTime(server, ONE_DAY);
    const repeated = await renew(server, first, headers);
    expect([repeated.status, repeated.body.refresh_token]).toEqual([
      200,
      advanced.body.refresh_token,
    ]);
  });

  it("refuses a forged token before and after the database, and says session_expired at the end", async () => {
    const { refresh_token: token } = await logIn(server, people.patient);
    const bytes = Buffer.from(token.slice("lkr_".length), "base64url");
    for (const index of [0, 1, 2, 17, 18, 21, 22, 29, 30, bytes.length - 1]) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(index) ^ 1, index);
      const answer = await renew(server, `lkr_${forged.toString("base64url")}`);
      expect([index, answer.status, answer.body.code]).toEqual([
        index,
        401,
        "refresh_token_invalid",
      ]);
    }
    expect((await renew(server, token)).status).toBe(200);
    server = await passTime(server, 31 * ONE_DAY);
    const expired = await renew(server, token);
    expect([expired.status, expired.body.code]).toEqual([401, "session_expired"]);
  });
});
