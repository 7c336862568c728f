// What ends sessions: each line of the table in docs/sessions.md, on a whole server whose database
// has a clock that can be moved.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type LatchkeyConfig, openSqlite } from "../src/index.ts";
import { logIn, PASSWORD, signUpAndLogIn, startServer } from "./test-server.ts";

const ANN = "ann@example.com";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly code?: string;
}

/** A server with one user who signed in on three devices; the first one is "here". */
async function start(config: Partial<LatchkeyConfig> = {}) {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-endings-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const database = await openSqlite({ directory });
  onTestFinished(() => database.close());
  const server = await startServer({ ...config, database });
  const here = await signUpAndLogIn(server, ANN);
  const there = await logIn(server, ANN);
  const elsewhere = await logIn(server, ANN);
  let offset = 0;
  /** What presenting a device's refresh token comes to: "live", or the code of the refusal. */
  async function stateOf({ refresh_token }: Tokens): Promise<string> {
    const answer = await server.send<Tokens>("/auth/refresh", { json: { refresh_token } });
    return answer.status === 200 ? "live" : String(answer.body.code);
  }
  return {
    ...server,
    database,
    here,
    there,
    elsewhere,
    stateOf,
    states: async () => [await stateOf(here), await stateOf(there), await stateOf(elsewhere)],
    /** Whether a device's access token is still accepted. */
    isAccepted: async ({ access_token: token }: Tokens) =>
      (await server.send("/auth/me", { token })).status === 200,
    /** Moves the database's clock. */
    pass: (milliseconds: number) => {
      offset += milliseconds;
      database.setClockOffset(offset);
    },
    renew: async ({ refresh_token }: Tokens) =>
      (await server.send<Tokens>("/auth/refresh", { json: { refresh_token } })).body,
  };
}

const sessionIdOf = ({ access_token: token }: Tokens): string => {
  const claims: unknown = JSON.parse(
    Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"),
  );
  return (claims as { sid: string }).sid;
};

it("gives cookies that go with the browser to a sign-in that is not remembered", async () => {
  const { send, pass } = await start();
  const headers = { "Latchkey-Request": "1", "Sec-Fetch-Site": "same-origin" };
  const signIn = async (remember: boolean): Promise<readonly string[]> => {
    const json = { email: ANN, password: PASSWORD, transport: "cookie", remember };
    return (await send("/auth/login", { json, headers })).headers.getSetCookie();
  };
  const remembered = await signIn(true);
  const short = await signIn(false);
  expect(remembered.map((cookie) => /Max-Age=2592000/.test(cookie))).toEqual([true, true]);
  expect(short).toHaveLength(2);
  expect(short.join()).not.toMatch(/Max-Age|Expires/i);
  pass(11_000);
  // A renewal keeps it.
  const cookie = short.map((text) => text.split(";")[0]).join("; ");
  const answer = await send("/auth/refresh", { json: {}, headers: { ...headers, Cookie: cookie } });
  const renewed = answer.headers.getSetCookie();
  expect(answer.status).toBe(200);
  expect(renewed).toHaveLength(1);
  expect(renewed.join()).not.toMatch(/Max-Age|Expires/i);
});

it("lists the place of a session when a lookup knows it", async () => {
  const { send, here } = await start({ placeOf: (address) => `near ${address}` });
  const { body } = await send<{ items: { place: string }[] }>("/auth/sessions", {
    token: here.access_token,
  });
  expect(body.items.map((item) => item.place)).toEqual(Array(3).fill("near 192.0.2.1"));
});

