// Second factors over HTTP: authenticator apps, recovery codes, roles that demand one, step-up, and
// the reset by an administrator. N8 and P12 of the catalogue; every bad input has one clear code.

import type { LoginAnswer, Problem } from "@latchkey/protocol";
import { Secret, TOTP, URI } from "otpauth";
import { describe, expect, it } from "vitest";
import { latestMail } from "./mailbox.ts";
import {
  createAdministrator,
  logIn,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "./test-server.ts";

const EMAIL = "ann@example.com";
const STEP = 30_000;

/** An authenticator app: the implementation of others. */
interface Authenticator {
  /** The code of the moment, or of some steps away from it. */
  code(stepsAway?: number): string;
}

interface Changed {
  readonly access_token: string;
  readonly recovery_codes?: readonly string[];
}

interface MfaProblem extends Problem {
  readonly mfa_token: string;
  readonly factors: readonly string[];
  readonly expires_in: number;
}

/** A clock that the server and the app share, since each step's code works once. */
function clockOf(server: TestServer) {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance: (milliseconds: number) => {
      offset += milliseconds;
      server.advance(milliseconds);
    },
  };
}

type Clock = ReturnType<typeof clockOf>;

function scan(uri: string, clock: Clock): Authenticator {
  const app = URI.parse(uri);
  if (!(app instanceof TOTP)) throw new Error("not a time-based code");
  return { code: (away = 0) => app.generate({ timestamp: clock.now() + away * STEP }) };
}

/** Sets an authenticator app up; the answer holds the recovery codes and a fresh token. */
async function enrol(server: TestServer, token: string, clock: Clock) {
  const begun = await server.send<{ uri: string; secret: string; qr: string }>("/auth/me/totp", {
    method: "POST",
    token,
  });
  expect(begun.status).toBe(200);
  expect(begun.headers.get("Cache-Control")).toBe("no-store");
  expect(begun.body.qr).toContain("<svg");
  expect(Secret.fromBase32(begun.body.secret).bytes.length).toBe(20);
  const app = scan(begun.body.uri, clock);
  const confirmed = await server.send<Changed>("/auth/me/totp/confirm", {
    token,
    json: { code: app.code() },
  });
  expect(confirmed.status).toBe(200);
  // The next sign-in needs the next code.
  clock.advance(STEP);
  return { app, ...confirmed.body };
}

async function start(config: Parameters<typeof startServer>[0] = {}) {
  const server = await startServer(config);
  const clock = clockOf(server);
  const { access_token: token, user, ...first } = await signUpAndLogIn(server, EMAIL);
  return { server, clock, token, user, first };
}

function passwordStep(server: TestServer, password = PASSWORD) {
  return server.send<MfaProblem>("/auth/login", { json: { email: EMAIL, password } });
}

function secondStep(server: TestServer, json: object) {
  return server.send<LoginAnswer & MfaProblem>("/auth/login/mfa", { json });
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<
    string,
    unknown
  >;
}

