// Administration of users: finding them, and their sessions.

import type { Page, Problem, SessionAnswer, UserAnswer } from "@latchkey/protocol";
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

async function find(server: TestServer, query: Record<string, string>): Promise<string[]> {
  const search = new URLSearchParams(query).toString();
  const answer = await server.control<Page<UserAnswer>>(`/auth/admin/users?${search}`);
  expect(answer.status).toBe(200);
  return answer.body.items.map((user) => user.email.split("@")[0] ?? "");
}

async function create(server: TestServer, email: string, more: object = {}): Promise<string> {
  const json = { email, password: PASSWORD, ...more };
  const answer = await server.control<UserAnswer>("/auth/admin/users", { json });
  expect(answer.status).toBe(201);
  return answer.body.id;
}

describe("PUT /auth/admin/users/{id}/password", () => {
  it("tells the owner by mail, and ends all sessions", async () => {
    const server = await startServer({ mailLanguage: "de" });
    const root = await createAdministrator(server);
    const ann = await signUpAndLogIn(server, "ann@example.com");
    const password = "nine grey geese at noon";
    const answer = await server.send(`/auth/admin/users/${ann.user.id}/password`, {
      method: "PUT",
      token: root.access_token,
      json: { password },
      address: "203.0.113.77",
    });
    expect(answer.status).toBe(204);
    const mail = await latestMail(server, "ann@example.com");
    expect(mail.kind).toBe("password_set");
    expect(mail.text).toContain("Verwaltung");
    // Nor where the administrator sits.
    for (const secret of [password, "203.0.113.77"]) expect(mail.text).not.toContain(secret);
    const json = { refresh_token: ann.refresh_token };
    expect((await server.send("/auth/refresh", { json })).status).toBe(401);
    expect((await server.send("/auth/me", { token: ann.access_token })).status).toBe(401);
  });
});

describe("GET /auth/admin/users", () => {
  it("finds by part of the address, the user name or the name", async () => {
    const server = await startServer();
    await create(server, "ann@example.com", { username: "reader", name: "Ännchen Müller" });
    await create(server, "bob@example.org", { name: "100% Bob" });
    await create(server, "carl_x@example.com");
    expect(await find(server, { search: "EXAMPLE.COM" })).toEqual(["ann", "carl_x"]);
    expect(await find(server, { search: "Reade" })).toEqual(["ann"]);
    expect(await find(server, { search: "Ännchen" })).toEqual(["ann"]);
    expect(await find(server, { search: "müller" })).toEqual(["ann"]);
    // Wildcards of the engine are letters like others.
    expect(await find(server, { search: "%" })).toEqual(["bob"]);
    expect(await find(server, { search: "_" })).toEqual(["carl_x"]);
    expect(await find(server, { search: "\\" })).toEqual([]);
    expect(await find(server, { search: "' or 1=1 --" })).toEqual([]);
  });

  it("finds by role and by state, all filters together, page by page", async () => {
    const server = await startServer();
    await server.control("/auth/admin/roles", { json: { name: "doctor" } });
    await create(server, "ann@example.com", { roles: ["doctor"] });
    const bob = await create(server, "bob@example.com", { roles: ["doctor"] });
    await create(server, "carl@example.com");
    await server.control(`/auth/admin/users/${bob}`, { method: "PATCH", json: { disabled: true } });
    expect(await find(server, { role: "doctor" })).toEqual(["ann", "bob"]);
    expect(await find(server, { role: "nurse" })).toEqual([]);
    expect(await find(server, { disabled: "true" })).toEqual(["bob"]);
    expect(await find(server, { disabled: "false" })).toEqual(["ann", "carl"]);
    expect(await find(server, { role: "doctor", disabled: "false" })).toEqual(["ann"]);
    const first = await server.control<Page<UserAnswer>>("/auth/admin/users?role=doctor&limit=1");
    const after = first.body.next ?? "";
    expect(await find(server, { role: "doctor", limit: "1", after })).toEqual(["bob"]);
  });

  it.each(["search=", `search=${"x".repeat(101)}`, "disabled=perhaps", "role=A%20B", "sort=name"])(
    "refuses %s",
    async (query) => {
      const server = await startServer();
      const answer = await server.control<Problem>(`/auth/admin/users?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
    },
  );
});

describe("a user's sessions", () => {
  it("are listed and ended one by one, tokens and all", async () => {
    const server = await startServer();
    const root = await createAdministrator(server);
    const ann = await signUpAndLogIn(server, "ann@example.com");
    const other = await logIn(server, "ann@example.com");
    const path = `/auth/admin/users/${ann.user.id}/sessions`;
    const list = () => server.send<Page<SessionAnswer>>(path, { token: root.access_token });
    const before = await list();
    expect(before.headers.get("Cache-Control")).toBe("no-store");
    expect(before.body.items).toHaveLength(2);
    expect(before.body.items.every((session) => !session.current)).toBe(true);

    const end = (id: string | undefined, user = ann.user.id) =>
      server.send(`/auth/admin/users/${user}/sessions/${id}`, {
        method: "DELETE",
        token: root.access_token,
      });
    const newest = before.body.items[0]?.id;
    expect((await end(newest, root.user.id)).status).toBe(404);
    expect((await end(newest)).status).toBe(204);
    expect((await end(newest)).status).toBe(404);
    expect((await server.send("/auth/me", { token: other.access_token })).status).toBe(401);
    expect((await server.send("/auth/me", { token: ann.access_token })).status).toBe(200);
    expect((await list()).body.items).toHaveLength(1);
    expect((await server.send(path, { token: ann.access_token })).status).toBe(403);
    const nobody = `/auth/admin/users/${"a".repeat(21)}A/sessions`;
    expect((await server.send(nobody, { token: root.access_token })).status).toBe(404);
  });
});
