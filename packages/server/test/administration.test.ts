// /auth/admin through the whole server: who may, and what each change takes back (design section 4).

import type { LoginAnswer, Page, Problem, UserAnswer } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import {
  type Answer,
  createAdministrator,
  logIn,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "./test-server.ts";

const OTHER = "eleven loud geese at noon";

const statusOf = async (server: TestServer, token: string): Promise<number> =>
  (await server.send("/auth/me", { token })).status;

const refresh = (server: TestServer, login: LoginAnswer): Promise<Answer<LoginAnswer & Problem>> =>
  server.send("/auth/refresh", { json: { refresh_token: login.refresh_token } });

describe("who may administer", () => {
  const paths = [
    ["GET", "/auth/admin/users"],
    ["POST", "/auth/admin/users"],
    ["GET", "/auth/admin/roles"],
    ["DELETE", "/auth/admin/roles/administrator"],
    ["PUT", `/auth/admin/users/${"a".repeat(21)}A/roles/administrator`],
    ["GET", "/auth/admin/keys"],
    ["POST", "/auth/admin/tokens/inspect"],
    ["GET", "/auth/admin/nowhere"],
    // P6: another spelling of the path is the same route behind the same gate.
    ["GET", "/auth/%61dmin/users"],
    ["GET", "/auth/admin/%75sers"],
    ["GET", "/auth/x/../admin/users"],
  ] as const;

  it.each(paths)("nobody without a token: %s %s", async (method, path) => {
    const server = await startServer();
    const answer = await server.send<Problem>(path, { method });
    expect([answer.status, answer.body.code]).toEqual([401, "token_required"]);
    expect(answer.headers.get("WWW-Authenticate")).toBe("Bearer");
  });

  it.each(paths)("no ordinary user: %s %s", async (method, path) => {
    const server = await startServer();
    const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
    const answer = await server.send<Problem>(path, { method, token });
    expect([answer.status, answer.body.code]).toEqual([403, "permission_denied"]);
    expect(answer.headers.get("WWW-Authenticate")).toBe('Bearer error="insufficient_scope"');
  });

  it("the operator reaches administration only", async () => {
    const server = await startServer();
    expect((await server.control("/auth/admin/users")).status).toBe(200);
    for (const path of [
      "/auth/me",
      "/healthz",
      "/auth/adminx",
      "/auth/admin/../me",
      "//auth/admin/users",
    ]) {
      expect([path, (await server.control(path)).status]).toEqual([path, 404]);
    }
  });

  it.each([
    [400, "Bearer"],
    [400, "Bearer "],
    [400, "Bearer  x"],
    [400, "Bearer %"],
    [400, "Bearer %E0%A4%A"],
    [400, "bearer x, Bearer y"],
    [401, "Bearer\tx"],
    [401, "Basic Og=="],
    [401, "Bearer .."],
    [401, `Bearer ${"a.".repeat(4000)}a`],
    [401, "Bearer null"],
    [401, "\u00ff"],
  ])("I11: answers %i to Authorization: %j, and survives", async (status, header) => {
    const server = await startServer();
    const answer = await server.send<Problem>("/auth/me", { headers: { Authorization: header } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("WWW-Authenticate")).toMatch(/^Bearer/);
    expect((await server.send("/healthz")).status).toBe(200);
  });
});

describe("users", () => {
  it("creates, lists by page, finds, and reads", async () => {
    const server = await startServer();
    const ids: string[] = [];
    for (const name of ["ann", "bob", "cem"]) {
      const answer = await server.control<UserAnswer>("/auth/admin/users", {
        json: { email: `${name}@example.com`, password: PASSWORD, username: name, roles: [] },
      });
      expect([answer.status, answer.body.email_verified]).toEqual([201, true]);
      ids.push(answer.body.id);
      server.advance(1000);
    }
    const first = await server.control<Page<UserAnswer>>("/auth/admin/users?limit=2");
    expect(first.body.items.map((user) => user.id)).toEqual(ids.slice(0, 2));
    const second = await server.control<Page<UserAnswer>>(
      `/auth/admin/users?limit=2&after=${first.body.next}`,
    );
    expect(second.body.items.map((user) => user.id)).toEqual(ids.slice(2));
    expect(second.body.next).toBeNull();
    const found = await server.control<Page<UserAnswer>>("/auth/admin/users?email=BOB@example.com");
    expect(found.body.items.map((user) => user.id)).toEqual([ids[1]]);
    const byName = await server.control<Page<UserAnswer>>("/auth/admin/users?username=cem");
    expect(byName.body.items.map((user) => user.id)).toEqual([ids[2]]);
    expect((await server.control(`/auth/admin/users/${ids[0]}`)).body).toMatchObject({
      email: "ann@example.com",
      disabled: false,
    });
    expect((await logIn(server, "ann@example.com")).user.id).toBe(ids[0]);
  });

  it("names what is taken, to administrators", async () => {
    const server = await startServer();
    const json = { email: "ann@example.com", password: PASSWORD, username: "ann" };
    await server.control("/auth/admin/users", { json });
    const email = await server.control<Problem>("/auth/admin/users", {
      json: { ...json, username: "b2b" },
    });
    expect([email.status, email.body.code]).toEqual([409, "email_taken"]);
    const name = await server.control<Problem>("/auth/admin/users", {
      json: { ...json, email: "b@example.com" },
    });
    expect([name.status, name.body.code]).toEqual([409, "username_taken"]);
  });

  it.each([
    "limit=0",
    "limit=201",
    "limit=1e2",
    "limit=1&limit=2",
    "after=x",
    "after=1.AAAAAAAAAAAAAAAAAAAAA'",
    "unknown=1",
    "email=nobody",
  ])("refuses ?%s", async (query) => {
    const server = await startServer();
    const answer = await server.control<Problem>(`/auth/admin/users?${query}`);
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
  });

  it.each(["x", "..%2f..", "a".repeat(22), "%00", "' or 1=1"])("finds nobody as %s", async (id) => {
    const server = await startServer();
    const answer = await server.control<Problem>(`/auth/admin/users/${encodeURIComponent(id)}`);
    expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
  });
});

describe("what is taken back (design section 4)", () => {
  it("disabling: tokens at once, sessions for good, sign-in too", async () => {
    const server = await startServer();
    const { access_token: admin } = await createAdministrator(server);
    const login = await signUpAndLogIn(server, "ann@example.com");
    const path = `/auth/admin/users/${login.user.id}`;
    const disabled = await server.send(path, {
      method: "PATCH",
      token: admin,
      json: { disabled: true },
    });
    expect(disabled.body).toMatchObject({ disabled: true });
    expect(await statusOf(server, login.access_token)).toBe(401);
    expect((await refresh(server, login)).status).toBe(401);
    await server.send(path, { method: "PATCH", token: admin, json: { disabled: false } });
    // Enabling gives nothing back.
    expect(await statusOf(server, login.access_token)).toBe(401);
    expect((await refresh(server, login)).status).toBe(401);
    expect(await statusOf(server, (await logIn(server, "ann@example.com")).access_token)).toBe(200);
  });

  it("a password set by an administrator: tokens, sessions, and the old password", async () => {
    const server = await startServer();
    const login = await signUpAndLogIn(server, "ann@example.com");
    const path = `/auth/admin/users/${login.user.id}/password`;
    const short = await server.control<Problem>(path, { method: "PUT", json: { password: "x" } });
    expect([short.status, short.body.code]).toEqual([422, "password_too_short"]);
    expect(await statusOf(server, login.access_token)).toBe(200);
    const set = await server.control(path, { method: "PUT", json: { password: OTHER } });
    expect(set.status).toBe(204);
    expect(await statusOf(server, login.access_token)).toBe(401);
    expect((await refresh(server, login)).body.code).toBe("session_ended");
    const old = await server.send("/auth/login", {
      json: { email: "ann@example.com", password: PASSWORD },
    });
    expect(old.status).toBe(401);
    const json = { email: "ann@example.com", password: OTHER };
    expect((await server.send("/auth/login", { json })).status).toBe(200);
  });

  it("a role given or taken: tokens, while sessions live and renew into the new truth", async () => {
    const server = await startServer();
    await server.control("/auth/admin/roles", {
      json: { name: "doctor", permissions: ["appointments:read"] },
    });
    const login = await signUpAndLogIn(server, "ann@example.com");
    const path = `/auth/admin/users/${login.user.id}/roles/doctor`;
    expect((await server.control(path, { method: "PUT" })).status).toBe(204);
    expect(await statusOf(server, login.access_token)).toBe(401);
    const renewed = await refresh(server, login);
    expect(renewed.status).toBe(200);
    expect(claimsOf(renewed.body.access_token)).toMatchObject({
      roles: ["doctor"],
      permissions: ["appointments:read"],
    });
    // Again is no change: nothing is taken back.
    expect((await server.control(path, { method: "PUT" })).status).toBe(204);
    expect(await statusOf(server, renewed.body.access_token)).toBe(200);
    expect((await server.control(path, { method: "DELETE" })).status).toBe(204);
    expect(await statusOf(server, renewed.body.access_token)).toBe(401);
    expect((await server.control(path, { method: "DELETE" })).status).toBe(404);
  });

  it("a role's permissions: the tokens of those who have it, and of nobody else", async () => {
    const server = await startServer();
    await server.control("/auth/admin/roles", { json: { name: "doctor", permissions: ["a"] } });
    const ann = await signUpAndLogIn(server, "ann@example.com");
    const path = `/auth/admin/users/${ann.user.id}/roles/doctor`;
    await server.control(path, { method: "PUT" });
    const doctor = await logIn(server, "ann@example.com");
    const other = await signUpAndLogIn(server, "bob@example.com");

    const described = await server.control("/auth/admin/roles/doctor", {
      method: "PATCH",
      json: { description: "Sees patients" },
    });
    expect(described.body).toMatchObject({ description: "Sees patients", permissions: ["a"] });
    expect(await statusOf(server, doctor.access_token)).toBe(200);

    const changed = await server.control("/auth/admin/roles/doctor", {
      method: "PATCH",
      json: { permissions: ["b", "a", "b"] },
    });
    expect(changed.body).toMatchObject({ permissions: ["a", "b"] });
    expect(await statusOf(server, doctor.access_token)).toBe(401);
    expect(await statusOf(server, other.access_token)).toBe(200);
    const renewed = await refresh(server, doctor);
    expect(claimsOf(renewed.body.access_token)).toMatchObject({ permissions: ["a", "b"] });

    expect((await server.control("/auth/admin/roles/doctor", { method: "DELETE" })).status).toBe(
      204,
    );
    expect(await statusOf(server, renewed.body.access_token)).toBe(401);
    expect((await logIn(server, "ann@example.com")).user.roles).toEqual([]);
  });

  it("an administrator loses administration with the role", async () => {
    const server = await startServer();
    await createAdministrator(server);
    const second = await createAdministrator(server, "second@example.com");
    const path = `/auth/admin/users/${second.user.id}/roles/administrator`;
    await server.control(path, { method: "DELETE" });
    expect((await server.send("/auth/admin/users", { token: second.access_token })).status).toBe(
      401,
    );
    const { access_token: token } = await logIn(server, "second@example.com");
    expect((await server.send("/auth/admin/users", { token })).status).toBe(403);
  });
});

describe("the last administrator", () => {
  const lastOf = (answer: Answer<Problem>): unknown => [answer.status, answer.body.code];
  const refused = [409, "last_administrator"];

  it("cannot be disabled, and cannot lose the role or its permission", async () => {
    const server = await startServer();
    const { user, access_token: token } = await createAdministrator(server);
    const self = `/auth/admin/users/${user.id}`;
    const role = "/auth/admin/roles/administrator";
    expect(
      lastOf(await server.send(self, { method: "PATCH", token, json: { disabled: true } })),
    ).toEqual(refused);
    expect(
      lastOf(await server.send(`${self}/roles/administrator`, { method: "DELETE", token })),
    ).toEqual(refused);
    expect(lastOf(await server.control(role, { method: "DELETE" }))).toEqual(refused);
    expect(
      lastOf(await server.control(role, { method: "PATCH", json: { permissions: [] } })),
    ).toEqual(refused);
    expect(await statusOf(server, token)).toBe(200);
  });

  it("stays when two administrators leave at once", async () => {
    const server = await startServer();
    const [one, two] = [
      await createAdministrator(server),
      await createAdministrator(server, "b@example.com"),
    ];
    const answers = await Promise.all(
      [one, two].map(({ user }) =>
        server.control<Problem>(`/auth/admin/users/${user.id}`, {
          method: "PATCH",
          json: { disabled: true },
        }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 409]));
  });
});

describe("roles", () => {
  it("are created once, listed by name, and shown", async () => {
    const server = await startServer();
    for (const name of ["nurse", "doctor"]) {
      const created = await server.control("/auth/admin/roles", { json: { name } });
      expect([created.status, created.body]).toEqual([
        201,
        expect.objectContaining({ name, description: null, permissions: [] }),
      ]);
    }
    const again = await server.control<Problem>("/auth/admin/roles", { json: { name: "nurse" } });
    expect([again.status, again.body.code]).toEqual([409, "role_exists"]);
    const first = await server.control<Page<{ name: string }>>("/auth/admin/roles?limit=2");
    expect(first.body.items.map((role) => role.name)).toEqual(["administrator", "doctor"]);
    const next = await server.control<Page<{ name: string }>>(
      `/auth/admin/roles?after=${first.body.next}`,
    );
    expect(next.body.items.map((role) => role.name)).toEqual(["nurse"]);
    expect((await server.control("/auth/admin/roles/nobody")).status).toBe(404);
  });

  it.each(["", "Doctor", "1st", "a b", "a/b", "a".repeat(65), "ärztin", "a\n"])(
    "cannot be called %j",
    async (name) => {
      const server = await startServer();
      expect((await server.control("/auth/admin/roles", { json: { name } })).status).toBe(400);
    },
  );

  it("hold no more permissions together than a token can list", async () => {
    const server = await startServer();
    const names = (from: number, count: number): string[] =>
      Array.from({ length: count }, (_, i) => `p${from + i}`);
    const create = (name: string, permissions: string[]) =>
      server.control<Problem>("/auth/admin/roles", { json: { name, permissions } });
    // `latchkey:admin` is the 256th.
    expect((await create("most", names(0, 255))).status).toBe(201);
    expect((await create("same", names(0, 255))).status).toBe(201);
    expect((await create("more", names(255, 1))).status).toBe(400);
  });
});

describe("POST /auth/admin/tokens/inspect", () => {
  it("reads a token and says whether it would be taken, and why not", async () => {
    const server = await startServer();
    const { access_token: token, user } = await signUpAndLogIn(server, "ann@example.com");
    const inspect = (json: unknown) => server.control("/auth/admin/tokens/inspect", { json });
    expect((await inspect({ token })).body).toMatchObject({
      header: { typ: "at+jwt", alg: "ES256" },
      claims: { sub: user.id },
      verified: true,
      reason: null,
    });
    await server.send("/auth/logout", { method: "POST", token });
    expect((await inspect({ token })).body).toMatchObject({ verified: false, reason: "retired" });
    expect((await inspect({ token: `${token.slice(0, -4)}AAAA` })).body).toMatchObject({
      claims: { sub: user.id },
      reason: "bad_signature",
    });
    server.advance(16 * 60 * 1000);
    expect((await inspect({ token })).body).toMatchObject({ reason: "expired" });
    for (const broken of ["x", "a.b.c", "\u00e4", "a b", "..", "a".repeat(16_000)]) {
      expect((await inspect({ token: broken })).body).toEqual({
        header: null,
        claims: null,
        verified: false,
        reason: "malformed",
      });
    }
    expect(server.log()).not.toContain(token);
  });
});

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}