describe("an authenticator app", () => {
  it("is no factor before its first code, and the one after it", async () => {
    const { server, clock, token } = await start();
    await server.send("/auth/me/totp", { method: "POST", token });
    expect((await passwordStep(server)).status).toBe(200);
    const { app, recovery_codes: codes, access_token: fresh } = await enrol(server, token, clock);
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    expect(claimsOf(fresh)).toMatchObject({ acr: "aal2", amr: ["pwd", "otp", "mfa"] });
    const factors = await server.send("/auth/me/factors", { token: fresh });
    expect(factors.body).toMatchObject({
      totp: { confirmed_at: expect.any(String) },
      passkeys: [],
      recovery_codes: { left: 10 },
      password: true,
    });
    const asked = await passwordStep(server);
    expect(asked.status).toBe(403);
    expect(asked.body).toMatchObject({
      code: "mfa_required",
      factors: ["totp", "recovery_code"],
      expires_in: 300,
    });
    const done = await secondStep(server, {
      mfa_token: asked.body.mfa_token,
      totp: app.code(),
    });
    expect(done.status).toBe(200);
    expect(claimsOf(done.body.access_token)).toMatchObject({
      acr: "aal2",
      amr: ["pwd", "otp", "mfa"],
    });
    expect(done.body.user.email).toBe(EMAIL);
  });

  it("ends the sessions that were begun without it, and keeps the one that set it up", async () => {
    const { server, clock, token, first } = await start();
    const other = await logIn(server, EMAIL);
    const { access_token: fresh } = await enrol(server, token, clock);
    const status = async (bearer: string) =>
      (await server.send("/auth/me", { token: bearer })).status;
    expect(await status(token)).toBe(401);
    expect(await status(other.access_token)).toBe(401);
    expect(await status(fresh)).toBe(200);
    const renew = (refresh_token: string | undefined) =>
      server.send<LoginAnswer & Problem>("/auth/refresh", { json: { refresh_token } });
    expect((await renew(other.refresh_token)).body.code).toBe("session_ended");
    const renewed = await renew(first.refresh_token);
    expect(renewed.status).toBe(200);
    expect(claimsOf(renewed.body.access_token)).toMatchObject({ acr: "aal2" });
  });

  it("tells its owner by mail, and leaves events without secrets", async () => {
    const { server, clock, token } = await start();
    const { app, recovery_codes: codes = [] } = await enrol(server, token, clock);
    const asked = await passwordStep(server);
    await secondStep(server, { mfa_token: asked.body.mfa_token, recovery_code: codes[0] });
    const mails = await server.control<{ items: { kind: string; text: string }[] }>(
      "/auth/admin/mail",
    );
    const kinds = mails.body.items.map((mail) => mail.kind);
    expect(kinds).toContain("factor_added");
    expect(kinds).toContain("recovery_code_used");
    const secrets = [...codes, asked.body.mfa_token, app.code()];
    for (const secret of secrets) {
      expect(server.log()).not.toContain(secret);
      expect(mails.text).not.toContain(secret);
    }
  });

  it("is replaced by another one without a moment in between", async () => {
    const { server, clock, token } = await start();
    const old = await enrol(server, token, clock);
    const next = await enrol(server, old.access_token, clock);
    // The recovery codes are those of before: they were never shown again.
    expect(next.recovery_codes).toBeUndefined();
    const asked = await passwordStep(server);
    const { mfa_token } = asked.body;
    expect((await secondStep(server, { mfa_token, totp: old.app.code() })).body.code).toBe(
      "factor_refused",
    );
    expect((await secondStep(server, { mfa_token, totp: next.app.code() })).status).toBe(200);
  });

  it("can be removed, and its recovery codes go with it", async () => {
    const { server, clock, token } = await start();
    const { access_token: fresh } = await enrol(server, token, clock);
    const removed = await server.send<Changed>("/auth/me/totp", { method: "DELETE", token: fresh });
    expect(removed.status).toBe(200);
    const factors = await server.send("/auth/me/factors", { token: removed.body.access_token });
    expect(factors.body).toMatchObject({ totp: null, recovery_codes: { left: 0 } });
    expect((await passwordStep(server)).status).toBe(200);
    const again = await server.send<Problem>("/auth/me/totp", {
      method: "DELETE",
      token: removed.body.access_token,
    });
    expect(again.body.code).toBe("not_found");
  });
});

