// The whole story over HTTP, with the real server and the real clinic as two processes: sign up,
// sign in, book, be refused, lose the token, and lose nothing when the server is killed.

import { type LoginAnswer, refreshCookieName } from "@latchkey/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stopAll } from "./harness/child.ts";
import { type Clinic, startClinic, untilCaughtUp } from "./harness/clinic.ts";
import { createCookieJar } from "./harness/cookie-jar.ts";
import { createDirectory, removeDirectories } from "./harness/directory.ts";
import { type Answer, call, callUntil } from "./harness/http.ts";
import { join, logIn, renew, signUp } from "./harness/people.ts";
import { type Server, restartServer, runCli, startServer } from "./harness/server.ts";
import { createStaff, people } from "./harness/staff.ts";

/** What logout promises to every API, in milliseconds; design: within a second of the feed. */
const WITHIN = 2000;

let server: Server;
let clinic: Clinic;

beforeAll(async () => {
  server = await startServer();
  clinic = await startClinic({ issuer: server.url });
  await createStaff(server);
});

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

const inTwoHours = (): string => {
  const slot = 30 * 60_000;
  return new Date((Math.floor(Date.now() / slot) + 4) * slot).toISOString();
};

/** Asks the clinic until it refuses the token, and answers that refusal. */
const untilRefused = (token: string): Promise<Answer> =>
  callUntil(
    () => call(`${clinic.url}/appointments`, { token }),
    ({ status }) => status === 401,
    WITHIN,
  );

let patient: Required<LoginAnswer>;
let doctor: Required<LoginAnswer>;
let appointment: string;

