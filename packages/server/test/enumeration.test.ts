// N1, N2, N11 of the catalogue: what a stranger can find out about accounts by trying.

import type { LoginAnswer, Problem } from "@latchkey/protocol";
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

const WRONG = "a password of somebody else";

/** Everything of an answer that a stranger can compare. */
function visible(answer: Answer): unknown {
  const headers = Object.fromEntries(answer.headers);
  delete headers["latchkey-request-id"];
  return { status: answer.status, text: answer.text, headers };
}

const login = (server: TestServer, email: string, password = WRONG, address = "192.0.2.1") =>
  server.send<Problem>("/auth/login", { json: { email, password }, address });

async function disable(server: TestServer, id: string): Promise<void> {
  const path = `/auth/admin/users/${id}`;
  const answer = await server.control(path, { method: "PATCH", json: { disabled: true } });
  expect(answer.status).toBe(200);
}

describe("N1: one answer to a wrong sign-in", () => {
  it("is the same for unknown, wrong, disabled, and names that cannot exist", async () => {
    const server = await startServer();
    await signUpAndLogIn(server, "ann@example.com");
    const { user } = await signUpAndLogIn(server, "off@example.com");
    await disable(server, user.id);
    const answers = [
      await login(server, "ann@example.com"),
      await login(server, "nobody@example.com"),
      await login(server, "off@example.com", PASSWORD),
      await login(server, "off@example.com"),
      await login(server, "not an address"),
      await login(server, "ann@example.com", ""),
      await login(server, "ann@example.com", "x".repeat(5000)),
      await server.send("/auth/login", { json: { username: "nobody", password: WRONG } }),
      await server.send("/auth/login", { json: { username: "@@", password: WRONG } }),
    ].map(visible);
    expect(answers[0]).toMatchObject({
      status: 401,
      text: expect.stringContaining('"invalid_credentials"'),
      headers: { "www-authenticate": expect.stringMatching(/^Bearer/) },
    });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it("is the same at sign-up for a known and an unknown address", async () => {
    const server = await startServer();
    await signUpAndLogIn(server, "ann@example.com");
    const known = await server.send("/auth/signup", {
      json: { email: "ANN@example.com", password: WRONG, name: "Mallory" },
    });
    const unknown = await server.send("/auth/signup", {
      json: { email: "new@example.com", password: WRONG, name: "Mallory" },
    });
    // Each attempt has a secret of its own, of one length.
    const secret = /[A-Za-z0-9_-]{43}/;
    for (const answer of [known, unknown]) expect(answer.text).toMatch(secret);
    const shape = ({ text, ...answer }: Answer) =>
      visible({ ...answer, text: text.replace(secret, "") });
    expect(shape(known)).toEqual(shape(unknown));
    expect(known.status).toBe(202);
    // And the account is what it was.
    const { user } = await logIn(server, "ann@example.com");
    expect(user.name).toBeNull();
    expect((await login(server, "ann@example.com", WRONG)).status).toBe(401);
  });

  it("is the same at sign-up with a taken user name, whether or not the address is known", async () => {
    const server = await startServer();
    const json = { email: "ann@example.com", password: PASSWORD, username: "ann" };
    await server.send("/auth/signup", { json });
    const answers = [];
    for (const email of ["ann@example.com", "new@example.com"]) {
      answers.push(visible(await server.send("/auth/signup", { json: { ...json, email } })));
    }
    expect(answers[0]).toMatchObject({ status: 409 });
    expect(answers[1]).toEqual(answers[0]);
  });

  it("counts known and unknown names alike", async () => {
    const limit = { attempts: 3, per: 900 };
    const server = await startServer({ rateLimits: { login: { perNameAndNetwork: limit } } });
    await signUpAndLogIn(server, "ann@example.com");
    const histories = [];
    for (const email of ["ann@example.com", "nobody@example.com"]) {
      const history = [];
      for (let i = 0; i < 5; i++) history.push((await login(server, email)).status);
      histories.push(history);
    }
    expect(histories[0]).toEqual([401, 401, 401, 429, 429]);
    expect(histories[1]).toEqual(histories[0]);
  });
});

describe("I10: a full pool", () => {
  it("refuses the rest with 503 and Retry-After", async () => {
    const server = await startServer({ passwordHashing: { concurrency: 1, queueLimit: 1 } });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => login(server, `nobody${i}@example.com`)),
    );
    const full = answers.filter((answer) => answer.status === 503);
    expect(full.length).toBeGreaterThan(0);
    expect(full[0]?.body.code).toBe("overloaded");
    expect(full[0]?.headers.get("Retry-After")).toBe("2");
    expect(answers.some((answer) => answer.status === 401)).toBe(true);
  });
});

describe("N4: passwords as people type them", () => {
  it("are the same in NFC and NFD, and are not trimmed", async () => {
    const server = await startServer();
    const composed = " fünf leise Reiher am Morgen ".normalize("NFC");
    const json = { email: "ann@example.com", password: composed.normalize("NFD") };
    await server.send("/auth/signup", { json });
    expect((await login(server, "ann@example.com", composed)).status).toBe(200);
    expect((await login(server, "ann@example.com", composed.trim())).status).toBe(401);
  });
});

describe("N11: sign-up", () => {
  it.each([
    { roles: ["administrator"] },
    { email_verified: true },
    { disabled: false },
    { id: "AAAAAAAAAAAAAAAAAAAAAA" },
    { permissions: ["latchkey:admin"] },
    { password_hash: "x" },
  ])("refuses members that are not the user's to set: %j", async (extra) => {
    const server = await startServer();
    const json = { email: "ann@example.com", password: PASSWORD, ...extra };
    const answer = await server.send<Problem>("/auth/signup", { json });
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
    const users = await server.control<{ items: unknown[] }>("/auth/admin/users");
    expect(users.body.items).toEqual([]);
  });

  it.each([{ roles: ["administrator"] }, { email: "root@example.com" }, { email_verified: true }])(
    "refuses them at PATCH /auth/me too: %j",
    async (json) => {
      const server = await startServer();
      const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
      const answer = await server.send("/auth/me", { method: "PATCH", token, json });
      expect(answer.status).toBe(400);
    },
  );

  it("refuses passwords that the policy refuses, before any account exists", async () => {
    const server = await startServer();
    for (const [password, code] of [
      ["short", "password_too_short"],
      [`ab cd ${"x".repeat(1100)}`, "password_too_long"],
      ["ann@example.com", "password_too_common"],
    ]) {
      const json = { email: "ann@example.com", password };
      const answer = await server.send<Problem>("/auth/signup", { json });
      expect([answer.status, answer.body.code]).toEqual([422, code]);
    }
  });
});

describe("an account that changes while it signs in", () => {
  it("gets a token with its new roles, or none", async () => {
    const server = await startServer();
    const { user } = await signUpAndLogIn(server, "ann@example.com");
    await createAdministrator(server);
    const [answer] = await Promise.all([
      server.send<LoginAnswer>("/auth/login", {
        json: { email: "ann@example.com", password: PASSWORD },
      }),
      server.control(`/auth/admin/users/${user.id}/roles/administrator`, { method: "PUT" }),
    ]);
    expect(answer.status).toBe(200);
    const me = await server.send("/auth/me", { token: answer.body.access_token });
    // Issued before the change it is retired, issued after it, it knows the role.
    const isCurrent = me.status === 200 && answer.body.user.roles.includes("administrator");
    const isRetired = me.headers.get("WWW-Authenticate")?.includes('"retired"') ?? false;
    expect([isCurrent, isRetired]).toContain(true);
  });
});