describe("N8: what a thief of a session left behind", () => {
  it("recovery codes made before the first factor do not stand in for it", async () => {
    const { server, clock, token } = await start();
    const planted = await server.send<Changed>("/auth/me/recovery-codes", {
      method: "POST",
      token,
    });
    expect(planted.status).toBe(200);
    const { recovery_codes: shown } = await enrol(server, planted.body.access_token, clock);
    expect(shown).toHaveLength(10);
    const sign = async (code: string | undefined) => {
      const { mfa_token: mfaToken } = (await passwordStep(server)).body;
      return secondStep(server, { mfa_token: mfaToken, recovery_code: code });
    };
    expect((await sign(planted.body.recovery_codes?.[0])).body.code).toBe("factor_refused");
    expect((await sign(shown?.[0])).status).toBe(200);
  });

  it("N7: a stale token cannot guess the first code of the owner's new app", async () => {
    const { server, clock, token } = await start();
    const begun = await server.send<{ uri: string }>("/auth/me/totp", { method: "POST", token });
    const app = scan(begun.body.uri, clock);
    const confirm = (code: string) =>
      server.send<Problem>("/auth/me/totp/confirm", { token, json: { code } });
    const codes: string[] = [];
    for (let tries = 0; tries < 11; tries++) codes.push((await confirm(app.code(-9))).body.code);
    expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => "factor_refused"));
    expect(codes[10]).toBe("rate_limited");
    clock.advance(10 * 60_000);
    expect((await confirm(app.code())).status).toBe(200);
  });
});

describe("a password that is long enough beside a second factor only", () => {
  it("keeps the last factor, until a longer one is set", async () => {
    const { server, clock, token } = await start();
    const { access_token: fresh } = await enrol(server, token, clock);
    const short = "k7#mulberry";
    const change = (bearer: string, current_password: string, new_password: string) =>
      server.send<Changed & Problem>("/auth/me/password", {
        token: bearer,
        json: { current_password, new_password },
      });
    const changed = await change(fresh, PASSWORD, short);
    expect(changed.status).toBe(200);
    const remove = (bearer: string) =>
      server.send<Problem>("/auth/me/totp", { method: "DELETE", token: bearer });
    const kept = await remove(changed.body.access_token);
    expect([kept.status, kept.body.code]).toEqual([409, "factor_required"]);
    const longer = await change(changed.body.access_token, short, "nine patient otters at dusk");
    expect(longer.status).toBe(200);
    expect((await remove(longer.body.access_token)).status).toBe(200);
    const { body: again } = await server.send<Changed>("/auth/login", {
      json: { email: EMAIL, password: "nine patient otters at dusk" },
    });
    const alone = await change(again.access_token, "nine patient otters at dusk", short);
    expect(alone.body.code).toBe("password_too_short");
  });
});

