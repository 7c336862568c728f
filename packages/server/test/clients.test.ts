// Clients, introspection (RFC 7662), revocation (RFC 7009) and one-time tokens, asked of a whole
// server. Names in brackets are those of the attack catalogue.

import type { LoginAnswer } from "@latchkey/protocol";
import { createIdentifier } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import {
  type Answer,
  createAdministrator,
  ISSUER,
  logIn,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "./test-server.ts";

interface Client {
  readonly id: string;
  readonly secret: string;
}

async function createClient(
  server: TestServer,
  kind: "guard" | "service",
  audience: readonly string[] = [],
): Promise<Client> {
  const answer = await server.control<Client>("/auth/admin/clients", {
    json: { kind, name: `a ${kind}`, audience },
  });
  expect(answer.status).toBe(201);
  return answer.body;
}

function basic({ id, secret }: Client): string {
  const encode = (text: string): string => encodeURIComponent(text);
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString("base64")}`;
}

function post(
  server: TestServer,
  path: string,
  form: Record<string, string> | string,
  options: { readonly client?: Client; readonly authorization?: string; address?: string } = {},
): Promise<Answer<Record<string, unknown>>> {
  const authorization =
    options.authorization ?? (options.client === undefined ? undefined : basic(options.client));
  return server.send(path, {
    text: typeof form === "string" ? form : new URLSearchParams(form).toString(),
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      ...(authorization === undefined ? {} : { Authorization: authorization }),
    },
    ...(options.address === undefined ? {} : { address: options.address }),
  });
}

async function isActive(server: TestServer, client: Client, token: string): Promise<boolean> {
  const { status, body } = await post(server, "/auth/introspect", { token }, { client });
  expect(status).toBe(200);
  // RFC 7662 section 2.2: whatever is not active says nothing else.
  const isGood = Object.keys(body).length > 1;
  expect(body).toMatchObject({ active: isGood });
  return isGood;
}

/** Signs in with the refresh token in the body. */
async function logInWithBody(server: TestServer, email: string): Promise<LoginAnswer> {
  await signUpAndLogIn(server, email);
  return logIn(server, email);
}

const refreshTokenOf = (answer: LoginAnswer): string => answer.refresh_token ?? "";

describe("client authentication (RFC 6749 section 2.3.1)", () => {
  it("[K17] refuses whoever is not a client, always with the same answer", async () => {
    const server = await startServer();
    const client = await createClient(server, "guard");
    const encoded = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
    const refused = [
      undefined,
      "Basic",
      "Basic !!!",
      encoded("no colon"),
      encoded(`${client.id}:wrong`),
      encoded(`${client.id}:`),
      encoded(`${client.id}:%zz`),
      encoded(`${createIdentifier()}:${client.secret}`),
      encoded(`' or 1=1 --:${client.secret}`),
      `Bearer ${client.secret}`,
      `Basic ${"A".repeat(600)}`,
    ];
    const bodies = new Set<string>();
    for (const authorization of refused) {
      for (const path of ["/auth/introspect", "/auth/revoke", "/auth/spend"]) {
        const answer = await post(
          server,
          path,
          { token: "x" },
          authorization === undefined ? {} : { authorization },
        );
        expect([authorization, answer.status]).toEqual([authorization, 401]);
        expect(answer.headers.get("WWW-Authenticate")).toMatch(/^Basic realm=/);
        expect(answer.headers.get("Cache-Control")).toBe("no-store");
        bodies.add(answer.text);
      }
    }
    expect(bodies.size).toBe(1);
    expect(JSON.parse([...bodies][0] ?? "")).toMatchObject({ error: "invalid_client" });
  });

  it("bounds refused attempts by network, and forgets honest ones", async () => {
    const server = await startServer();
    const client = await createClient(server, "guard");
    for (let attempt = 0; attempt < 40; attempt++)
      expect(await isActive(server, client, "x")).toBe(false);
    const wrong = { ...client, secret: "lks_wrong" };
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 31; attempt++) {
      statuses.push(
        (await post(server, "/auth/introspect", { token: "x" }, { client: wrong })).status,
      );
    }
    expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 401));
    expect(statuses[30]).toBe(429);
    const elsewhere = { client, address: "198.51.100.7" };
    expect((await post(server, "/auth/introspect", { token: "x" }, elsewhere)).status).toBe(200);
  });

  it("a rotated secret, a suspended and a deleted client are refused", async () => {
    const server = await startServer();
    const client = await createClient(server, "guard");
    const path = `/auth/admin/clients/${client.id}`;
    const rotated = await server.control<Client>(`${path}/secret`, { method: "POST" });
    expect(rotated.body.secret).not.toBe(client.secret);
    const ask = async (one: Client): Promise<number> =>
      (await post(server, "/auth/introspect", { token: "x" }, { client: one })).status;
    expect(await ask(client)).toBe(401);
    expect(await ask(rotated.body)).toBe(200);
    await server.control(path, { method: "PATCH", json: { suspended: true } });
    expect(await ask(rotated.body)).toBe(401);
    await server.control(path, { method: "PATCH", json: { suspended: false } });
    expect(await ask(rotated.body)).toBe(200);
    expect((await server.control(path, { method: "DELETE" })).status).toBe(204);
    expect(await ask(rotated.body)).toBe(401);
    expect((await server.control(path, { method: "DELETE" })).status).toBe(404);
  });

  it("shows a secret once, and neither keeps nor logs it", async () => {
    const server = await startServer();
    const client = await createClient(server, "service");
    await isActive(server, client, "x");
    const list = await server.control("/auth/admin/clients");
    expect(list.text).toContain(client.id);
    expect(list.text).not.toContain(client.secret);
    expect(server.log()).not.toContain(client.secret);
  });

  it("is for administrators to hand out", async () => {
    const server = await startServer();
    const { access_token: token } = await signUpAndLogIn(server, "ada@example.com");
    const json = { kind: "guard", name: "mine" };
    expect((await server.send("/auth/admin/clients", { json, token })).status).toBe(403);
    expect((await server.send("/auth/admin/clients", { json })).status).toBe(401);
    const wrong = { kind: "admin", name: "mine" };
    expect((await server.control("/auth/admin/clients", { json: wrong })).status).toBe(400);
  });
});

