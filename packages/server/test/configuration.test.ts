// What the configuration changes, through the whole server.

import { argon2Sync, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import type { JwsAlgorithm } from "@latchkey/jose";
import type { LoginAnswer, Problem } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { formatPhc } from "../src/credentials/phc.ts";
import { createLatchkey } from "../src/index.ts";
import { ISSUER, logIn, PASSWORD, signUpAndLogIn, startServer } from "./test-server.ts";

const part = (token: string, index: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString("utf8")) as Record<
    string,
    unknown
  >;

describe("signing algorithms", () => {
  it.each<JwsAlgorithm>(["ES256", "ES384", "EdDSA", "PS256", "RS256"])(
    "%s: tokens are accepted, and their key is published",
    async (signingAlgorithm) => {
      const server = await startServer({ signingAlgorithm });
      const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
      expect(part(token, 0)).toMatchObject({ alg: signingAlgorithm, typ: "at+jwt" });
      expect((await server.send("/auth/me", { token })).status).toBe(200);
      const jwks = await server.send<{ keys: Record<string, unknown>[] }>("/.well-known/jwks.json");
      const key = jwks.body.keys.find((jwk) => jwk["kid"] === part(token, 0)["kid"]);
      expect(key).toMatchObject({ alg: signingAlgorithm });
      expect(JSON.stringify(jwks.body)).not.toMatch(/"(?:d|p|q|dp|dq|qi|k)":/);
    },
  );

  it("HS256, said twice: nothing is published", async () => {
    const server = await startServer({ signingAlgorithm: "HS256", sharedSecret: true });
    const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
    expect((await server.send("/auth/me", { token })).status).toBe(200);
    expect((await server.send("/.well-known/jwks.json")).body).toEqual({ keys: [] });
  });

  it("a change keeps the tokens of before", async () => {
    const server = await startServer();
    const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
    const again = await server.restart({ signingAlgorithm: "EdDSA" });
    expect((await again.send("/auth/me", { token })).status).toBe(200);
    const { access_token: next } = await logIn(again, "ann@example.com");
    expect(part(next, 0)["alg"]).toBe("EdDSA");
  });
});

describe("access tokens", () => {
  it("have the configured audience, life and claims", async () => {
    const server = await startServer({
      audience: ["https://api.example", "https://other.example"],
      accessTokenLifetime: "5m",
      claims: (subject) => ({ tier: subject.email.endsWith("@example.com") ? "staff" : "guest" }),
    });
    const login = await signUpAndLogIn(server, "ann@example.com");
    const claims = part(login.access_token, 1);
    expect(claims).toMatchObject({
      iss: ISSUER,
      aud: ["https://api.example", "https://other.example"],
      client_id: "latchkey",
      tier: "staff",
    });
    expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(300);
    expect(login.expires_in).toBe(300);
    expect((await server.send("/auth/me", { token: login.access_token })).status).toBe(200);
  });

  it("are not issued when the hook replaces a claim of ours, and no session is left behind", async () => {
    const server = await startServer({ claims: () => ({ permissions: ["latchkey:admin"] }) });
    const json = { email: "ann@example.com", password: PASSWORD };
    await server.send("/auth/signup", { json });
    const answer = await server.send<Problem>("/auth/login", { json });
    expect([answer.status, answer.body.code]).toEqual([500, "internal"]);
    expect(server.log()).toContain("permissions, which is reserved");
    const again = await server.restart({ claims: () => ({}) });
    const { access_token: token } = await logIn(again, "ann@example.com");
    const sessions = await again.send<{ items: unknown[] }>("/auth/sessions", { token });
    expect(sessions.body.items).toHaveLength(1);
  });
});

describe("N6: hashes of older parameters", () => {
  it("are accepted, and replaced at sign-in without ending anything", async () => {
    const server = await startServer({ passwordHashing: {} });
    const before = await signUpAndLogIn(server, "ann@example.com");
    await server.latchkey.close();
    const file = join(server.directory, "data", "latchkey.db");
    const parameters = { memory: 9216, passes: 4, parallelism: 1 };
    const salt = randomBytes(16);
    const hash = argon2Sync("argon2id", {
      ...parameters,
      message: PASSWORD,
      nonce: salt,
      tagLength: 32,
    });
    const database = new DatabaseSync(file);
    database.prepare("update users set password_hash = ?").run(
      formatPhc({
        variant: "argon2id",
        pepperId: null,
        ...parameters,
        salt,
        hash,
      }),
    );
    database.close();

    const again = await server.restart();
    expect((await logIn(again, "ann@example.com")).user).toEqual(before.user);
    expect((await again.send("/auth/me", { token: before.access_token })).status).toBe(200);
    const wrong = { email: "ann@example.com", password: `${PASSWORD}x` };
    expect((await again.send("/auth/login", { json: wrong })).status).toBe(401);
    await again.latchkey.close();
    const renewed = new DatabaseSync(file, { readOnly: true });
    const [row] = renewed.prepare("select password_hash from users").all();
    renewed.close();
    expect(row?.["password_hash"]).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it("are refused when they ask for unbounded work", async () => {
    const server = await startServer({ passwordHashing: {} });
    await signUpAndLogIn(server, "ann@example.com");
    await server.latchkey.close();
    const database = new DatabaseSync(join(server.directory, "data", "latchkey.db"));
    database
      .prepare("update users set password_hash = replace(password_hash, 'm=19456', 'm=4194304')")
      .run();
    database.close();
    const again = await server.restart();
    const json = { email: "ann@example.com", password: PASSWORD };
    expect((await again.send("/auth/login", { json })).status).toBe(401);
  });
});

describe("behind proxies", () => {
  it("counts the client that the proxy names", async () => {
    const server = await startServer({
      trustedProxies: 1,
      rateLimits: { login: { perNetwork: { attempts: 1, per: 900 } } },
    });
    const login = async (client: string): Promise<number> => {
      const json = { email: "ann@example.com", password: PASSWORD };
      const headers = { "X-Forwarded-For": `203.0.113.99, ${client}` };
      return (await server.send<LoginAnswer>("/auth/login", { json, headers })).status;
    };
    expect(await login("198.51.100.1")).toBe(401);
    expect(await login("198.51.100.1")).toBe(429);
    expect(await login("198.51.100.2")).toBe(401);
  });
});

describe("N12: a server that cannot open its keys", () => {
  it("answers 503 or 500 to everything, rejects ready, and opens once the cause is gone", async () => {
    const server = await startServer();
    const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
    await server.latchkey.close();
    const empty = join(server.directory, "empty");
    await mkdir(empty);
    const latchkey = createLatchkey({
      issuer: ISSUER,
      data: join(server.directory, "data"),
      keyEncryption: { directory: empty },
    });
    await expect(latchkey.ready()).rejects.toMatchObject({ code: "key_encryption_key_missing" });
    const headers = { Authorization: `Bearer ${token}` };
    const refused = await latchkey.fetch(new Request(`${ISSUER}/auth/me`, { headers }));
    expect(refused.status).toBeGreaterThanOrEqual(500);
    await latchkey.close();
    // Nothing was overwritten.
    const again = await server.restart();
    expect((await again.send("/auth/me", { token })).status).toBe(200);
  });

  it("rejects ready when the data directory cannot be made, and can be closed", async () => {
    const server = await startServer();
    const file = join(server.directory, "a-file");
    await writeFile(file, "");
    const latchkey = createLatchkey({
      issuer: ISSUER,
      data: join(file, "data"),
      keyEncryption: { directory: join(server.directory, "other-keys") },
    });
    await expect(latchkey.ready()).rejects.toMatchObject({ code: "data_directory_unwritable" });
    await latchkey.close();
  });
});