describe("N8: what a second step refuses", () => {
  it("opens nothing before the factor: the token of the first step is no token", async () => {
    const { server, clock, token } = await start();
    await enrol(server, token, clock);
    const { body, headers } = await passwordStep(server);
    expect(headers.getSetCookie()).toEqual([]);
    expect(body).not.toHaveProperty("access_token");
    expect(body).not.toHaveProperty("refresh_token");
    const me = await server.send<Problem>("/auth/me", { token: body.mfa_token });
    expect(me.body.code).toBe("invalid_token");
    const refresh = await server.send<Problem>("/auth/refresh", {
      json: { refresh_token: body.mfa_token },
    });
    expect(refresh.body.code).toBe("refresh_token_invalid");
  });

  it("a time-based code works once, also in a race", async () => {
    const { server, clock, token } = await start();
    const { app } = await enrol(server, token, clock);
    const tokens = await Promise.all(
      Array.from({ length: 4 }, async () => (await passwordStep(server)).body.mfa_token),
    );
    const totp = app.code();
    const answers = await Promise.all(
      tokens.map((mfa_token) => secondStep(server, { mfa_token, totp })),
    );
    const statuses = answers.map((answer) => answer.status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, 401, 401, 401]);
    const codes = answers.filter(({ status }) => status === 401).map(({ body }) => body.code);
    expect(new Set(codes)).toEqual(new Set(["totp_reused"]));
    // An older step is as used as the newest one.
    const { body } = await passwordStep(server);
    const late = await secondStep(server, { mfa_token: body.mfa_token, totp: app.code(-1) });
    expect(late.body.code).toBe("totp_reused");
  });

  it("a wrong code, one of another moment, and one of another account are one answer", async () => {
    const { server, clock, token } = await start();
    const { app } = await enrol(server, token, clock);
    const bob = await signUpAndLogIn(server, "bob@example.com");
    const bobs = await enrol(server, bob.access_token, clock);
    const { mfa_token } = (await passwordStep(server)).body;
    const wrong = [
      { totp: app.code(-3) },
      { totp: app.code(5) },
      { totp: bobs.app.code() },
      { recovery_code: bobs.recovery_codes?.[0] ?? "" },
    ];
    for (const factor of wrong) {
      const answer = await secondStep(server, { mfa_token, ...factor });
      expect([answer.status, answer.body.code]).toEqual([401, "factor_refused"]);
    }
  });

  it("takes five tries, then the sign-in is over, the right code with it", async () => {
    const { server, clock, token } = await start();
    const { app } = await enrol(server, token, clock);
    const { mfa_token } = (await passwordStep(server)).body;
    for (let tries = 0; tries < 5; tries++) {
      const answer = await secondStep(server, { mfa_token, totp: app.code(-9) });
      expect(answer.body.code).toBe("factor_refused");
    }
    const sixth = await secondStep(server, { mfa_token, totp: app.code() });
    expect([sixth.status, sixth.body.code]).toEqual([401, "mfa_token_invalid"]);
  });

  it("counts tries over all sign-ins: the password does not buy more of them", async () => {
    const { server, clock, token } = await start();
    const { app } = await enrol(server, token, clock);
    const codes: string[] = [];
    for (let signIn = 0; signIn < 3; signIn++) {
      const { mfa_token } = (await passwordStep(server)).body;
      for (let tries = 0; tries < 5; tries++) {
        codes.push((await secondStep(server, { mfa_token, totp: app.code(-9) })).body.code);
      }
    }
    expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => "factor_refused"));
    expect(codes.slice(10)).toEqual(Array.from({ length: 5 }, () => "rate_limited"));
  });

  it("is over after minutes, after its use, and after a change of the account", async () => {
    const { server, clock, token } = await start();
    const { app, access_token: fresh } = await enrol(server, token, clock);
    const over = async (mfa_token: string) => {
      const answer = await secondStep(server, { mfa_token, totp: app.code() });
      expect([answer.status, answer.body.code]).toEqual([401, "mfa_token_invalid"]);
    };
    await over("lkm_nothing");
    const late = (await passwordStep(server)).body.mfa_token;
    clock.advance(5 * 60_000);
    await over(late);
    const used = (await passwordStep(server)).body.mfa_token;
    expect((await secondStep(server, { mfa_token: used, totp: app.code() })).status).toBe(200);
    clock.advance(STEP);
    await over(used);
    const older = (await passwordStep(server)).body.mfa_token;
    const changed = await server.send("/auth/me/password", {
      token: fresh,
      json: { current_password: PASSWORD, new_password: "nine patient otters at dusk" },
    });
    expect(changed.status).toBe(200);
    await over(older);
  });

  it("refuses what is no factor at all, naming the member", async () => {
    const { server } = await start();
    const bodies = [
      { mfa_token: "lkm_x" },
      { mfa_token: "lkm_x", totp: "12345" },
      { mfa_token: "lkm_x", totp: 123456 },
      { mfa_token: "lkm_x", totp: "123456", recovery_code: "x" },
      { mfa_token: "x".repeat(65), totp: "123456" },
      { totp: "123456" },
      { mfa_token: "lkm_x", recovery_code: "" },
      { mfa_token: "lkm_x", passkey: {} },
    ];
    for (const json of bodies) {
      const answer = await secondStep(server, json);
      expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
    }
  });

  it("keeps the transport of the first step", async () => {
    const { server, clock, token } = await start();
    const { app } = await enrol(server, token, clock);
    const asked = await server.send<MfaProblem>("/auth/login", {
      json: { email: EMAIL, password: PASSWORD, transport: "cookie" },
    });
    const done = await secondStep(server, { mfa_token: asked.body.mfa_token, totp: app.code() });
    expect(done.status).toBe(200);
    expect(done.body).not.toHaveProperty("refresh_token");
    expect(done.headers.getSetCookie()).toHaveLength(2);
    clock.advance(STEP);
    const body = await passwordStep(server);
    const foreign = await server.send<Problem>("/auth/login/mfa", {
      json: { mfa_token: body.body.mfa_token, totp: app.code() },
      headers: { Origin: "https://evil.example" },
    });
    expect(foreign.body.code).toBe("transport_refused");
  });
});