describe("POST /auth/introspect (RFC 7662)", () => {
  it("describes a good access token, and none of what it depends on", async () => {
    const server = await startServer();
    const guard = await createClient(server, "guard");
    const { access_token: token, user } = await signUpAndLogIn(server, "ada@example.com");
    const { body } = await post(server, "/auth/introspect", { token }, { client: guard });
    expect(body).toMatchObject({
      active: true,
      token_type: "Bearer",
      iss: ISSUER,
      aud: ISSUER,
      sub: user.id,
      client_id: "latchkey",
    });
    expect(body).not.toHaveProperty("handles");
    expect(body).not.toHaveProperty("email");
  });

  it("is inactive, and nothing else, once taken back in any way", async () => {
    const server = await startServer();
    const guard = await createClient(server, "guard");
    const { access_token: first } = await signUpAndLogIn(server, "ada@example.com");
    const { access_token: second } = await logIn(server, "ada@example.com");
    expect(await isActive(server, guard, first)).toBe(true);
    await server.send("/auth/logout", { method: "POST", token: first });
    expect(await isActive(server, guard, first)).toBe(false);
    expect(await isActive(server, guard, second)).toBe(true);
    server.advance(16 * 60 * 1000);
    expect(await isActive(server, guard, second)).toBe(false);
  });

  it("[K17] is inactive for another API's token, a stranger's, and rubbish", async () => {
    const server = await startServer();
    const other = await createClient(server, "guard", ["https://other.example"]);
    const guard = await createClient(server, "guard", [ISSUER]);
    const { access_token: token } = await signUpAndLogIn(server, "ada@example.com");
    expect(await isActive(server, other, token)).toBe(false);
    expect(await isActive(server, guard, token)).toBe(true);
    const stranger = await startServer();
    const { access_token: foreign } = await signUpAndLogIn(stranger, "ada@example.com");
    for (const text of [foreign, "x", "a.b.c", `${token}x`, "lkr_x", "lks_x", "\u0000", "é"]) {
      expect(await isActive(server, guard, text)).toBe(false);
    }
  });

  it("[K17] never calls a refresh token active for a guard, and tells a service what it is", async () => {
    const server = await startServer();
    const guard = await createClient(server, "guard");
    const service = await createClient(server, "service");
    const refresh = refreshTokenOf(await logInWithBody(server, "ada@example.com"));
    expect(refresh).toMatch(/^lkr_/);
    expect(await isActive(server, guard, refresh)).toBe(false);
    const { body } = await post(
      server,
      "/auth/introspect",
      { token: refresh, token_type_hint: "access_token" },
      { client: service },
    );
    expect(body).toMatchObject({ active: true, token_type: "refresh_token", iss: ISSUER });
    await server.send("/auth/logout", { json: { refresh_token: refresh } });
    expect(await isActive(server, service, refresh)).toBe(false);
  });

  it.each([
    ["no token", ""],
    ["an empty token", "token="],
    ["two tokens", "token=a&token=b"],
    ["a token that is too long", `token=${"a".repeat(16_385)}`],
  ])("refuses %s in the shape of OAuth", async (_, form) => {
    const server = await startServer();
    const client = await createClient(server, "guard");
    const answer = await post(server, "/auth/introspect", form, { client });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("Content-Type")).toBe("application/json");
    expect(answer.body).toMatchObject({ error: "invalid_request" });
    expect(Object.keys(answer.body).sort()).toEqual(["error", "error_description"]);
  });

  it("takes no GET, no query and no JSON", async () => {
    const server = await startServer();
    const client = await createClient(server, "guard");
    const { access_token: token } = await signUpAndLogIn(server, "ada@example.com");
    const headers = { Authorization: basic(client) };
    expect((await server.send(`/auth/introspect?token=${token}`, { headers })).status).toBe(405);
    const inQuery = await post(server, `/auth/introspect?token=${token}`, "", { client });
    expect(inQuery.status).toBe(400);
    const json = await server.send("/auth/introspect", { json: { token }, headers });
    expect(json.status).toBe(415);
    expect(json.body).toMatchObject({ error: "invalid_request" });
  });

  it("ignores parameters that it does not know (RFC 6749 section 3.2)", async () => {
    const server = await startServer();
    const client = await createClient(server, "guard");
    const { access_token: token } = await signUpAndLogIn(server, "ada@example.com");
    const answer = await post(server, "/auth/introspect", { token, more: "1" }, { client });
    expect(answer.body).toMatchObject({ active: true });
  });
});

