// The first administrator, through the one-time link, and what an administrator then changes over
// HTTP: each change reaches the clinic within two seconds.

import type { LoginAnswer } from "@latchkey/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stopAll } from "./harness/child.ts";
import { type Clinic, startClinic, untilCaughtUp } from "./harness/clinic.ts";
import { removeDirectories } from "./harness/directory.ts";
import { type Answer, call, callUntil } from "./harness/http.ts";
import { join, logIn, type Person, renew } from "./harness/people.ts";
import { restartServer, type Server, startServer } from "./harness/server.ts";
import { people } from "./harness/staff.ts";

const WITHIN = 2000;
const administrator: Person = {
  email: "root@clinic.example",
  password: "root keeps a long passphrase",
  name: "Root",
};

let server: Server;
let clinic: Clinic;
let token: string;

beforeAll(async () => {
  server = await startServer();
  clinic = await startClinic({ issuer: server.url });
});

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

/** Calls an admin route. */
const admin = (method: string, path: string, json?: object): Promise<Answer> =>
  call(`${server.url}/auth/admin${path}`, {
    method,
    token,
    ...(json === undefined ? {} : { json }),
  });

const atClinic = (path: string, { access_token }: { access_token: string }): Promise<Answer> =>
  call(`${clinic.url}${path}`, { token: access_token });

const untilRefused = (login: { access_token: string }): Promise<Answer> =>
  callUntil(
    () => atClinic("/doctors", login),
    ({ status }) => status === 401,
    WITHIN,
  );

describe("the set-up link", () => {
  const sendForm = (headers: Readonly<Record<string, string>>, email: string): Promise<Answer> => {
    const code = new URL(String(server.ready["setup_link"])).searchParams.get("code") ?? "";
    const form = new URLSearchParams({ code, email, password: administrator.password });
    return call(`${server.url}/auth/setup`, {
      raw: form.toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    });
  };

  it("shows a form as often as asked, that nothing may frame, cache or follow", async () => {
    for (let count = 0; count < 2; count += 1) {
      const form = await call(String(server.ready["setup_link"]));
      expect(form.status).toBe(200);
      expect(form.headers.get("content-type")).toContain("text/html");
      expect(form.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(form.headers.get("cache-control")).toContain("no-store");
      expect(form.headers.get("referrer-policy")).toBe("strict-origin");
    }
  });

  it("is not spent from another site, nor with a guessed code", async () => {
    for (const headers of [
      {},
      { "sec-fetch-site": "cross-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
    ]) {
      expect((await sendForm(headers, "evil@clinic.example")).status).toBe(403);
    }
    const guess = await call(`${server.url}/auth/setup?code=${"A".repeat(43)}`);
    expect(guess.status).toBe(403);
  });

  it("makes exactly one administrator, however many press the button", async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        sendForm(
          { "sec-fetch-site": "same-origin" },
          n === 1 ? administrator.email : `${n}@x.example`,
        ),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 403)).toHaveLength(3);
    const winner = answers.findIndex(({ status }) => status === 200);
    const email = winner === 0 ? administrator.email : `${winner + 1}@x.example`;
    const login = await logIn(server, { ...administrator, email });
    expect(login.user.roles).toEqual(["administrator"]);
    token = login.access_token;
    const users = await admin("GET", "/users");
    expect(users.body["items"]).toHaveLength(1);
  });

  it("is not made again while there is an administrator", async () => {
    await server.child.stop();
    server = await restartServer(server);
    expect(server.ready["setup_link"] ?? null).toBeNull();
    await untilCaughtUp(clinic);
  });
});