describe("N8: other ways in ask for the factor too", () => {
  it("a password that was reset by mail", async () => {
    const { server, clock, token, user } = await start();
    const { app } = await enrol(server, token, clock);
    const path = `/auth/admin/users/${user.id}`;
    await server.control(path, { method: "PATCH", json: { email_verified: true } });
    await server.send("/auth/password/forgot", { json: { email: EMAIL } });
    const mail = await latestMail(server, EMAIL);
    const password = "nine patient otters at dusk";
    const reset = await server.send("/auth/password/reset", {
      json: { token: mail.token, password },
    });
    expect(reset.status).toBe(200);
    const asked = await passwordStep(server, password);
    expect(asked.body.code).toBe("mfa_required");
    const { mfa_token } = asked.body;
    expect((await secondStep(server, { mfa_token, totp: app.code() })).status).toBe(200);
  });

  it("a link from a mail, which is used up by then", async () => {
    const { server, clock, token, user } = await start({ emailSignIn: true });
    const { app } = await enrol(server, token, clock);
    const path = `/auth/admin/users/${user.id}`;
    await server.control(path, { method: "PATCH", json: { email_verified: true } });
    await server.send("/auth/login/email", { json: { email: EMAIL } });
    const mail = await latestMail(server, EMAIL);
    const confirm = () =>
      server.send<MfaProblem>("/auth/login/email/confirm", { json: { token: mail.token } });
    const asked = await confirm();
    expect([asked.status, asked.body.code]).toEqual([403, "mfa_required"]);
    expect((await confirm()).body.code).toBe("code_invalid");
    const { mfa_token } = asked.body;
    const done = await secondStep(server, { mfa_token, totp: app.code() });
    expect(done.status).toBe(200);
    expect(claimsOf(done.body.access_token)).toMatchObject({ acr: "aal2", amr: ["otp", "mfa"] });
  });
});

describe("recovery codes", () => {
  it("sign in once each, however they are typed", async () => {
    const { server, clock, token } = await start();
    const { recovery_codes: codes = [] } = await enrol(server, token, clock);
    const use = async (recovery_code: string) => {
      const { mfa_token } = (await passwordStep(server)).body;
      return secondStep(server, { mfa_token, recovery_code });
    };
    const [first = "", second = ""] = codes;
    const done = await use(first);
    expect(done.status).toBe(200);
    expect(claimsOf(done.body.access_token)).toMatchObject({ acr: "aal2" });
    expect((await use(first)).body.code).toBe("factor_refused");
    expect((await use(` ${second.replaceAll("-", " ").toUpperCase()} `)).status).toBe(200);
    const factors = await server.send("/auth/me/factors", { token: done.body.access_token });
    expect(factors.body).toMatchObject({ recovery_codes: { left: 8 } });
  });

  it("are void when new ones are made", async () => {
    const { server, clock, token } = await start();
    const { recovery_codes: old = [], access_token: fresh } = await enrol(server, token, clock);
    const renewed = await server.send<Changed>("/auth/me/recovery-codes", {
      method: "POST",
      token: fresh,
    });
    expect(renewed.status).toBe(200);
    const codes = renewed.body.recovery_codes ?? [];
    expect(codes).toHaveLength(10);
    expect(codes.filter((code) => old.includes(code))).toEqual([]);
    const { mfa_token } = (await passwordStep(server)).body;
    const refused = await secondStep(server, { mfa_token, recovery_code: old[0] });
    expect(refused.body.code).toBe("factor_refused");
    const passed = await secondStep(server, { mfa_token, recovery_code: codes[0] });
    expect(passed.status).toBe(200);
  });
});

