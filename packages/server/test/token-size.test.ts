// The cap on access tokens: a change that would break it is refused to the administrator, and nobody
// is refused at sign-in.

import type { LoginAnswer, Problem } from "@latchkey/protocol";
import { decodeJwtUnverified } from "@latchkey/jose";
import { describe, expect, it } from "vitest";
import { logIn, PASSWORD, signUpAndLogIn, startServer, type TestServer } from "./test-server.ts";

const ANN = "ann@example.com";

/** Permissions with names as long as they may be. */
const long = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}-`.padEnd(64, "x"));

const admin = (server: TestServer, method: string, path: string, json?: object) =>
  server.control<Problem>(`/auth/admin${path}`, {
    method,
    ...(json === undefined ? {} : { json }),
  });

async function startWithRoles() {
  const server = await startServer();
  const ann = await signUpAndLogIn(server, ANN);
  const one = { name: "one", permissions: long("a", 40) };
  const two = { name: "two", permissions: long("b", 40) };
  for (const role of [one, two])
    expect((await admin(server, "POST", "/roles", role)).status).toBe(201);
  return { server, id: ann.user.id };
}

describe("a change that would make a token too large is refused", () => {
  it("when a role is given", async () => {
    const { server, id } = await startWithRoles();
    expect((await admin(server, "PUT", `/users/${id}/roles/one`)).status).toBe(204);
    const refused = await admin(server, "PUT", `/users/${id}/roles/two`);
    expect([refused.status, refused.body.code]).toEqual([409, "token_too_large"]);
    expect(refused.body.detail).toMatch(/with 2 roles and 80 permissions would have \d+ char/);
    // Nothing half done: the user signs in with what there was.
    expect((await logIn(server, ANN)).user.roles).toEqual(["one"]);
    await admin(server, "DELETE", `/users/${id}/roles/one`);
    expect((await admin(server, "PUT", `/users/${id}/roles/two`)).status).toBe(204);
  });

  it("when a user is created", async () => {
    const { server } = await startWithRoles();
    const json = { email: "bob@example.com", password: PASSWORD, roles: ["one", "two"] };
    const refused = await admin(server, "POST", "/users", json);
    expect([refused.status, refused.body.code]).toEqual([409, "token_too_large"]);
    expect((await admin(server, "POST", "/users", { ...json, roles: ["one"] })).status).toBe(201);
  });

  it("when a role gets permissions, for whoever has it with others", async () => {
    const { server, id } = await startWithRoles();
    await admin(server, "POST", "/roles", { name: "small", permissions: ["c"] });
    await admin(server, "PUT", `/users/${id}/roles/one`);
    await admin(server, "PUT", `/users/${id}/roles/small`);
    const change = { permissions: long("d", 40) };
    const refused = await admin(server, "PATCH", "/roles/small", change);
    expect([refused.status, refused.body.code]).toEqual([409, "token_too_large"]);
    // One permission for another is no more than there was.
    expect(
      (await admin(server, "PATCH", "/roles/one", { permissions: long("e", 40) })).status,
    ).toBe(200);
    await admin(server, "DELETE", `/users/${id}/roles/one`);
    expect((await admin(server, "PATCH", "/roles/small", change)).status).toBe(200);
  });

  it("when a role is too large by itself", async () => {
    const server = await startServer();
    const role = { name: "huge", permissions: long("a", 80) };
    const refused = await admin(server, "POST", "/roles", role);
    expect([refused.status, refused.body.code]).toEqual([409, "token_too_large"]);
  });
});

it("signs users in without the hook's claims when those are too large, and tells once", async () => {
  const server = await startServer({ claims: () => ({ everything: "x".repeat(8000) }) });
  const answer = await signUpAndLogIn(server, ANN);
  const again: LoginAnswer = await logIn(server, ANN);
  for (const { access_token: token } of [answer, again]) {
    expect(decodeJwtUnverified(token).claims).not.toHaveProperty("everything");
    expect((await server.send("/auth/me", { token })).status).toBe(200);
  }
  const events = await server.control<{ items: object[] }>(
    "/auth/admin/audit?kind=token.too_large",
  );
  expect(events.body.items).toMatchObject([
    { user_id: answer.user.id, outcome: "failure", detail: { dropped: "custom claims" } },
  ]);
  expect(events.body.items).toHaveLength(1);
  expect(server.log()).toContain("an access token is too large");
});