describe("an administrator", () => {
  let desk: Required<LoginAnswer>;

  it("is the only one who administers", async () => {
    const patient = await join(server, people.patient);
    for (const [method, path] of [
      ["GET", "/users"],
      ["POST", "/roles"],
      ["GET", "/keys"],
      ["PUT", `/users/${patient.user.id}/roles/administrator`],
      ["PUT", `/users/${patient.user.id}/password`],
    ] as const) {
      const url = `${server.url}/auth/admin${path}`;
      expect((await call(url, { method })).status).toBe(401);
      const refused = await call(url, { method, token: patient.access_token });
      expect([refused.status, refused.body["code"]]).toEqual([403, "permission_denied"]);
    }
  });

  it("creates roles and users, and gives one to the other", async () => {
    const role = await admin("POST", "/roles", {
      name: "front-desk",
      permissions: ["appointments:read-any", "appointments:cancel-any"],
    });
    expect(role.status).toBe(201);
    const { email, password, name } = people.frontDesk;
    const user = await admin("POST", "/users", { email, password, name });
    expect(user.status).toBe(201);
    const given = await admin("PUT", `/users/${String(user.body["id"])}/roles/front-desk`);
    expect(given.status).toBeLessThan(300);
    desk = await logIn(server, people.frontDesk);
    expect((await atClinic("/schedule", desk)).status).toBe(200);
  });

  it("changes a role, and tokens with its old permissions are refused at the clinic", async () => {
    const changed = await admin("PATCH", "/roles/front-desk", {
      permissions: ["appointments:cancel-any"],
    });
    expect(changed.status).toBe(200);
    const refused = await untilRefused(desk);
    expect(refused.headers.get("www-authenticate")).toContain('latchkey_reason="retired"');
    const renewed = await renew(server, desk.refresh_token);
    expect(renewed.status).toBe(200);
    expect((await atClinic("/doctors", renewed.body)).status).toBe(200);
    expect((await atClinic("/schedule", renewed.body)).status).toBe(403);
  });

  it("takes a role away", async () => {
    const before = await renew(server, desk.refresh_token);
    const taken = await admin("DELETE", `/users/${desk.user.id}/roles/front-desk`);
    expect(taken.status).toBeLessThan(300);
    await untilRefused(before.body);
    expect((await renew(server, desk.refresh_token)).status).toBe(200);
    const me = await logIn(server, people.frontDesk);
    expect(me.user.roles).toEqual([]);
  });

  it("sets a password, and every session of the user ends", async () => {
    const one = await logIn(server, people.frontDesk);
    const other = await logIn(server, people.frontDesk);
    const password = "another passphrase, by the desk";
    const set = await admin("PUT", `/users/${one.user.id}/password`, { password });
    expect(set.status).toBeLessThan(300);
    for (const login of [one, other]) {
      await untilRefused(login);
      const renewed = await renew(server, login.refresh_token);
      expect([renewed.status, renewed.body.code]).toEqual([401, "session_ended"]);
    }
    const old = await call(`${server.url}/auth/login`, {
      json: { email: people.frontDesk.email, password: people.frontDesk.password },
    });
    expect(old.body).toMatchObject({ code: "invalid_credentials" });
    expect((await logIn(server, { ...people.frontDesk, password })).user.id).toBe(one.user.id);
  });

  it("cannot be the last one to go", async () => {
    const users = await admin("GET", "/users");
    const items = users.body["items"] as { id: string; roles: readonly string[] }[];
    const self = items.find(({ roles }) => roles.includes("administrator"));
    for (const answer of [
      await admin("PATCH", `/users/${self?.id}`, { disabled: true }),
      await admin("DELETE", `/users/${self?.id}/roles/administrator`),
    ]) {
      expect([answer.status, answer.body["code"]]).toEqual([409, "last_administrator"]);
    }
  });

  it("inspects a token", async () => {
    const login = await logIn(server, people.patient);
    const good = await admin("POST", "/tokens/inspect", { token: login.access_token });
    expect(good.status).toBe(200);
    expect(good.text).toContain(login.user.id);
    const bad = await admin("POST", "/tokens/inspect", { token: `${login.access_token}A` });
    expect(bad.status).toBe(200);
    expect(bad.text).not.toBe(good.text);
  });
});

describe("a clinic that starts before its server", () => {
  it("refuses everybody until it knows what was taken back, then goes on by itself", async () => {
    const kept = await logIn(server, people.patient);
    await server.child.stop();
    const early = await startClinic({ issuer: server.url, isAlone: true });
    const ask = (): Promise<Answer> =>
      call(`${early.url}/appointments`, { token: kept.access_token });
    const cold = await ask();
    expect(cold.status).toBe(503);
    expect(cold.headers.get("retry-after")).toMatch(/^[0-9]+$/);
    // Without credentials the answer needs no keys.
    expect((await call(`${early.url}/appointments`)).status).toBe(401);
    server = await restartServer(server);
    const warm = await callUntil(ask, ({ status }) => status !== 503, 15_000);
    expect(warm.status).toBe(200);
  });
});