describe("POST /auth/revoke (RFC 7009)", () => {
  it("revoking an access token takes back that token; its session lives", async () => {
    const server = await startServer();
    const guard = await createClient(server, "guard");
    const { access_token: token } = await signUpAndLogIn(server, "ada@example.com");
    const { access_token: other } = await logIn(server, "ada@example.com");
    for (let times = 0; times < 2; times++) {
      const answer = await post(
        server,
        "/auth/revoke",
        { token, token_type_hint: "refresh_token" },
        { client: guard },
      );
      expect([answer.status, answer.text]).toEqual([200, ""]);
    }
    expect(await isActive(server, guard, token)).toBe(false);
    expect((await server.send("/auth/me", { token })).status).toBe(401);
    expect((await server.send("/auth/me", { token: other })).status).toBe(200);
  });

  it("[L6] revoking a refresh token ends the session and its access tokens", async () => {
    const server = await startServer();
    const service = await createClient(server, "service");
    const login = await logInWithBody(server, "ada@example.com");
    const token = refreshTokenOf(login);
    const answer = await post(server, "/auth/revoke", { token }, { client: service });
    expect(answer.status).toBe(200);
    expect((await server.send("/auth/me", { token: login.access_token })).status).toBe(401);
    const renewal = await server.send("/auth/refresh", { json: { refresh_token: token } });
    expect(renewal.body).toMatchObject({ code: "session_ended" });
    expect((await post(server, "/auth/revoke", { token }, { client: service })).status).toBe(200);
  });

  it("answers 200 for tokens that are unknown (section 2.2)", async () => {
    const server = await startServer();
    const service = await createClient(server, "service");
    for (const token of ["x", "lkr_x", "a.b.c", createIdentifier()]) {
      expect((await post(server, "/auth/revoke", { token }, { client: service })).status).toBe(200);
    }
  });

  it("[L6] neither revokes nor reveals what is not this client's", async () => {
    const server = await startServer();
    const other = await createClient(server, "service", ["https://other.example"]);
    const guard = await createClient(server, "guard");
    const login = await logInWithBody(server, "ada@example.com");
    const foreign = await post(
      server,
      "/auth/revoke",
      { token: login.access_token },
      { client: other },
    );
    expect(foreign.status).toBe(400);
    expect(foreign.body).toMatchObject({ error: "unauthorized_client" });
    // A real refresh token and an invented one get the same answer from a guard.
    const answers = await Promise.all(
      [refreshTokenOf(login), "lkr_x"].map((token) =>
        post(server, "/auth/revoke", { token }, { client: guard }),
      ),
    );
    expect(answers[0]?.body).toMatchObject({ error: "unsupported_token_type" });
    expect(answers[0]?.text).toBe(answers[1]?.text);
    expect((await server.send("/auth/me", { token: login.access_token })).status).toBe(200);
  });

  it("[L6] a store that fails is 503, never 200", async () => {
    const server = await startServer();
    const service = await createClient(server, "service");
    const { access_token: token } = await signUpAndLogIn(server, "ada@example.com");
    await server.latchkey.close();
    const answer = await post(server, "/auth/revoke", { token }, { client: service });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).not.toBeNull();
  });
});