describe("what ends one session", () => {
  it("signing out", async () => {
    const { send, here, states, isAccepted, there } = await start();
    const json = { refresh_token: here.refresh_token };
    expect((await send("/auth/logout", { json })).status).toBe(204);
    expect(await states()).toEqual(["session_ended", "live", "live"]);
    expect([await isAccepted(here), await isAccepted(there)]).toEqual([false, true]);
  });

  it("signing out another device", async () => {
    const { send, here, there, states, isAccepted } = await start();
    const path = `/auth/sessions/${sessionIdOf(there)}`;
    expect((await send(path, { method: "DELETE", token: here.access_token })).status).toBe(204);
    expect(await states()).toEqual(["live", "session_ended", "live"]);
    expect([await isAccepted(here), await isAccepted(there)]).toEqual([true, false]);
  });

  it("the reuse of its refresh token", async () => {
    const { here, pass, renew, stateOf, there, elsewhere, isAccepted } = await start();
    pass(11_000);
    await renew(here);
    pass(11_000);
    expect(await stateOf(here)).toBe("session_compromised");
    expect([await stateOf(there), await stateOf(elsewhere)]).toEqual(["live", "live"]);
    expect([await isAccepted(here), await isAccepted(there)]).toEqual([false, true]);
  });

  it("its idle end", async () => {
    const { here, pass, stateOf, there, renew } = await start();
    pass(20 * DAY);
    const renewed = await renew(there);
    pass(10 * DAY + 1);
    expect(await stateOf(here)).toBe("session_expired");
    expect(await stateOf(renewed)).toBe("live");
  });

  it("its absolute end, however often it is renewed", async () => {
    const { here, pass, renew, stateOf } = await start({ sessionAbsoluteLifetime: "2d" });
    pass(DAY);
    const renewed = await renew(here);
    pass(DAY + 1000);
    expect(await stateOf(renewed)).toBe("session_expired");
  });

  it("twelve idle hours, when it is not remembered, also after a renewal", async () => {
    const { send, pass, renew, stateOf, here } = await start();
    const json = { email: ANN, password: PASSWORD, remember: false };
    const short = (await send<Tokens>("/auth/login", { json })).body;
    pass(11 * HOUR);
    const renewed = await renew(short);
    pass(11 * HOUR);
    const again = await renew(renewed);
    expect(again.refresh_token).toMatch(/^lkr_/);
    pass(12 * HOUR + 1000);
    expect(await stateOf(again)).toBe("session_expired");
    expect(await stateOf(here)).toBe("live");
  });

  it("the idle end of its client", async () => {
    const clients = { latchkey: { sessionIdleLifetime: "1h", accessTokenLifetime: "1m" } };
    const { here, pass, stateOf, send } = await start({ clients });
    const expiresIn = (
      await send<{ expires_in: number }>("/auth/login", {
        json: { email: ANN, password: PASSWORD },
      })
    ).body.expires_in;
    expect(expiresIn).toBe(60);
    pass(HOUR + 1000);
    expect(await stateOf(here)).toBe("session_expired");
  });
});

describe("what ends all sessions but the one that asks", () => {
  it("signing out everywhere else, which answers a fresh access token", async () => {
    const { send, here, there, states, isAccepted } = await start();
    const request = { method: "DELETE", token: here.access_token };
    const answer = await send<Tokens>("/auth/sessions?except=current", request);
    expect(answer.status).toBe(200);
    expect(await states()).toEqual(["live", "session_ended", "session_ended"]);
    expect([await isAccepted(here), await isAccepted(there)]).toEqual([false, false]);
    expect(await isAccepted(answer.body)).toBe(true);
    const list = await send<{ items: { current: boolean }[] }>("/auth/sessions", {
      token: answer.body.access_token,
    });
    expect(list.body.items).toMatchObject([{ current: true }]);
  });

  it("changing one's own password, which answers a fresh access token too", async () => {
    const { send, here, there, states, isAccepted } = await start();
    const json = { current_password: PASSWORD, new_password: "eight loud cranes at dusk" };
    const answer = await send<Tokens>("/auth/me/password", { json, token: here.access_token });
    expect(answer.status).toBe(200);
    expect(await isAccepted(answer.body)).toBe(true);
    expect([await isAccepted(here), await isAccepted(there)]).toEqual([false, false]);
    expect(await states()).toEqual(["live", "session_ended", "session_ended"]);
  });
});