describe("a role that demands a second factor", () => {
  async function demand(server: TestServer, userId: string) {
    const role = { name: "doctor", permissions: ["patients:read"], requires_mfa: true };
    const created = await server.control("/auth/admin/roles", { json: role });
    expect(created.status).toBe(201);
    await server.control(`/auth/admin/users/${userId}/roles/doctor`, { method: "PUT" });
  }

  it("lets nobody in before one is set up, in the middle of the sign-in", async () => {
    const { server, clock, user, first } = await start();
    await demand(server, user.id);
    const asked = await passwordStep(server);
    expect(asked.status).toBe(403);
    expect(asked.body).toMatchObject({ code: "mfa_enrolment_required", factors: [] });
    const { mfa_token } = asked.body;
    const early = await secondStep(server, { mfa_token, totp: "123456" });
    expect(early.body.code).toBe("totp_not_pending");
    const begun = await server.send<{ uri: string }>("/auth/login/mfa/totp", {
      json: { mfa_token },
    });
    expect(begun.status).toBe(200);
    const app = scan(begun.body.uri, clock);
    const wrong = await secondStep(server, { mfa_token, totp: app.code(-9) });
    expect(wrong.body.code).toBe("factor_refused");
    const done = await secondStep(server, { mfa_token, totp: app.code() });
    expect(done.status).toBe(200);
    expect(done.body.recovery_codes).toHaveLength(10);
    expect(claimsOf(done.body.access_token)).toMatchObject({
      acr: "aal2",
      roles: ["doctor"],
    });
    // The session from before the demand is over.
    const renewed = await server.send<Problem>("/auth/refresh", {
      json: { refresh_token: first.refresh_token },
    });
    expect(renewed.body.code).toBe("session_ended");
    // The factor is asked for from now on, and a password alone sets no other one up.
    clock.advance(STEP);
    const next = await passwordStep(server);
    expect(next.body.code).toBe("mfa_required");
    const replaced = await server.send<Problem>("/auth/login/mfa/totp", {
      json: { mfa_token: next.body.mfa_token },
    });
    expect(replaced.body.code).toBe("factor_refused");
  });

  it("is in no token of a session that was begun without one", async () => {
    const { server, token, user, first } = await start();
    await demand(server, user.id);
    expect((await server.send("/auth/me", { token })).status).toBe(401);
    const renew = () =>
      server.send<Problem>("/auth/refresh", { json: { refresh_token: first.refresh_token } });
    expect((await renew()).body.code).toBe("session_ended");
    // The demand itself takes tokens back that carry the role.
    await server.control("/auth/admin/roles/doctor", {
      method: "PATCH",
      json: { requires_mfa: false },
    });
    const { access_token: plain } = await logIn(server, EMAIL);
    expect(claimsOf(plain)).toMatchObject({ acr: "aal1", roles: ["doctor"] });
    await server.control("/auth/admin/roles/doctor", {
      method: "PATCH",
      json: { requires_mfa: true },
    });
    expect((await server.send("/auth/me", { token: plain })).status).toBe(401);
  });

  it("keeps the last factor", async () => {
    const { server, clock, token, user } = await start();
    const { access_token: fresh, app } = await enrol(server, token, clock);
    await demand(server, user.id);
    expect((await server.send("/auth/me", { token: fresh })).status).toBe(401);
    const { mfa_token } = (await passwordStep(server)).body;
    const { body } = await secondStep(server, { mfa_token, totp: app.code() });
    const removed = await server.send<Problem>("/auth/me/totp", {
      method: "DELETE",
      token: body.access_token,
    });
    expect([removed.status, removed.body.code]).toEqual([409, "factor_required"]);
  });
});

