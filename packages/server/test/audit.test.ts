// The audit log: what is in it, how it is asked, and that it only grows.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AuditEventAnswer, Page, Problem } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { auditEvent } from "../src/audit/audit-event.ts";
import { writeAll } from "../src/storage/write.ts";
import { openTestDatabase } from "./engines/engines.ts";
import {
  createAdministrator,
  logIn,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "./test-server.ts";

const ANN = "ann@example.com";

async function read(server: TestServer, query = ""): Promise<Page<AuditEventAnswer>> {
  const answer = await server.control<Page<AuditEventAnswer>>(`/auth/admin/audit${query}`);
  expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
  return answer.body;
}

const kinds = (page: Page<AuditEventAnswer>) => page.items.map((event) => event.kind);

describe("GET /auth/admin/audit", () => {
  it("tells who did what, from where, and what came of it, the newest first", async () => {
    const server = await startServer();
    const ann = await signUpAndLogIn(server, ANN);
    await server.send("/auth/login", {
      json: { email: ANN, password: "a wrong one" },
      address: "198.51.100.9",
      headers: { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0" },
    });
    const [failed, success] = (await read(server, `?user=${ann.user.id}&kind=login`)).items;
    expect(failed).toMatchObject({
      outcome: "failure",
      actor_id: null,
      user_id: ann.user.id,
      address: "198.51.100.9",
      user_agent: expect.stringContaining("Firefox"),
      device: expect.stringContaining("Firefox"),
    });
    expect(success).toMatchObject({
      outcome: "success",
      actor_id: ann.user.id,
      user_id: ann.user.id,
      session_id: expect.any(String),
      address: "192.0.2.1",
    });
  });

  it("takes filters together, and pages that do not shift while events come", async () => {
    const server = await startServer();
    const { user } = await signUpAndLogIn(server, ANN);
    for (let i = 0; i < 5; i++) await logIn(server, ANN);
    const filter = `user=${user.id}&kind=login&outcome=success&limit=2`;
    const ids: string[] = [];
    let before = "";
    for (;;) {
      const page = await read(server, `?${filter}${before}`);
      ids.push(...page.items.map((event) => event.id));
      await logIn(server, ANN);
      if (page.next === null) break;
      before = `&before=${page.next}`;
    }
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(6);
    expect(kinds(await read(server, "?actor=operator"))).toEqual([]);
    expect((await read(server, "?outcome=failure")).items).toEqual([]);
  });

  it("takes a time from which and up to which", async () => {
    const server = await startServer();
    await signUpAndLogIn(server, ANN);
    server.advance(3_600_000);
    const middle = new Date(Date.now() + 1_800_000).toISOString();
    await logIn(server, ANN);
    expect(kinds(await read(server, `?from=${middle}`))).toEqual(["login"]);
    const early = kinds(await read(server, `?to=${middle}`));
    expect(early).toContain("user.created");
    expect(early.filter((kind) => kind === "login")).toHaveLength(1);
    expect((await read(server, "?from=2100-01-01")).items).toEqual([]);
    expect((await read(server, "?to=2000-01-01")).items).toEqual([]);
  });

  it.each([
    "?user=short",
    "?kind=Login'--",
    "?outcome=maybe",
    "?from=yesterday",
    "?before=-1",
    "?limit=1000",
    "?secret=1",
  ])("refuses %s", async (query) => {
    const server = await startServer();
    const answer = await server.control<Problem>(`/auth/admin/audit${query}`);
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
  });

  it("is for administrators only", async () => {
    const server = await startServer();
    const root = await createAdministrator(server);
    const ann = await signUpAndLogIn(server, ANN);
    const path = "/auth/admin/audit";
    expect((await server.send(path)).status).toBe(401);
    expect((await server.send(path, { token: ann.access_token })).status).toBe(403);
    expect((await server.send(path, { token: root.access_token })).status).toBe(200);
  });

  it("O6: holds no password, token or hash", async () => {
    const server = await startServer();
    const ann = await signUpAndLogIn(server, ANN);
    await server.send("/auth/login", { json: { email: PASSWORD, password: PASSWORD } });
    await server.send("/auth/me/password", {
      token: ann.access_token,
      json: { current_password: PASSWORD, new_password: `${PASSWORD} again` },
    });
    await server.send("/auth/refresh", { json: { refresh_token: ann.refresh_token } });
    const text = JSON.stringify((await read(server, "?limit=200")).items);
    expect(text).toContain("login");
    for (const secret of [PASSWORD, "$argon2", "eyJ", ann.refresh_token ?? ""]) {
      expect(text).not.toContain(secret);
    }
  });
});

it("has every administrative change, with who made it", async () => {
  const server = await startServer();
  const root = await createAdministrator(server);
  const ann = await signUpAndLogIn(server, ANN);
  const user = `/users/${ann.user.id}`;
  const bob = { email: "bob@example.com", password: PASSWORD, roles: ["doctor"] };
  const changes: [string, string, object | undefined, string[]][] = [
    ["POST", "/roles", { name: "doctor", permissions: ["a"] }, ["role.created"]],
    ["PATCH", "/roles/doctor", { permissions: ["a", "b"] }, ["role.changed"]],
    ["POST", "/users", bob, ["user.role_given", "user.created"]],
    ["PATCH", user, { name: "Ann" }, ["user.changed"]],
    ["PUT", `${user}/roles/doctor`, undefined, ["user.role_given"]],
    ["DELETE", `${user}/roles/doctor`, undefined, ["user.role_taken"]],
    ["PUT", `${user}/password`, { password: "another walk by the river" }, ["user.password_set"]],
    ["DELETE", `${user}/factors`, undefined, ["user.factors_reset"]],
    ["DELETE", `${user}/sessions`, undefined, ["session.all_ended"]],
    ["PATCH", user, { disabled: true }, ["user.disabled"]],
    ["PATCH", user, { disabled: false }, ["user.enabled"]],
    ["DELETE", user, undefined, ["user.deleted"]],
    ["DELETE", "/roles/doctor", undefined, ["role.removed"]],
    ["POST", "/keys/rotate", {}, ["key.rotated"]],
  ];
  let seen = (await read(server, `?actor=${root.user.id}&limit=1`)).items[0]?.id;
  for (const [method, path, json, expected] of changes) {
    const answer = await server.send(`/auth/admin${path}`, {
      method,
      token: root.access_token,
      ...(json === undefined ? {} : { json }),
    });
    expect([method, path, Math.floor(answer.status / 100)]).toEqual([method, path, 2]);
    const { items } = await read(server, `?actor=${root.user.id}&limit=10`);
    const fresh = items.slice(
      0,
      items.findIndex((event) => event.id === seen),
    );
    expect([path, fresh.map((event) => event.kind)]).toEqual([path, expected]);
    for (const event of fresh) expect(event.address).toBe("192.0.2.1");
    seen = items[0]?.id;
  }
});

describe("the log only grows", () => {
  it("whatever a statement tries, but to take out what identifies a person", async () => {
    const database = await openTestDatabase();
    const event = { kind: "login", outcome: "success", actorId: "a", userId: "u", now: 5 } as const;
    const where = { address: "192.0.2.1", userAgent: "x", detail: { why: "this" } };
    await writeAll(database, [auditEvent(database, { ...event, ...where })]);
    const update = (changes: object) =>
      database.write([{ query: database.query.updateTable("audit_events").set(changes) }]);
    for (const changes of [
      { kind: "logout" },
      { outcome: "failure" },
      { at: 6 },
      { actor_id: null },
      { user_id: "v" },
      { address: "192.0.2.2" },
      { user_agent: "y" },
      { detail: '{"why":"that"}' },
    ]) {
      await expect(update(changes)).rejects.toThrow("audit events are never changed");
    }
    await update({ address: null, user_agent: null, detail: "{}" });
    const [row] = await database.read(database.query.selectFrom("audit_events").selectAll());
    expect(row).toMatchObject({ kind: "login", actor_id: "a", address: null, detail: "{}" });
  });

  it("in the code too: only the sweeper deletes, only the end of an account redacts", async () => {
    const source = join(import.meta.dirname, "../src");
    const found: string[] = [];
    for (const path of await readdir(source, { recursive: true })) {
      if (!path.endsWith(".ts") || path.endsWith(".test.ts")) continue;
      const text = await readFile(join(source, path), "utf8");
      if (/(?:updateTable|deleteFrom)\(\s*"audit_events"/.test(text)) found.push(path);
    }
    expect(found.sort()).toEqual(["audit/redact-user.ts", "audit/sweep-audit.ts"]);
  });
});