describe("what ends all sessions of a user", () => {
  const all = ["session_ended", "session_ended", "session_ended"];

  it("signing out everywhere", async () => {
    const { send, here, states, isAccepted, there } = await start();
    const request = { method: "DELETE", token: here.access_token };
    expect((await send("/auth/sessions", request)).status).toBe(204);
    expect(await states()).toEqual(all);
    expect([await isAccepted(here), await isAccepted(there)]).toEqual([false, false]);
    expect((await send("/auth/sessions", request)).status).toBe(401);
  });

  it("an administrator who signs the user out", async () => {
    const { control, here, states, isAccepted, database } = await start();
    const path = `/auth/admin/users/${here.user.id}/sessions`;
    expect((await control(path, { method: "DELETE" })).status).toBe(204);
    expect(await states()).toEqual(all);
    expect(await isAccepted(here)).toBe(false);
    const rows = await database.read(
      database.query.selectFrom("audit_events").selectAll().where("kind", "=", "session.all_ended"),
    );
    expect(rows).toMatchObject([{ actor_id: "operator", user_id: here.user.id }]);
    const nobody = "/auth/admin/users/AAAAAAAAAAAAAAAAAAAAAA/sessions";
    expect((await control(nobody, { method: "DELETE" })).status).toBe(404);
  });

  it("disabling the account", async () => {
    const { control, here, states, isAccepted } = await start();
    const json = { disabled: true };
    await control(`/auth/admin/users/${here.user.id}`, { method: "PATCH", json });
    expect(await states()).toEqual(all);
    expect(await isAccepted(here)).toBe(false);
  });

  it("a password that an administrator sets", async () => {
    const { control, here, states, isAccepted } = await start();
    const json = { password: "six loud herons at dusk" };
    await control(`/auth/admin/users/${here.user.id}/password`, { method: "PUT", json });
    expect(await states()).toEqual(all);
    expect(await isAccepted(here)).toBe(false);
  });

  it("the reuse of a refresh token, when configured so", async () => {
    const { here, pass, renew, stateOf, there, elsewhere, isAccepted, send } = await start({
      reuseEnds: "all",
    });
    pass(11_000);
    await renew(here);
    pass(11_000);
    expect(await stateOf(here)).toBe("session_compromised");
    expect([await stateOf(there), await stateOf(elsewhere)]).toEqual(all.slice(1));
    expect([await isAccepted(here), await isAccepted(there)]).toEqual([false, false]);
    // The account itself goes on.
    const json = { email: ANN, password: PASSWORD };
    expect((await send("/auth/login", { json })).status).toBe(200);
  });
});

it("keeps sessions when the operator rotates the refresh key, and says who did it", async () => {
  const { control, states, database } = await start();
  const answer = await control("/auth/admin/keys/refresh", { method: "POST" });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ kid: "1", purpose: "refresh" });
  expect(await states()).toEqual(["live", "live", "live"]);
  const { query } = database;
  const rows = await database.read(
    query.selectFrom("audit_events").selectAll().where("kind", "=", "key.refresh_rotated"),
  );
  expect(rows).toMatchObject([{ actor_id: "operator", outcome: "success" }]);
});

it("keeps sessions when a role is given", async () => {
  const { control, here, states, isAccepted } = await start();
  const path = `/auth/admin/users/${here.user.id}/roles/administrator`;
  await control(path, { method: "PUT" });
  expect(await states()).toEqual(["live", "live", "live"]);
  expect(await isAccepted(here)).toBe(false);
});

describe("the owner's mail after a reuse", () => {
  it("waits in memory for the operator, and holds no token", async () => {
    const { here, pass, renew, stateOf, control, log } = await start();
    pass(11_000);
    const renewed = await renew(here);
    pass(11_000);
    await stateOf(here);
    const answer = await control<{ items: Record<string, string>[] }>("/auth/admin/mail");
    expect(answer.status).toBe(200);
    // The newest first; the one before is of the sign-up.
    expect(answer.body.items).toMatchObject([
      { kind: "session_compromised", to: ANN, user_id: here.user.id },
      { kind: "sign_up", to: ANN },
    ]);
    for (const token of [here, renewed]) {
      expect(answer.text).not.toContain(token.refresh_token);
      expect(answer.text).not.toContain(token.access_token);
    }
    expect(answer.text).toContain("192.0.2.1");
    expect(log()).toContain("no SMTP server is configured");
    expect(log()).not.toContain(ANN);
  });

  it("is written once, however many present at the same time", async () => {
    const { here, pass, renew, stateOf, control } = await start();
    pass(11_000);
    await renew(here);
    pass(11_000);
    await Promise.all(Array.from({ length: 10 }, () => stateOf(here)));
    const { body } = await control<{ items: { kind: string }[] }>("/auth/admin/mail");
    expect(body.items.map(({ kind }) => kind)).toEqual(["session_compromised", "sign_up"]);
  });
});