describe("POST /auth/spend", () => {
  it("[L7] is active for one of many that ask at once, and for nobody later", async () => {
    const server = await startServer();
    const guard = await createClient(server, "guard");
    const { access_token: token } = await signUpAndLogIn(server, "ada@example.com");
    expect(await isActive(server, guard, token)).toBe(true);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(server, "/auth/spend", { token }, { client: guard })),
    );
    expect(answers.filter((answer) => answer.body["active"] === true)).toHaveLength(1);
    expect(await isActive(server, guard, token)).toBe(false);
    const again = await post(server, "/auth/spend", { token }, { client: guard });
    expect(again.body).toEqual({ active: false });
  });

  it("spends nothing that is not good, or not this client's", async () => {
    const server = await startServer();
    const other = await createClient(server, "guard", ["https://other.example"]);
    const guard = await createClient(server, "guard");
    const { access_token: token } = await signUpAndLogIn(server, "ada@example.com");
    for (const text of [token, "x"]) {
      const answer = await post(server, "/auth/spend", { token: text }, { client: other });
      expect(answer.body).toEqual({ active: false });
    }
    const mine = await post(server, "/auth/spend", { token }, { client: guard });
    expect(mine.body).toMatchObject({ active: true });
  });
});

describe("a closed feed", () => {
  it("answers registered clients only; its keys are public", async () => {
    const server = await startServer({ feed: "registered" });
    const guard = await createClient(server, "guard");
    const refused = await server.send("/auth/revocations");
    expect(refused.status).toBe(401);
    expect(refused.body).toMatchObject({ code: "invalid_client" });
    expect(refused.headers.get("WWW-Authenticate")).toMatch(/^Basic /);
    const headers = { Authorization: basic(guard) };
    expect((await server.send("/auth/revocations", { headers })).status).toBe(200);
    expect((await server.send("/auth/revocations/jwks")).status).toBe(200);
  });
});

