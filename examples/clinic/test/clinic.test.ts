// The clinic over real HTTP, in front of a real Latchkey: who may do what, and what bad input gets.

import { createServer } from "node:http";
import { createGuard, type Guard } from "@latchkey/guard";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClinic } from "../src/app.ts";
import { openDatabase } from "../src/database.ts";
import { CANCEL_ANY, READ_ANY, READ_OWN_CALENDAR } from "../src/permissions.ts";
import { type Listening, listen, type RunningLatchkey, startLatchkey } from "./start-latchkey.ts";

/** Monday morning, for the clinic: the guard keeps the real time. */
const now = Date.UTC(2030, 0, 7, 8);
const nine = "2030-01-07T09:00:00.000Z";

interface Person {
  readonly id: string;
  readonly token: string;
}

let latchkey: RunningLatchkey;
let clinic: Listening;
let guard: Guard;
let ana: Person;
let bo: Person;
let dora: Person;
let emil: Person;
let desk: Person;
const reported: unknown[] = [];

async function join(name: string, role?: string): Promise<Person> {
  const account = { email: `${name}@clinic.example`, password: `${name} has a long passphrase` };
  const send = async (path: string): Promise<Response> =>
    fetch(`${latchkey.issuer}/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(account),
    });
  await send("signup");
  let login = (await (await send("login")).json()) as { access_token: string; user: Person };
  if (role !== undefined) {
    await latchkey.operate("PUT", `/users/${login.user.id}/roles/${role}`);
    login = (await (await send("login")).json()) as typeof login;
  }
  return { id: login.user.id, token: login.access_token };
}

interface Answer {
  readonly status: number;
  readonly challenge: string | null;
  readonly body: Record<string, unknown>;
}

async function ask(
  who: Person | null,
  method: string,
  path: string,
  body?: unknown,
  type = "application/json",
): Promise<Answer> {
  const response = await fetch(`${clinic.url}${path}`, {
    method,
    headers: {
      ...(who === null ? {} : { authorization: `Bearer ${who.token}` }),
      ...(body === undefined ? {} : { "content-type": type }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return {
    status: response.status,
    challenge: response.headers.get("www-authenticate"),
    body: (await response.json()) as Record<string, unknown>,
  };
}

async function book(who: Person, startsAt: string, doctor: Person = dora): Promise<Answer> {
  const body = { doctor_id: doctor.id, starts_at: startsAt, reason: "check-up" };
  return ask(who, "POST", "/appointments", body);
}

beforeAll(async () => {
  latchkey = await startLatchkey();
  await latchkey.operate("POST", "/roles", { name: "doctor", permissions: [READ_OWN_CALENDAR] });
  await latchkey.operate("POST", "/roles", {
    name: "front-desk",
    permissions: [READ_ANY, CANCEL_ANY],
  });
  guard = createGuard({ issuer: latchkey.issuer, audience: latchkey.issuer });
  const app = createClinic({
    guard,
    database: openDatabase(":memory:"),
    clock: () => now,
    report: (error) => reported.push(error),
  });
  clinic = await listen(createServer(app));
  ana = await join("ana");
  bo = await join("bo");
  dora = await join("dora", "doctor");
  emil = await join("emil", "doctor");
  desk = await join("desk", "front-desk");
  for (const doctor of [dora, emil]) {
    await ask(doctor, "PUT", "/doctors/me", { name: "A doctor", speciality: "cardiology" });
  }
});

afterAll(async () => {
  await clinic.close();
  await guard.close();
  await latchkey.close();
});

describe("appointments", () => {
  it("are booked, listed and read by their patient", async () => {
    const booked = await book(ana, nine);
    expect(booked).toMatchObject({ status: 201, body: { patient_id: ana.id, starts_at: nine } });
    const list = await ask(ana, "GET", "/appointments");
    expect(list.body).toEqual({ items: [booked.body], next: null });
    const one = await ask(ana, "GET", `/appointments/${String(booked.body["id"])}`);
    expect(one.body).toEqual(booked.body);
  });

  it("are one at a time for a doctor, until cancelled", async () => {
    const first = await book(ana, "2030-01-07T10:00:00Z");
    expect(first.status).toBe(201);
    // The same moment in another zone.
    expect(await book(bo, "2030-01-07T11:00:00+01:00")).toMatchObject({
      status: 409,
      body: { code: "slot_taken" },
    });
    expect((await book(bo, "2030-01-07T10:00:00Z", emil)).status).toBe(201);
    const id = String(first.body["id"]);
    expect((await ask(ana, "POST", `/appointments/${id}/cancel`)).status).toBe(200);
    expect((await book(bo, "2030-01-07T10:00:00Z")).status).toBe(201);
  });

  it("of others are neither read nor cancelled by a patient", async () => {
    const id = String((await book(ana, "2030-01-07T12:00:00Z")).body["id"]);
    const expected = { status: 403, body: { code: "permission_denied" } };
    expect(await ask(bo, "GET", `/appointments/${id}`)).toMatchObject(expected);
    expect(await ask(bo, "POST", `/appointments/${id}/cancel`)).toMatchObject(expected);
    expect(await ask(ana, "GET", `/appointments/${id}`)).toMatchObject({
      status: 200,
      body: { cancelled_at: null },
    });
  });

  it("are seen by their doctor and by no other", async () => {
    const id = String((await book(ana, "2030-01-07T13:00:00Z")).body["id"]);
    expect((await ask(dora, "GET", `/appointments/${id}`)).status).toBe(200);
    expect((await ask(emil, "GET", `/appointments/${id}`)).status).toBe(403);
    const calendarOf = async (doctor: Person): Promise<readonly { doctor_id: string }[]> =>
      (await ask(doctor, "GET", "/calendar")).body["items"] as { doctor_id: string }[];
    for (const doctor of [dora, emil]) {
      const doctors = (await calendarOf(doctor)).map(({ doctor_id }) => doctor_id);
      expect(new Set(doctors)).toEqual(new Set([doctor.id]));
    }
  });

  it("are all seen and cancelled by the front desk", async () => {
    const id = String((await book(ana, "2030-01-07T14:00:00Z")).body["id"]);
    const schedule = await ask(desk, "GET", "/schedule");
    expect(schedule.body["items"]).toContainEqual(expect.objectContaining({ id }));
    expect(await ask(desk, "POST", `/appointments/${id}/cancel`)).toMatchObject({
      status: 200,
      body: { id, cancelled_at: new Date(now).toISOString() },
    });
    // Cancelling again changes nothing.
    expect((await ask(desk, "POST", `/appointments/${id}/cancel`)).status).toBe(200);
  });

  it("come in pages", async () => {
    const pat = await join("pat");
    for (let index = 0; index < 51; index += 1) {
      const startsAt = new Date(now + (100 + index) * 1_800_000).toISOString();
      expect((await book(pat, startsAt, emil)).status).toBe(201);
    }
    const first = await ask(pat, "GET", "/appointments");
    expect(first.body["items"]).toHaveLength(50);
    const second = await ask(pat, "GET", `/appointments?after=${String(first.body["next"])}`);
    expect(second.body["items"]).toHaveLength(1);
    expect(second.body["next"]).toBeNull();
  });
});

describe("permissions", () => {
  it.each([
    ["GET", "/calendar"],
    ["GET", "/schedule"],
    ["PUT", "/doctors/me"],
  ])("keep a patient out of %s %s", async (method, path) => {
    const answer = await ask(ana, method, path);
    expect(answer).toMatchObject({ status: 403, body: { code: "permission_denied" } });
    expect(answer.challenge).toContain('error="insufficient_scope"');
  });

  it.each([
    ["GET", "/appointments"],
    ["POST", "/appointments"],
    ["GET", "/doctors"],
    ["PATCH", "/patients/me"],
    ["GET", "/appointments/AAAAAAAAAAAAAAAAAAAAAA"],
  ])("answer 401 to a stranger at %s %s", async (method, path) => {
    const answer = await ask(null, method, path);
    expect(answer).toMatchObject({ status: 401, body: { code: "token_required" } });
    expect(answer.challenge).toBe("Bearer");
  });
});

describe("health", () => {
  it("tells whether the guard hears revocations", async () => {
    expect((await ask(null, "GET", "/healthz")).body).toMatchObject({
      status: "ok",
      guard: { ready: true, cannotPromise: [], revocations: { source: "feed", isStale: false } },
    });
  });
});

describe("contact details", () => {
  it("are each patient's own, and change member by member", async () => {
    await ask(ana, "PATCH", "/patients/me", { phone: "+45 12 34 56 78" });
    await ask(ana, "PATCH", "/patients/me", { address: "Main Street 1" });
    const all = { subject: ana.id, phone: "+45 12 34 56 78", address: "Main Street 1" };
    expect((await ask(ana, "GET", "/patients/me")).body).toEqual(all);
    await ask(ana, "PATCH", "/patients/me", { phone: null });
    expect((await ask(ana, "GET", "/patients/me")).body).toEqual({ ...all, phone: null });
    expect((await ask(bo, "GET", "/patients/me")).body).toEqual({
      subject: bo.id,
      phone: null,
      address: null,
    });
  });
});

describe("bad input", () => {
  const good = { doctor_id: "", starts_at: "2030-01-08T09:00:00Z", reason: "check-up" };

  it.each<[string, unknown, number, string]>([
    ["no doctor's id", { ...good, doctor_id: "dora" }, 400, "invalid_request"],
    ["an unknown doctor", { ...good, doctor_id: "A".repeat(22) }, 400, "invalid_request"],
    ["an unknown member", { ...good, patient_id: "x" }, 400, "invalid_request"],
    ["a time without a zone", { ...good, starts_at: "2030-01-08T09:00" }, 400, "invalid_request"],
    ["a time in the past", { ...good, starts_at: "2030-01-07T07:00:00Z" }, 400, "invalid_request"],
    [
      "a time off the slots",
      { ...good, starts_at: "2030-01-08T09:10:00Z" },
      400,
      "invalid_request",
    ],
    ["a list", [], 400, "invalid_request"],
    ["cut JSON", '{"doctor_id":', 400, "invalid_json"],
    ["an endless reason", { ...good, reason: "x".repeat(20_000) }, 413, "body_too_large"],
  ])("%s", async (_what, body, status, code) => {
    const filled =
      typeof body === "object" && body !== null && "doctor_id" in body && body.doctor_id === ""
        ? { ...body, doctor_id: dora.id }
        : body;
    expect(await ask(ana, "POST", "/appointments", filled)).toMatchObject({
      status,
      body: { code, status, type: `urn:clinic:error:${code}` },
    });
  });

  it("of another content type", async () => {
    expect(await ask(ana, "POST", "/appointments", "a=1", "text/plain")).toMatchObject({
      status: 415,
      body: { code: "unsupported_media_type" },
    });
  });

  it.each([
    ["GET", "/nothing"],
    ["GET", "/appointments/x"],
    ["GET", `/appointments/${"A".repeat(22)}`],
    ["DELETE", "/appointments"],
  ])("%s %s is not found", async (method, path) => {
    expect(await ask(ana, method, path)).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
  });

  it.each(["after=x", "after=1.x", "before=1", "after=1&after=2"])(
    "the query %s",
    async (query) => {
      expect(await ask(ana, "GET", `/appointments?${query}`)).toMatchObject({
        status: 400,
        body: { code: "invalid_request" },
      });
    },
  );

  it("is never the clinic's own failure", () => {
    expect(reported).toEqual([]);
  });
});
