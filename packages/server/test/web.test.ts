// Section O of the catalogue through the whole server: headers, origins, hosts, logs.

import { isIdentifier, type Problem } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { ISSUER, PASSWORD, signUpAndLogIn, startServer } from "./test-server.ts";

describe("O2: no answer with credentials is cached", () => {
  it("says no-store at sign-up, login, renewal, sign-out, me and their refusals", async () => {
    const server = await startServer();
    const login = await signUpAndLogIn(server, "ann@example.com");
    const json = { email: "ann@example.com", password: PASSWORD };
    const token = login.access_token;
    const answers = [
      await server.send("/auth/signup", { json }),
      await server.send("/auth/login", { json }),
      await server.send("/auth/login", { json: { ...json, password: "x" } }),
      await server.send("/auth/me", { token }),
      await server.send("/auth/me"),
      await server.send("/auth/sessions", { token }),
      await server.send("/auth/refresh", { json: { refresh_token: login.refresh_token } }),
      await server.send("/auth/refresh", { json: { refresh_token: "lkr_x" } }),
      await server.send("/auth/logout", { method: "POST", token }),
    ];
    expect(answers.map((answer) => answer.headers.get("Cache-Control"))).toEqual(
      answers.map(() => "no-store"),
    );
  });

  it("lets public documents be cached for a while", async () => {
    const server = await startServer();
    for (const path of ["/.well-known/jwks.json", "/.well-known/oauth-authorization-server"]) {
      const { headers } = await server.send(path);
      expect([path, headers.get("Cache-Control")]).toEqual([
        path,
        expect.stringMatching(/^public, max-age=\d+$/),
      ]);
    }
  });
});

describe("O4: the Host header names nothing", () => {
  it("is not in metadata, the API document or the set-up link", async () => {
    const server = await startServer();
    for (const path of ["/.well-known/oauth-authorization-server", "/openapi.json"]) {
      const headers = { Host: "evil.example", "X-Forwarded-Host": "evil.example" };
      const response = await server.latchkey.fetch(
        new Request(`http://evil.example${path}`, { headers }),
      );
      const text = await response.text();
      expect(response.status).toBe(200);
      expect(text).toContain(ISSUER);
      expect(text).not.toContain("evil.example");
    }
    expect(server.setupLink).toMatch(/^http:\/\/localhost:4000\/auth\/setup\?code=/);
  });
});