describe("a patient", () => {
  it("signs up without getting a token, then gets token and account in one answer", async () => {
    const answer = await call(`${server.url}/auth/signup`, { json: people.patient });
    expect([answer.status, Object.keys(answer.body)]).toEqual([202, ["sign_up"]]);
    patient = await logIn(server, people.patient);
    expect(patient).toMatchObject({
      token_type: "Bearer",
      expires_in: 900,
      user: { email: people.patient.email, name: people.patient.name, roles: [] },
    });
    expect(patient.user.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  it("gets the same answer for an e-mail that is already known", async () => {
    const again = await call(`${server.url}/auth/signup`, {
      json: { ...people.patient, password: "a quite different passphrase" },
    });
    expect([again.status, Object.keys(again.body)]).toEqual([202, ["sign_up"]]);
    const intruder = await call(`${server.url}/auth/login`, {
      json: { email: people.patient.email, password: "a quite different passphrase" },
    });
    expect(intruder.body).toMatchObject({ code: "invalid_credentials" });
  });

  it("books an appointment with a doctor, and reads it", async () => {
    doctor = await logIn(server, people.doctor);
    const entry = await call(`${clinic.url}/doctors/me`, {
      method: "PUT",
      token: doctor.access_token,
      json: { name: people.doctor.name, speciality: "cardiology" },
    });
    expect(entry.status).toBe(200);

    const token = patient.access_token;
    const startsAt = inTwoHours();
    const booked = await call(`${clinic.url}/appointments`, {
      token,
      json: { doctor_id: doctor.user.id, starts_at: startsAt, reason: "check-up" },
    });
    expect(booked.status).toBe(201);
    expect(booked.body).toMatchObject({ patient_id: patient.user.id, starts_at: startsAt });
    appointment = String(booked.body["id"]);

    const list = await call(`${clinic.url}/appointments`, { token });
    expect(list.body).toEqual({ items: [booked.body], next: null });
    const one = await call(`${clinic.url}/appointments/${appointment}`, { token });
    expect(one.body).toEqual(booked.body);
  });

  it("edits the account at Latchkey and the contact details at the clinic", async () => {
    const token = patient.access_token;
    const account = await call(`${server.url}/auth/me`, {
      method: "PATCH",
      token,
      json: { name: "Ana Patient-Smith" },
    });
    expect(account.status).toBe(200);
    expect((await call(`${server.url}/auth/me`, { token })).body).toMatchObject({
      id: patient.user.id,
      name: "Ana Patient-Smith",
    });

    const details = await call(`${clinic.url}/patients/me`, {
      method: "PATCH",
      token,
      json: { phone: "+45 12 34 56 78" },
    });
    expect(details.body).toEqual({
      subject: patient.user.id,
      phone: "+45 12 34 56 78",
      address: null,
    });
    expect((await call(`${clinic.url}/patients/me`, { token })).body).toEqual(details.body);
  });

  it("gets 401 without a token and 403 for what is not hers", async () => {
    const anonymous = await call(`${clinic.url}/appointments`);
    expect(anonymous.status).toBe(401);
    // RFC 6750 section 3.1: no error code when the request carries no credentials.
    expect(anonymous.headers.get("www-authenticate")).toMatch(/^Bearer\b/);
    expect(anonymous.headers.get("www-authenticate")).not.toContain("error=");

    const other = await join(server, people.otherPatient);
    const asOther = { token: other.access_token };
    const foreign = await call(`${clinic.url}/appointments/${appointment}`, asOther);
    expect([foreign.status, foreign.body["code"]]).toEqual([403, "permission_denied"]);
    const cancel = await call(`${clinic.url}/appointments/${appointment}/cancel`, {
      ...asOther,
      method: "POST",
    });
    expect(cancel.status).toBe(403);
    expect((await call(`${clinic.url}/appointments`, asOther)).body).toMatchObject({ items: [] });

    for (const path of ["/calendar", "/schedule"]) {
      const answer = await call(`${clinic.url}${path}`, asOther);
      expect(answer.status).toBe(403);
      expect(answer.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    }
  });
});

describe("staff", () => {
  it("lets a doctor see only her own appointments", async () => {
    const other = await logIn(server, people.otherDoctor);
    const hers = await call(`${clinic.url}/calendar`, { token: doctor.access_token });
    expect(hers.body).toMatchObject({ items: [{ id: appointment }] });
    const theirs = await call(`${clinic.url}/calendar`, { token: other.access_token });
    expect(theirs.body).toEqual({ items: [], next: null });
    const foreign = await call(`${clinic.url}/appointments/${appointment}`, {
      token: other.access_token,
    });
    expect(foreign.status).toBe(403);
    const schedule = await call(`${clinic.url}/schedule`, { token: doctor.access_token });
    expect(schedule.status).toBe(403);
  });

  it("lets the front desk see and cancel any", async () => {
    const { access_token: token, user } = await logIn(server, people.frontDesk);
    expect(user.roles).toEqual(["front-desk"]);
    const schedule = await call(`${clinic.url}/schedule`, { token });
    expect(schedule.body).toMatchObject({ items: [{ id: appointment, cancelled_at: null }] });
    const cancelled = await call(`${clinic.url}/appointments/${appointment}/cancel`, {
      token,
      method: "POST",
    });
    expect(cancelled.status).toBe(200);
    expect(cancelled.body["cancelled_at"]).toEqual(expect.any(String));
  });
});

describe("taking back", () => {
  it("makes a given role count within two seconds, after one silent renewal", async () => {
    const nurse = await join(server, people.nurse);
    const before = await call(`${clinic.url}/schedule`, { token: nurse.access_token });
    expect(before.status).toBe(403);

    await runCli(server, ["users", "assign", people.nurse.email, "front-desk"]);
    const stale = await untilRefused(nurse.access_token);
    expect(stale.headers.get("www-authenticate")).toContain('latchkey_reason="retired"');

    const renewed = await renew(server, nurse.refresh_token);
    expect(renewed.status).toBe(200);
    const after = await call(`${clinic.url}/schedule`, { token: renewed.body.access_token });
    expect(after.status).toBe(200);
  });

  it("makes logout count at the clinic within two seconds", async () => {
    const { access_token: token, refresh_token } = await logIn(server, people.patient);
    expect((await call(`${clinic.url}/appointments`, { token })).status).toBe(200);
    const logout = await call(`${server.url}/auth/logout`, { token, json: { refresh_token } });
    expect(logout.status).toBeLessThan(300);
    await untilRefused(token);
    const renewed = await renew(server, refresh_token);
    expect([renewed.status, renewed.body.code]).toEqual([401, "session_ended"]);
    // The other session of the same person lives.
    const other = await call(`${clinic.url}/appointments`, { token: patient.access_token });
    expect(other.status).toBe(200);
  });

  it("ends another device's session from this one", async () => {
    const phone = await logIn(server, people.patient, {
      "user-agent": "clinic-app/1.0 (iPhone) CFNetwork/3826 Darwin/24.0.0",
    });
    const laptop = await logIn(server, people.patient, {
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    });
    const sessions = await call<{ items: { id: string; device: string; current: boolean }[] }>(
      `${server.url}/auth/sessions`,
      { token: laptop.access_token },
    );
    const lost = sessions.body.items.find(({ device }) => device.includes("iPhone"));
    expect(lost).toMatchObject({ current: false });
    expect(sessions.body.items.find(({ current }) => current)?.device).toBe("Firefox on Linux");
    const ended = await call(`${server.url}/auth/sessions/${lost?.id}`, {
      method: "DELETE",
      token: laptop.access_token,
    });
    expect(ended.status).toBeLessThan(300);
    await untilRefused(phone.access_token);
    const laptops = await call(`${clinic.url}/appointments`, { token: laptop.access_token });
    expect(laptops.status).toBe(200);
  });

  it("disables an account at once, everywhere", async () => {
    const leaver = await join(server, people.leaver);
    expect((await call(`${clinic.url}/doctors`, { token: leaver.access_token })).status).toBe(200);
    await runCli(server, ["users", "disable", people.leaver.email]);
    await untilRefused(leaver.access_token);
    expect((await renew(server, leaver.refresh_token)).status).toBe(401);
    const login = await call(`${server.url}/auth/login`, {
      json: { email: people.leaver.email, password: people.leaver.password },
    });
    expect(login.body).toMatchObject({ code: "invalid_credentials" });
  });
});

describe("a browser", () => {
  it("keeps its refresh token in two cookie slots that scripts cannot read", async () => {
    const browser = { "sec-fetch-site": "same-origin", "latchkey-request": "1" };
    const jar = createCookieJar();
    const login = await call(`${server.url}/auth/login`, {
      headers: browser,
      json: {
        email: people.patient.email,
        password: people.patient.password,
        transport: "cookie",
      },
    });
    expect(login.status).toBe(200);
    expect(login.body).not.toHaveProperty("refresh_token");
    jar.take(login);
    const names = [refreshCookieName(server.url, 0), refreshCookieName(server.url, 1)];
    expect([...jar.cookies.keys()].toSorted()).toEqual(names.toSorted());
    for (const line of login.headers.getSetCookie()) {
      expect(line).toMatch(/; HttpOnly(;|$)/i);
      expect(line).toMatch(/; SameSite=Strict(;|$)/i);
      expect(line).toMatch(/; Path=\/(;|$)/i);
    }

    const cookie = jar.header();
    const renewed = await call(`${server.url}/auth/refresh`, {
      headers: { ...browser, cookie },
      json: {},
    });
    expect(renewed.status).toBe(200);
    expect(renewed.body).not.toHaveProperty("refresh_token");
    jar.take(renewed);

    // Cross-site request forgery: another site's page sends the cookie along.
    for (const headers of [
      { cookie, "sec-fetch-site": "cross-site", "latchkey-request": "1" },
      { cookie, "sec-fetch-site": "same-origin" },
      { cookie, "latchkey-request": "1" },
      { cookie, origin: "https://evil.example", "latchkey-request": "1" },
    ]) {
      const forged = await call(`${server.url}/auth/refresh`, { headers, json: {} });
      expect([forged.status, forged.body["code"]]).toEqual([403, "origin_refused"]);
    }

    const logout = await call(`${server.url}/auth/logout`, {
      headers: { ...browser, cookie: jar.header() },
      json: {},
    });
    expect(logout.status).toBeLessThan(300);
    jar.take(logout);
    expect(jar.cookies.size).toBe(0);
    await untilRefused(String(renewed.body["access_token"]));
  });
});

describe("an outage", () => {
  it("loses nothing when the server is killed, and the clinic keeps answering meanwhile", async () => {
    const kept = await logIn(server, people.patient);
    const left = await logIn(server, people.patient);
    const logout = await call(`${server.url}/auth/logout`, {
      token: left.access_token,
      json: { refresh_token: left.refresh_token },
    });
    expect(logout.status).toBeLessThan(300);
    await server.child.stop("SIGKILL");

    const during = await call(`${clinic.url}/appointments`, { token: kept.access_token });
    expect(during.status).toBe(200);

    server = await restartServer(server);
    // Users, sessions and keys: the old token, the old refresh token and the password still work.
    const me = await call(`${server.url}/auth/me`, { token: kept.access_token });
    expect(me.body).toMatchObject({ id: patient.user.id, name: "Ana Patient-Smith" });
    expect((await renew(server, kept.refresh_token)).status).toBe(200);
    expect((await logIn(server, people.doctor)).user.roles).toEqual(["doctor"]);
    // The ledger: what was taken back a moment before the kill stays taken back, here, at the
    // clinic, and at a clinic that starts only now.
    expect((await call(`${server.url}/auth/me`, { token: left.access_token })).status).toBe(401);
    expect((await renew(server, left.refresh_token)).status).toBe(401);
    await untilCaughtUp(clinic);
    await untilRefused(left.access_token);
    const fresh = await startClinic({ issuer: server.url });
    const first = await callUntil(
      () => call(`${fresh.url}/appointments`, { token: kept.access_token }),
      ({ status }) => status !== 503,
      WITHIN,
    );
    expect(first.status).toBe(200);
    const refused = await call(`${fresh.url}/appointments`, { token: left.access_token });
    expect(refused.status).toBe(401);

    // And what happens after the restart reaches the clinic that lived through it.
    const later = await logIn(server, people.patient);
    expect((await call(`${clinic.url}/doctors`, { token: later.access_token })).status).toBe(200);
    await call(`${server.url}/auth/logout`, {
      token: later.access_token,
      json: { refresh_token: later.refresh_token },
    });
    await untilRefused(later.access_token);
  });

  it("keeps every write that was acknowledged before a kill in the middle of many", async () => {
    const writers = await Promise.all(
      [people.patient, people.doctor, people.frontDesk].map(async (person) => {
        const { access_token: token } = await logIn(server, person);
        return { token, acknowledged: 0 };
      }),
    );
    const running = writers.map(async (writer) => {
      for (let number = 1; ; number += 1) {
        const answer = await call(`${server.url}/auth/me`, {
          method: "PATCH",
          token: writer.token,
          json: { name: `Name ${number}` },
        }).catch(() => null);
        if (answer?.status !== 200) return;
        writer.acknowledged = number;
        // No await between an acknowledgement and the kill: other writes are under way.
        if (number === 20) server.child.process.kill("SIGKILL");
      }
    });
    await Promise.all(running);
    await server.child.exit;
    server = await restartServer(server);
    for (const { token, acknowledged } of writers) {
      const me = await call(`${server.url}/auth/me`, { token });
      const number = Number(String(me.body["name"]).replace("Name ", ""));
      // One more when the write was committed and its answer died with the server.
      expect([acknowledged, acknowledged + 1]).toContain(number);
    }
    expect(Math.max(...writers.map(({ acknowledged }) => acknowledged))).toBeGreaterThan(19);
  });

  it("ends by itself on SIGTERM, server and clinic alike", async () => {
    expect(await clinic.child.stop("SIGTERM")).toBe(0);
    expect(await server.child.stop("SIGTERM")).toBe(0);
  });

  it("keeps a second server out of the same data directory", async () => {
    const first = await startServer({ kekDirectory: await createDirectory("kek") });
    await signUp(first, people.patient);
    await expect(
      startServer({ data: first.data, kekDirectory: first.kekDirectory }),
    ).rejects.toThrow("data_directory_locked");
    expect((await call(`${first.url}/healthz`)).status).toBe(200);
  });
});