describe("administrators", () => {
  it("take one token back, named by itself or by its jti", async () => {
    const server = await startServer();
    const { access_token: admin } = await createAdministrator(server);
    const { access_token: first } = await signUpAndLogIn(server, "ada@example.com");
    const { access_token: second } = await logIn(server, "ada@example.com");
    const path = "/auth/admin/tokens/revoke";
    const answer = await server.send(path, { json: { token: first }, token: admin });
    expect(answer.status).toBe(200);
    const [, claims = ""] = second.split(".");
    const { jti } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { jti: string };
    expect((await server.control(path, { json: { jti } })).body).toEqual({ jti });
    for (const token of [first, second]) {
      const refused = await server.send("/auth/me", { token });
      expect(refused.headers.get("WWW-Authenticate")).toContain('latchkey_reason="retired"');
    }
    for (const json of [{ token: "x" }, { jti: "x" }, {}, { jti, token: first }]) {
      expect((await server.control(path, { json })).status).toBe(400);
    }
  });

  it("learn why a token is refused", async () => {
    const server = await startServer();
    const why = async (token: string): Promise<Record<string, unknown>> =>
      (await server.control("/auth/admin/tokens/why", { json: { token } })).body;
    const login = await logInWithBody(server, "ada@example.com");
    const { access_token: token } = login;
    expect(await why(token)).toMatchObject({
      type: "access_token",
      accepted: true,
      reason: null,
      user_id: login.user.id,
    });
    await server.control("/auth/admin/tokens/revoke", { json: { token } });
    expect(await why(token)).toMatchObject({
      accepted: false,
      reason: "retired",
      because: ["this one token was taken back"],
      events: expect.arrayContaining([
        expect.objectContaining({ kind: "token.revoked", actor_id: "operator" }),
      ]),
    });
    await server.send("/auth/logout", { json: { refresh_token: refreshTokenOf(login) } });
    const after = await why(token);
    expect(after["because"]).toEqual([
      "this one token was taken back",
      "its session was ended",
      expect.stringMatching(/^the session ended at .*: the user signed out$/),
    ]);
    expect(await why(refreshTokenOf(login))).toMatchObject({
      type: "refresh_token",
      accepted: false,
      because: [expect.stringContaining("the user signed out")],
    });
    expect(await why("x")).toMatchObject({ type: "unknown", reason: "malformed", user_id: null });
    expect(await why(`${token.slice(0, -4)}AAAA`)).toMatchObject({
      type: "unknown",
      reason: "bad_signature",
      user_id: null,
      events: [],
    });
  });

  it("learn of disabled users, changed roles and expiry", async () => {
    const server = await startServer();
    const { access_token: admin, user } = await createAdministrator(server);
    const why = async (token: string): Promise<unknown> =>
      (await server.control("/auth/admin/tokens/why", { json: { token } })).body["because"];
    await createAdministrator(server, "second@example.com");
    await server.control(`/auth/admin/users/${user.id}`, {
      method: "PATCH",
      json: { disabled: true },
    });
    expect(await why(admin)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("everything of its user was taken back"),
        "its user is disabled",
      ]),
    );
    server.advance(16 * 60 * 1000);
    expect(await why(admin)).toEqual(expect.arrayContaining(["it has expired"]));
  });

  it("rotate keys: nobody is signed out; a revoked key takes its tokens with it", async () => {
    const server = await startServer();
    const { access_token: before } = await signUpAndLogIn(server, "ada@example.com");
    const rotated = await server.control("/auth/admin/keys/rotate", { json: { now: true } });
    expect(rotated.status).toBe(200);
    const { access_token: after } = await logIn(server, "ada@example.com");
    const kidOf = (token: string): string =>
      (
        JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as {
          kid: string;
        }
      ).kid;
    expect(kidOf(after)).not.toBe(kidOf(before));
    for (const token of [before, after]) {
      expect((await server.send("/auth/me", { token })).status).toBe(200);
    }
    const revoked = await server.control("/auth/admin/keys/revoke", {
      json: { kid: kidOf(before) },
    });
    expect(revoked.body).toEqual({ revoked: [kidOf(before)] });
    const refused = await server.send("/auth/me", { token: before });
    expect(refused.headers.get("WWW-Authenticate")).toContain('latchkey_reason="retired"');
    expect((await server.send("/auth/me", { token: after })).status).toBe(200);
    const jwks = await server.send<{ keys: { kid: string }[] }>("/.well-known/jwks.json");
    expect(jwks.body.keys.map((key) => key.kid)).not.toContain(kidOf(before));
    const again = await server.control("/auth/admin/keys/revoke", { json: { kid: kidOf(before) } });
    expect(again.status).toBe(404);

    const all = await server.control("/auth/admin/keys/revoke", { json: { all: true } });
    expect(all.status).toBe(200);
    expect((await server.send("/auth/me", { token: after })).status).toBe(401);
    const { access_token: fresh } = await logIn(server, "ada@example.com");
    expect((await server.send("/auth/me", { token: fresh })).status).toBe(200);
  });

  it("seal all keys anew; a server that starts later opens them", async () => {
    const server = await startServer();
    const { access_token: token } = await signUpAndLogIn(server, "ada@example.com");
    const sealed = await server.control("/auth/admin/keys/rotate-kek", { method: "POST" });
    expect(sealed.body).toMatchObject({ resealed: 5 });
    expect((await server.send("/auth/me", { token })).status).toBe(200);
    const later = await server.restart();
    expect((await later.send("/auth/me", { token })).status).toBe(200);
  });
});