describe("sign-in from browsers", () => {
  const json = { email: "ann@example.com", password: PASSWORD };

  it("keeps the refresh token in cookies, and out of the body", async () => {
    const server = await startServer({ issuer: "https://id.example", requireVerifiedEmail: false });
    await server.send("/auth/signup", { json });
    const answer = await server.send("/auth/login", {
      json: { ...json, transport: "cookie" },
      headers: { "Sec-Fetch-Site": "same-origin" },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty("refresh_token");
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) {
      expect(cookie).toMatch(
        /^__Host-lk-[\w-]{12}-[01]=lkr_[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      );
    }
  });

  it.each([
    [{ Origin: "https://evil.example" }],
    [{ Origin: "null" }],
    [{ "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" }],
  ])("O1: does not sign a visitor of another site in (login CSRF): %j", async (headers) => {
    const server = await startServer();
    await server.send("/auth/signup", { json });
    const answer = await server.send<Problem>("/auth/login", {
      json: { ...json, transport: "cookie" },
      headers,
    });
    expect([answer.status, answer.body.code]).toEqual([403, "origin_refused"]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it("does not give a browser the token in the body", async () => {
    const server = await startServer();
    await server.send("/auth/signup", { json });
    const answer = await server.send<Problem>("/auth/login", { json, headers: { Origin: ISSUER } });
    expect([answer.status, answer.body.code]).toEqual([400, "transport_refused"]);
  });
});

describe("O6: logs", () => {
  it("hold no password, token, cookie or code of a run", async () => {
    const server = await startServer();
    const login = await signUpAndLogIn(server, "ann@example.com");
    const { access_token: token, refresh_token: refreshToken = "" } = login;
    await server.send(`/auth/me?access_token=${token}`, { token });
    await server.send("/auth/refresh", { json: { refresh_token: refreshToken } });
    await server.send("/auth/refresh", { text: `{"refresh_token":"${refreshToken}"` });
    await server.send("/auth/login", { json: { email: PASSWORD, password: PASSWORD } });
    await server.send("/auth/signup", { json: { email: "x", [PASSWORD]: PASSWORD } });
    await server.send("/auth/logout", { method: "POST", token });
    const log = server.log();
    expect(log.split("\n").length).toBeGreaterThan(6);
    for (const secret of [
      PASSWORD,
      token,
      token.split(".")[2] ?? "",
      refreshToken,
      "eyJ",
      "lkr_",
    ]) {
      expect(log.includes(secret)).toBe(false);
    }
  });

  it("O5: cannot be split by a path", async () => {
    const server = await startServer();
    await server.latchkey.ready();
    const before = server.log().length;
    await server.send("/auth/%0d%0a{%22level%22:60}");
    const lines = server.log().slice(before).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { level: number }).level)).toEqual([30]);
  });
});

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

describe("O9: methods", () => {
  it("GET changes nothing: what is done by another method is not done by GET", async () => {
    const server = await startServer();
    const { body } = await server.send<ApiDocument>("/openapi.json");
    const paths = Object.entries(body.paths).filter(([, methods]) => !("get" in methods));
    expect(paths.length).toBeGreaterThan(30);
    for (const [template, methods] of paths) {
      const path = template.replaceAll(/\{\w+\}/g, "AAAAAAAAAAAAAAAAAAAAAA");
      // Behind the gate of administration only who may pass it learns the methods.
      const isAdmin = path.startsWith("/auth/admin/");
      const answers = [
        await server.send(path),
        await server.send(path, { headers: { "X-HTTP-Method-Override": "POST" } }),
      ];
      const expected = isAdmin ? 401 : 405;
      expect([path, ...answers.map(({ status }) => status)]).toEqual([path, expected, expected]);
      const inside = isAdmin ? await server.control(path) : answers[0];
      const allowed = Object.keys(methods).map((method) => method.toUpperCase());
      expect([path, inside?.headers.get("Allow")?.split(", ")]).toEqual([
        path,
        expect.arrayContaining(allowed),
      ]);
    }
  });
});

describe("O11: what documents give away", () => {
  it("names nothing but the issuer, and no key but its public part", async () => {
    const server = await startServer({ issuer: "https://id.example" });
    for (const path of [
      "/.well-known/oauth-authorization-server",
      "/.well-known/jwks.json",
      "/auth/revocations/jwks",
      "/openapi.json",
      "/healthz",
      "/readyz",
      "/nowhere",
    ]) {
      const { text } = await server.send(path);
      // The licence of the API document is the one link out.
      const links = Array.from(text.matchAll(/https?:\/\/[^"\s]+/g), ([url]) => url).filter(
        (url) => !url.startsWith("https://spdx.org/"),
      );
      expect(links.filter((url) => new URL(url).origin !== "https://id.example")).toEqual([]);
      expect(text).not.toContain(server.directory);
      expect(text).not.toMatch(/"(?:d|p|q|dp|dq|qi|k)":/);
    }
  });

  it.each([
    "/.well-known/../../data/latchkey.db",
    "/.well-known/..%2f..%2fdata%2flatchkey.db",
    "/.well-known/%2e%2e/%2e%2e/data/latchkey.db",
    "/.well-known/....//latchkey.db",
    "/assets/..%2f..%2fpackage.json",
    "/assets/%2e%2e%2f%2e%2e%2fpackage.json",
    "/assets/..%5c..%5cpackage.json",
    "/assets/%00",
  ])("leads nowhere by %s (CVE-2026-53519)", async (path) => {
    const server = await startServer();
    const answer = await server.send<Problem>(path);
    expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
  });
});

describe("N10: sessions", () => {
  it("a sign-in makes a new one, whatever cookies come along (CVE-2022-25896)", async () => {
    const server = await startServer({ issuer: "https://id.example", requireVerifiedEmail: false });
    const json = { email: "ann@example.com", password: PASSWORD, transport: "cookie" };
    await server.send("/auth/signup", { json: { email: json.email, password: PASSWORD } });
    const signIn = async (cookie?: string) => {
      const headers = {
        "Sec-Fetch-Site": "same-origin",
        ...(cookie === undefined ? {} : { Cookie: cookie }),
      };
      const { headers: answered, status } = await server.send("/auth/login", { json, headers });
      expect(status).toBe(200);
      return answered.getSetCookie().map((line) => line.slice(0, line.indexOf(";")));
    };
    const planted = await signIn();
    const own = await signIn(planted.join("; "));
    const values = (cookies: readonly string[]) =>
      cookies.map((cookie) => cookie.slice(cookie.indexOf("=") + 1));
    for (const value of values(own)) expect(values(planted)).not.toContain(value);
    const { body } = await server.control<{ items: { session_id: string }[] }>(
      "/auth/admin/audit?kind=login&outcome=success",
    );
    const ids = body.items.map((event) => event.session_id);
    expect(new Set(ids).size).toBe(2);
    // 128 random bits (CVE-2024-52801).
    for (const id of ids) expect(isIdentifier(id)).toBe(true);
  });
});

describe("the life of a server", () => {
  it("answers 503 with Retry-After once it is closed, and closes twice", async () => {
    const server = await startServer();
    await server.latchkey.close();
    await server.latchkey.close();
    const answer = await server.send<Problem>("/healthz");
    expect([answer.status, answer.body.code]).toEqual([503, "not_ready"]);
    expect(answer.headers.get("Retry-After")).toBe("1");
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
  });

  it("lets requests under way finish", async () => {
    const server = await startServer();
    const json = { email: "ann@example.com", password: PASSWORD };
    const signUp = server.send("/auth/signup", { json });
    await server.latchkey.close();
    expect((await signUp).status).toBe(202);
    const again = await server.restart();
    expect((await again.send("/auth/login", { json })).status).toBe(200);
  });

  it("is alive and ready", async () => {
    const server = await startServer();
    expect((await server.send("/healthz")).body).toEqual({ status: "ok" });
    expect((await server.send("/readyz")).body).toEqual({ status: "ok" });
  });
});