describe("P12: step-up", () => {
  it("sensitive changes ask for a proof of the last ten minutes", async () => {
    const { server, clock, token } = await start();
    clock.advance(11 * 60_000);
    const stale = await server.send<Problem>("/auth/me/totp", { method: "POST", token });
    expect([stale.status, stale.body.code]).toEqual([401, "step_up_required"]);
    expect(stale.headers.get("WWW-Authenticate")).toMatch(
      /^Bearer error="insufficient_user_authentication".*max_age="600"/,
    );
    const wrong = await server.send<Problem>("/auth/step-up", {
      token,
      json: { password: "not the password at all" },
    });
    expect(wrong.body.code).toBe("invalid_credentials");
    const before = claimsOf(token);
    const stepped = await server.send<Changed>("/auth/step-up", {
      token,
      json: { password: PASSWORD },
    });
    expect(stepped.status).toBe(200);
    const after = claimsOf(stepped.body.access_token);
    expect(after).toMatchObject({ amr: ["pwd"], acr: "aal1", sid: before["sid"] });
    expect(Number(after["auth_time"]) - Number(before["auth_time"])).toBeGreaterThanOrEqual(660);
    expect(
      (await server.send("/auth/me/totp", { method: "POST", token: stepped.body.access_token }))
        .status,
    ).toBe(200);
  });

  it("N8: a session and the password alone do not change the password of who has a second factor", async () => {
    const { server, clock, token } = await start();
    const { app, access_token: fresh } = await enrol(server, token, clock);
    clock.advance(11 * 60_000);
    const change = (bearer: string) =>
      server.send<Problem>("/auth/me/password", {
        token: bearer,
        json: { current_password: PASSWORD, new_password: "nine patient otters at dusk" },
      });
    const stolen = await change(fresh);
    expect([stolen.status, stolen.body.code]).toEqual([401, "step_up_required"]);
    expect(stolen.headers.get("WWW-Authenticate")).toContain('max_age="600"');
    expect((await passwordStep(server)).body.code).toBe("mfa_required");
    const stepped = await server.send<Changed>("/auth/step-up", {
      token: fresh,
      json: { totp: app.code() },
    });
    expect((await change(stepped.body.access_token)).status).toBe(200);
  });

  it("a password does not stand in for a second factor, and a code works once", async () => {
    const { server, clock, token } = await start();
    const { app, access_token: fresh } = await enrol(server, token, clock);
    clock.advance(11 * 60_000);
    const weak = await server.send<Problem>("/auth/step-up", {
      token: fresh,
      json: { password: PASSWORD },
    });
    expect([weak.status, weak.body.code]).toEqual([403, "stronger_factor_required"]);
    const stepUp = (totp: string) =>
      server.send<Changed & Problem>("/auth/step-up", { token: fresh, json: { totp } });
    expect((await stepUp(app.code(-5))).body.code).toBe("factor_refused");
    const totp = app.code();
    const [one, two] = await Promise.all([stepUp(totp), stepUp(totp)]);
    expect([one.status, two.status].toSorted((a, b) => a - b)).toEqual([200, 401]);
    expect([one.body.code, two.body.code]).toContain("totp_reused");
  });

  it("a renewal keeps the time of the last proof", async () => {
    const { server, clock, token, first } = await start();
    const { auth_time: authTime } = claimsOf(token);
    clock.advance(3 * 60_000);
    const renewed = await server.send<LoginAnswer>("/auth/refresh", {
      json: { refresh_token: first.refresh_token },
    });
    expect(claimsOf(renewed.body.access_token)["auth_time"]).toBe(authTime);
    clock.advance(60_000);
    const stepped = await server.send<Changed>("/auth/step-up", {
      token,
      json: { password: PASSWORD },
    });
    const later = claimsOf(stepped.body.access_token)["auth_time"];
    expect(later).not.toBe(authTime);
    const again = await server.send<LoginAnswer>("/auth/refresh", {
      json: { refresh_token: first.refresh_token },
    });
    expect(claimsOf(again.body.access_token)["auth_time"]).toBe(later);
  });

  it("bounds the guesses of whoever stole a session", async () => {
    const { server, clock, token } = await start();
    const { app, access_token: fresh } = await enrol(server, token, clock);
    const codes: string[] = [];
    for (let tries = 0; tries < 11; tries++) {
      const answer = await server.send<Problem>("/auth/step-up", {
        token: fresh,
        json: { totp: app.code(-9) },
      });
      codes.push(answer.body.code);
    }
    expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => "factor_refused"));
    expect(codes[10]).toBe("rate_limited");
  });
});

