// The first administrator: a one-time link, a form without scripts, one write.

import { describe, expect, it } from "vitest";
import { openTestDatabase } from "./engines/engines.ts";
import {
  type Answer,
  createAdministrator,
  ISSUER,
  logIn,
  PASSWORD,
  startServer,
  type TestServer,
} from "./test-server.ts";

const HOUR = 60 * 60 * 1000;

function codeOf(server: TestServer): string {
  if (server.setupLink === null) throw new Error("there is no link");
  return new URL(server.setupLink).searchParams.get("code") ?? "";
}

function submit(
  server: TestServer,
  fields: Record<string, string>,
  headers: Record<string, string> = { Origin: ISSUER },
): Promise<Answer> {
  return server.send("/auth/setup", {
    text: new URLSearchParams(fields).toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
  });
}

const person = { email: "root@example.com", password: PASSWORD, username: "", name: "Root" };

describe("the set-up form", () => {
  it("creates the first administrator, once", async () => {
    const server = await startServer();
    const code = codeOf(server);
    expect(server.setupLink).toBe(`${ISSUER}/auth/setup?code=${code}`);
    const form = await server.send(`/auth/setup?code=${code}`);
    expect(form.status).toBe(200);
    expect(form.text).toContain('<form method="post"');
    const done = await submit(server, { ...person, code });
    expect([done.status, done.headers.get("Content-Type")]).toEqual([
      200,
      "text/html; charset=UTF-8",
    ]);
    const { access_token: token, user } = await logIn(server, person.email);
    expect(user).toMatchObject({ roles: ["administrator"], email_verified: true, name: "Root" });
    expect((await server.send("/auth/admin/users", { token })).status).toBe(200);

    const second = await submit(server, { ...person, email: "second@example.com", code });
    expect([second.status, second.headers.get("Content-Type")]).toEqual([
      403,
      "text/html; charset=UTF-8",
    ]);
    expect(second.text).toContain("<code>setup_link_invalid</code>");
    expect((await server.send(`/auth/setup?code=${code}`)).status).toBe(403);
    expect((await server.restart()).setupLink).toBeNull();
  });

  it("spends a code once when it is submitted many times at once", async () => {
    const server = await startServer();
    const code = codeOf(server);
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, i) =>
        submit(server, { ...person, email: `root${i}@example.com`, code }),
      ),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 403)).toHaveLength(4);
    const users = await server.control<{ items: unknown[] }>("/auth/admin/users");
    expect(users.body.items).toHaveLength(1);
  });

  it("N9: GET spends nothing, however often a scanner asks", async () => {
    const server = await startServer();
    const code = codeOf(server);
    for (let i = 0; i < 3; i++) await server.send(`/auth/setup?code=${code}`);
    await server.send(`/auth/setup?code=${code}`, { method: "HEAD" });
    expect((await submit(server, { ...person, code })).status).toBe(200);
  });

  it("keeps no code in the database or the log", async () => {
    const database = await openTestDatabase();
    const server = await startServer({ database });
    const code = codeOf(server);
    await server.send(`/auth/setup?code=${code}`);
    await submit(server, { ...person, code });
    const rows = await database.read(database.query.selectFrom("one_time_codes").selectAll());
    expect(rows).toHaveLength(1);
    const kept = Buffer.from(rows[0]?.code_hash ?? []);
    expect(kept.toString("latin1")).not.toContain(code);
    expect(kept.equals(Buffer.from(code, "base64url"))).toBe(false);
    expect(JSON.stringify(rows)).not.toContain(code);
    expect(server.log()).not.toContain(code);
    expect(server.log()).not.toContain(PASSWORD);
  });

  it("ends after an hour, and with the next start", async () => {
    const server = await startServer();
    const code = codeOf(server);
    server.advance(HOUR + 1000);
    expect((await submit(server, { ...person, code })).status).toBe(403);
    const again = await server.restart();
    expect(codeOf(again)).not.toBe(code);
    expect((await submit(again, { ...person, code })).status).toBe(403);
    expect((await submit(again, { ...person, code: codeOf(again) })).status).toBe(200);
  });

  it("ends when an administrator was made another way", async () => {
    const server = await startServer();
    await createAdministrator(server, "other@example.com");
    expect((await submit(server, { ...person, code: codeOf(server) })).status).toBe(403);
  });

  it.each([{ code: "" }, { code: "x".repeat(43) }, { code: "' or 1=1 --" }])(
    "refuses %j without hashing anything",
    async (wrong) => {
      // No place in the pool: a hash would answer 503.
      const server = await startServer({ passwordHashing: { concurrency: 1, queueLimit: 0 } });
      const answers = await Promise.all(
        [1, 2, 3].map(() => submit(server, { ...person, ...wrong })),
      );
      expect(answers.map((answer) => answer.status)).toEqual([403, 403, 403]);
    },
  );

  it.each([
    [{ password: "short" }, "at least 15 characters"],
    [{ password: "root@example.com" }, "common"],
    [{ email: "nobody" }, "not an e-mail"],
    [{ username: "a b" }, "user name"],
    [{ password: "" }, "Enter your password"],
  ])("shows the form again for %j, and keeps the code", async (wrong, message) => {
    const server = await startServer();
    const code = codeOf(server);
    const again = await submit(server, { ...person, name: '"><script>x', code, ...wrong });
    expect(again.status).toBe(422);
    expect(again.text).toContain(message);
    expect(again.text).toContain("&quot;&gt;&lt;script&gt;x");
    expect(again.text).not.toContain("<script>");
    expect(again.text).not.toContain(PASSWORD);
    expect((await submit(server, { ...person, code })).status).toBe(200);
  });

  it.each([
    {},
    { Origin: "https://evil.example" },
    { Origin: "null" },
    { Origin: ISSUER, "Sec-Fetch-Site": "cross-site" },
  ])("refuses a form that another site sends: %j", async (headers) => {
    const server = await startServer();
    const answer = await submit(server, { ...person, code: codeOf(server) }, headers);
    expect(answer.status).toBe(403);
    // A person sees it, so it is a page; the code is for whoever is asked about it.
    expect(answer.text).toContain("<code>origin_refused</code>");
    expect(answer.text).toContain("The form came from another site");
  });

  it("O3: cannot be framed, runs nothing, and tells nobody its address", async () => {
    const server = await startServer();
    const form = await server.send(`/auth/setup?code=${codeOf(server)}`);
    expect(form.headers.get("Content-Security-Policy")).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(form.headers.get("X-Frame-Options")).toBe("DENY");
    expect(form.headers.get("Referrer-Policy")).toBe("strict-origin");
    expect(form.headers.get("Cache-Control")).toBe("no-store");
    expect(form.text).not.toMatch(
      /<script(?! type="module" src="\/pages\/)|<style|<img| style=| on\w+=/i,
    );
  });

  it.each([
    "code=a&code=b&email=root@example.com&password=x",
    "code=a&email=root@example.com&password=x&role=administrator",
    "code=a",
  ])("J4: refuses %s", async (text) => {
    const server = await startServer();
    const answer = await server.send("/auth/setup", {
      text,
      headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: ISSUER },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
  });

  it("is a page whatever refuses it: no person sees JSON", async () => {
    const server = await startServer({ passwordHashing: { concurrency: 1, queueLimit: 0 } });
    const code = codeOf(server);
    const answers = await Promise.all([
      ...[1, 2, 3].map((i) => submit(server, { ...person, email: `r${i}@example.com`, code })),
      server.send(`/auth/setup?code=${"x".repeat(65)}`),
      server.send("/auth/setup", { method: "DELETE" }),
      server.send("/auth/setup", { json: {}, headers: { Origin: ISSUER } }),
      submit(server, { ...person, code, name: "x".repeat(70_000) }),
    ]);
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([
      200, 400, 405, 413, 415, 503, 503,
    ]);
    for (const { headers, text } of answers) {
      expect(headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
      expect(text).toMatch(/^<!doctype html>/);
    }
    const overloaded = answers.find((answer) => answer.status === 503);
    expect(overloaded?.headers.get("Retry-After")).toMatch(/^\d+$/);
    expect(overloaded?.text).toContain('value="Root"');
  });

  it("leads on to the console, when there is one", async () => {
    const server = await startServer();
    const done = await submit(server, { ...person, code: codeOf(server) });
    expect(done.text).toContain('href="/sign-in"');
    const other = await startServer({ console: { directory: "/nowhere" } });
    const withConsole = await submit(other, { ...person, code: codeOf(other) });
    expect(withConsole.text).toContain('href="/sign-in?return_to=%2Fadmin"');
  });
});