describe("lost factors", () => {
  it("are reset by an administrator: the password is enough again, and sessions are over", async () => {
    const { server, clock, token, user } = await start();
    const { access_token: fresh } = await enrol(server, token, clock);
    const admin = await createAdministrator(server);
    const path = `/auth/admin/users/${user.id}/factors`;
    const own = await server.send<Problem>(path, { method: "DELETE", token: fresh });
    expect(own.body.code).toBe("permission_denied");
    const reset = await server.send(path, { method: "DELETE", token: admin.access_token });
    expect(reset.status).toBe(204);
    expect((await server.send("/auth/me", { token: fresh })).status).toBe(401);
    expect((await passwordStep(server)).status).toBe(200);
    const mails = await server.control<{ items: { kind: string }[] }>("/auth/admin/mail");
    expect(mails.body.items.map((mail) => mail.kind)).toContain("factor_removed");
    const nobody = await server.send<Problem>(`/auth/admin/users/${"A".repeat(22)}/factors`, {
      method: "DELETE",
      token: admin.access_token,
    });
    expect(nobody.body.code).toBe("not_found");
  });
});

describe("lost factors beside a short password", () => {
  const SHORT = "k7#mulberry";

  it("are reset, and the password no longer signs in: its owner sets one by mail", async () => {
    const { server, clock, token, user } = await start();
    const { access_token: fresh } = await enrol(server, token, clock);
    const changed = await server.send<Changed>("/auth/me/password", {
      token: fresh,
      json: { current_password: PASSWORD, new_password: SHORT },
    });
    expect(changed.status).toBe(200);
    const path = `/auth/admin/users/${user.id}`;
    expect((await server.control(`${path}/factors`, { method: "DELETE" })).status).toBe(204);
    const refused = await passwordStep(server, SHORT);
    const wrong = await passwordStep(server, "not the password at all");
    expect([refused.status, refused.text]).toEqual([wrong.status, wrong.text]);
    const mail = await latestMail(server, EMAIL);
    expect(mail.kind).toBe("password_needed");
    expect(mail.text).toContain("http://localhost:4000/forgot");
    const events = await server.control<{ items: { kind: string; detail: object }[] }>(
      `/auth/admin/audit?user=${user.id}&kind=user.factors_reset`,
    );
    expect(events.body.items[0]?.detail).toMatchObject({ totp: true, password: "removed" });
    await server.send("/auth/password/forgot", { json: { email: EMAIL } });
    const { token: link } = await latestMail(server, EMAIL);
    const reset = (password: string) =>
      server.send<Problem>("/auth/password/reset", { json: { token: link, password } });
    expect((await reset(SHORT)).body.code).toBe("password_too_short");
    expect((await reset("nine patient otters at dusk")).status).toBe(200);
    expect((await passwordStep(server, "nine patient otters at dusk")).status).toBe(200);
  });
});

describe("sealed seeds", () => {
  it("open after the key-encryption key was rotated, and after a restart", async () => {
    const { server, clock, token } = await start();
    const { app } = await enrol(server, token, clock);
    const rotated = await server.control<{ resealed: number }>("/auth/admin/keys/rotate-kek", {
      method: "POST",
    });
    expect(rotated.status).toBe(200);
    const { mfa_token } = (await passwordStep(server)).body;
    expect((await secondStep(server, { mfa_token, totp: app.code() })).status).toBe(200);
    const again = await server.restart();
    const asked = await passwordStep(again);
    clock.advance(STEP);
    again.advance(clock.now() - Date.now());
    const done = await secondStep(again, { mfa_token: asked.body.mfa_token, totp: app.code() });
    expect(done.status).toBe(200);
  });
});
