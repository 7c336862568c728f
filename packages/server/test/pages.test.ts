// The hosted pages without scripts: what a person's browser is shown, sends and keeps.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refreshCookieName } from "@latchkey/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { FORM_LIFETIME, formCookieName } from "../src/http/form-token.ts";
import { latestMail } from "./mailbox.ts";
import { createVisitor, formsOf, type Visitor } from "./page-visitor.ts";
import { ISSUER, PASSWORD, startServer, type TestServer } from "./test-server.ts";

const EMAIL = "ann@example.com";
const SLOTS = [refreshCookieName(ISSUER, 0), refreshCookieName(ISSUER, 1)] as const;

/** A server with one user, and a visitor. */
async function open(config: Parameters<typeof startServer>[0] = {}): Promise<{
  server: TestServer;
  visitor: Visitor;
}> {
  const server = await startServer(config);
  await createUser(server, { email: EMAIL });
  return { server, visitor: createVisitor(server, config.issuer) };
}

/** Creates a user, as the operator. */
async function createUser(server: TestServer, person: object): Promise<string> {
  const json = { password: PASSWORD, ...person };
  const { status, body } = await server.control<{ id: string }>("/auth/admin/users", { json });
  expect(status).toBe(201);
  return body.id;
}

const signIn = async (visitor: Visitor, changes: Record<string, string | undefined> = {}) => {
  await visitor.open("/sign-in");
  return visitor.send({ name: EMAIL, password: PASSWORD, ...changes });
};

/** Whether the visitor's cookies renew a session. */
const renews = async (server: TestServer, visitor: Visitor): Promise<number> => {
  const answer = await server.send("/auth/refresh", {
    method: "POST",
    headers: {
      Cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      "Content-Type": "application/json",
      "Latchkey-Request": "1",
      Origin: ISSUER,
    },
  });
  return answer.status;
};

describe("signing in", () => {
  it("sets both cookie slots, puts no token into the page, and leads on", async () => {
    const { server, visitor } = await open();
    const seen = await signIn(visitor);
    expect([seen.status, seen.at, seen.title]).toEqual([200, "/signed-in", "You are signed in"]);
    expect(SLOTS.map((slot) => visitor.cookies.get(slot))).toEqual([
      expect.stringMatching(/^lkr_/),
      expect.stringMatching(/^lkr_/),
    ]);
    expect(seen.text).not.toMatch(/eyJ|lkr_/);
    expect(await renews(server, visitor)).toBe(200);
  });

  it("takes a user name as well as an address", async () => {
    const { server, visitor } = await open();
    await createUser(server, { email: "bo@example.com", username: "bodil" });
    expect((await signIn(visitor, { name: " Bodil " })).at).toBe("/signed-in");
  });

  it("remembers only whom it was asked to remember", async () => {
    const { server } = await open();
    const page = createVisitor(server);
    await page.open("/sign-in");
    const [form] = formsOf(page.seen().text);
    expect(form?.fields.get("remember")).toBe("1");
    const cookie = [...page.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    for (const [remember, ages] of [
      [{ remember: "1" }, 2],
      [{}, 0],
    ] as const) {
      const { remember: _, ...fields } = Object.fromEntries(form?.fields ?? []);
      const body = { ...fields, name: EMAIL, password: PASSWORD, ...remember };
      const answer = await server.send("/sign-in", {
        text: new URLSearchParams(body).toString(),
        headers: {
          "Content-Type": "application/x-www-form-urlencoded",
          Origin: ISSUER,
          Cookie: cookie,
        },
      });
      expect(answer.status).toBe(303);
      const set = answer.headers.getSetCookie();
      expect(set).toHaveLength(2);
      expect(set.filter((text) => text.includes("Max-Age"))).toHaveLength(ages);
    }
  });

  it.each([
    [{ password: "a password of somebody else" }, 422, "no account with this name and password"],
    [{ name: "nobody@example.com" }, 422, "no account with this name and password"],
    [{ name: "not an address@" }, 422, "no account with this name and password"],
    [{ name: "" }, 422, "Enter your e-mail address or user name"],
    [{ password: "" }, 422, "Enter your password"],
  ])("shows the form again after %j, without the password", async (wrong, status, message) => {
    const { visitor } = await open();
    const seen = await signIn(visitor, wrong);
    expect([seen.status, seen.at]).toEqual([status, "/sign-in"]);
    expect(seen.problem).toContain(message);
    const [form] = formsOf(seen.text);
    expect(form?.fields.get("name")).toBe("name" in wrong ? wrong.name : EMAIL);
    expect(form?.fields.get("password")).toBe("");
    expect(seen.text).not.toContain(PASSWORD);
    // The problem takes focus, and its field is tied to it.
    expect(seen.text).toMatch(/id="problem" role="alert" tabindex="-1" autofocus/);
    expect((await visitor.send({ name: EMAIL, password: PASSWORD })).at).toBe("/signed-in");
  });

  it("N1: unknown, wrong and disabled look alike", async () => {
    const { server, visitor } = await open();
    const id = await createUser(server, { email: "off@example.com" });
    await server.control(`/auth/admin/users/${id}`, {
      method: "PATCH",
      json: { disabled: true },
    });
    const pages: string[] = [];
    for (const [name, password] of [
      ["ann@example.com", "a password of somebody else"],
      ["off@example.com", PASSWORD],
      ["who@example.com", PASSWORD],
    ]) {
      const seen = await signIn(visitor, { name, password });
      const token = formsOf(seen.text)[0]?.fields.get("form_token") ?? "";
      pages.push(seen.text.replaceAll(token, "").replaceAll(name ?? "", ""));
    }
    expect(pages[1]).toBe(pages[0]);
    expect(pages[2]).toBe(pages[0]);
  });

  it("says how long to wait", async () => {
    const { visitor } = await open();
    let seen = await signIn(visitor, { password: "wrong" });
    for (let i = 0; i < 12 && seen.status !== 429; i++) {
      seen = await visitor.send({ name: EMAIL, password: "wrong" });
    }
    expect(seen.status).toBe(429);
    expect(seen.problem).toMatch(/Too many attempts. Try again in \d+ (minutes|seconds)/);
    expect(Number(seen.headers.get("Retry-After"))).toBeGreaterThan(0);
  });
});

describe("K3: where it leads", () => {
  const wrong = ["//evil.example", "/\\evil.example", "/%09/evil.example", "https:evil.example"];
  const sly = [
    "\\\\evil.example",
    "/x/..//evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
  ];
  it.each([...wrong, ...sly, "/\u0009/evil.example", "/a\r\nSet-Cookie: a=b"])(
    "is never %j",
    async (text) => {
      const { visitor } = await open();
      await visitor.open(`/sign-in?return_to=${encodeURIComponent(text)}`);
      expect(visitor.seen().text).not.toContain("evil");
      expect((await visitor.send({ name: EMAIL, password: PASSWORD })).at).toBe("/signed-in");
      // Nor when it is put into the form itself.
      await visitor.open("/sign-in");
      const seen = await visitor.send({ name: EMAIL, password: PASSWORD, return_to: text });
      expect(seen.at).toBe("/signed-in");
    },
  );

  it("is a path of ours, through a mistake and another page", async () => {
    const { visitor } = await open();
    await visitor.open("/sign-in?return_to=%2Fhealthz%3Fa%3Db");
    expect(visitor.seen().text).toContain('href="/sign-up?return_to=%2Fhealthz%3Fa%3Db"');
    await visitor.send({ name: EMAIL, password: "wrong" });
    expect((await visitor.send({ name: EMAIL, password: PASSWORD })).at).toBe("/healthz?a=b");
  });

  it("is a listed origin, which the policy then lets the form go to", async () => {
    const { visitor } = await open({ origins: ["https://app.example"] });
    const page = await visitor.open("/sign-in?return_to=https%3A%2F%2Fapp.example%2Fbook");
    expect(page.headers.get("Content-Security-Policy")).toContain(
      "form-action 'self' https://app.example;",
    );
    const seen = await visitor.send({ name: EMAIL, password: PASSWORD });
    expect([seen.status, seen.headers.get("Location")]).toEqual([303, "https://app.example/book"]);
  });
});

describe("K8: a form that another page sends", () => {
  it.each([
    { Origin: "https://evil.example" },
    { Origin: "null" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site", Origin: "https://evil.localhost" },
  ])("is refused: %j", async (headers) => {
    const { visitor } = await open();
    await visitor.open("/sign-in");
    const seen = await visitor.send({ name: EMAIL, password: PASSWORD }, { headers });
    expect([seen.status, seen.title]).toEqual([403, "Something went wrong"]);
    expect(SLOTS.filter((slot) => visitor.cookies.has(slot))).toEqual([]);
  });

  it("is refused without a token, with one of another browser, form or day, and shown again", async () => {
    const { server, visitor } = await open();
    const other = createVisitor(server);
    await other.open("/sign-in");
    const stranger = formsOf(other.seen().text)[0]?.fields.get("form_token");
    await visitor.open("/sign-up");
    const elsewhere = formsOf(visitor.seen().text)[0]?.fields.get("form_token");
    for (const form_token of [undefined, "", "x", stranger, elsewhere]) {
      const seen = await signIn(visitor, { form_token });
      expect([seen.status, seen.problem]).toEqual([403, expect.stringContaining("too long")]);
      expect(formsOf(seen.text)[0]?.fields.get("name")).toBe(EMAIL);
    }
    await visitor.open("/sign-in");
    server.advance(FORM_LIFETIME);
    expect((await visitor.send({ name: EMAIL, password: PASSWORD })).status).toBe(403);
    // The form that came back is good.
    expect((await visitor.send({ name: EMAIL, password: PASSWORD })).at).toBe("/signed-in");
  });

  it("needs the cookie that came with the form", async () => {
    const { visitor } = await open();
    await visitor.open("/sign-in");
    expect(visitor.cookies.get(formCookieName(ISSUER))).toMatch(/^[\w-]{22}$/);
    visitor.cookies.clear();
    expect((await visitor.send({ name: EMAIL, password: PASSWORD })).status).toBe(403);
  });

  it("has no field twice, none that is unknown, and is a form", async () => {
    const { server, visitor } = await open();
    await visitor.open("/sign-in");
    const send = (text: string, type = "application/x-www-form-urlencoded") =>
      server.send("/sign-in", { text, headers: { "Content-Type": type, Origin: ISSUER } });
    expect((await send("name=a&name=b&password=c")).status).toBe(400);
    expect((await send("name=a&password=c&admin=1")).status).toBe(400);
    expect((await send("a=".repeat(40).replaceAll("=", "=&"))).status).toBe(400);
    expect((await send('{"name":"a"}', "application/json")).status).toBe(415);
    expect((await send("name=a", "text/plain")).status).toBe(415);
    expect((await send("name=a", "multipart/form-data; boundary=x")).status).toBe(415);
  });
});

describe("signing up", () => {
  it("creates an account and leads to sign-in, with the way on kept", async () => {
    const { visitor } = await open();
    await visitor.open("/sign-up?return_to=%2Fhealthz");
    const seen = await visitor.send({ email: "New@Example.com", name: "Nea", password: PASSWORD });
    expect([seen.status, seen.at]).toEqual([200, "/sign-in?notice=created&return_to=%2Fhealthz"]);
    expect(seen.notice).toContain("Sign in now");
    const done = await visitor.send({ name: "new@example.com", password: PASSWORD });
    expect(done.at).toBe("/healthz");
  });

  it("mails a link and no code, since no page asks for one", async () => {
    const { server, visitor } = await open();
    await visitor.open("/sign-up");
    await visitor.send({ email: "new@example.com", password: PASSWORD });
    const mail = await latestMail(server, "new@example.com");
    expect([mail.kind, mail.code, mail.token.length]).toEqual(["confirm_email", "", 43]);
  });

  it("N11: shows the same for an address that is known", async () => {
    const { server } = await open();
    const pages: string[] = [];
    for (const email of [EMAIL, "somebody@example.com"]) {
      const visitor = createVisitor(server);
      await visitor.open("/sign-up");
      const seen = await visitor.send({ email, name: "", password: PASSWORD });
      const token = formsOf(seen.text)[0]?.fields.get("form_token") ?? "";
      pages.push(`${seen.at} ${seen.status} ${seen.text.replaceAll(token, "")}`);
    }
    expect(pages[1]).toBe(pages[0]);
  });

  it.each([
    [{ password: "short" }, "password", "at least 15 characters"],
    [{ password: "" }, "password", "Enter your password"],
    [{ email: "nobody" }, "email", "not an e-mail address"],
    [{ email: "" }, "email", "Enter your e-mail address"],
    [{ email: "a@x.example,b@y.example" }, "email", "not an e-mail address"],
    [{ name: "a\u0000b" }, "name", "name cannot be used"],
  ])("shows the form again after %j", async (wrong, field, message) => {
    const { visitor } = await open();
    await visitor.open("/sign-up");
    const typed = { email: "n@example.com", name: '"><script>x', password: PASSWORD, ...wrong };
    const seen = await visitor.send(typed);
    expect([seen.status, seen.problem]).toEqual([422, expect.stringContaining(message)]);
    expect(seen.text).toContain(`<a href="#${field}">`);
    expect(seen.text).toMatch(
      new RegExp(`id="${field}"[^>]*aria-describedby="problem[^>]*aria-invalid="true"`),
    );
    expect(formsOf(seen.text)[0]?.fields.get("name")).toBe(typed.name);
    expect(seen.text).not.toContain("<script>");
    expect(seen.text).not.toContain(PASSWORD);
  });
});

describe("signing out", () => {
  it("N10: ends the session and clears both slots, by POST alone", async () => {
    const { server, visitor } = await open();
    await signIn(visitor);
    await visitor.open("/sign-out");
    expect(await renews(server, visitor)).toBe(200);
    const before = new Map(visitor.cookies);
    const seen = await visitor.send({});
    expect([seen.at, seen.title]).toEqual(["/signed-out", "You are signed out"]);
    expect(SLOTS.filter((slot) => visitor.cookies.has(slot))).toEqual([]);
    for (const [name, value] of before) visitor.cookies.set(name, value);
    expect(await renews(server, visitor)).toBe(401);
  });

  it("is not done for another site's form", async () => {
    const { server, visitor } = await open();
    await signIn(visitor);
    await visitor.open("/sign-out");
    const headers = { "Sec-Fetch-Site": "cross-site" };
    expect((await visitor.send({}, { headers })).status).toBe(403);
    expect(await renews(server, visitor)).toBe(200);
  });
});

describe("every page", () => {
  const paths = ["/sign-in", "/sign-up", "/sign-out", "/signed-in", "/signed-out", "/nowhere"];

  it.each(paths)("O3: %s cannot be framed, runs nothing inline, and is not kept", async (path) => {
    const { visitor } = await open();
    const { headers, text } = await visitor.open(path);
    expect(headers.get("Content-Security-Policy")).toBe(
      `default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(headers.get("X-Frame-Options")).toBe("DENY");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Referrer-Policy")).toBe("strict-origin");
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(text).not.toMatch(/<script(?! type="module" src="\/pages\/)|<style|\sstyle=|\son\w+=/i);
  });

  it.each([
    ["de", "Bei Latchkey anmelden"],
    ["fr", "Se connecter à Latchkey"],
    ["nl", "Sign in to Latchkey"],
  ])("speaks %s when it can", async (language, title) => {
    const { visitor } = await open();
    const seen = await visitor.open("/sign-in", { "Accept-Language": language });
    expect(seen.title).toBe(title);
    expect(seen.text).toContain(`<html lang="${language === "nl" ? "en" : language}">`);
  });

  it("keeps a chosen language and the way on, in a cookie of two letters", async () => {
    const { visitor } = await open();
    await visitor.open("/sign-in?return_to=%2Fhealthz");
    expect(visitor.seen().text).toContain('href="/sign-in?lang=de&amp;return_to=%2Fhealthz"');
    await visitor.open("/sign-in?lang=de&return_to=%2Fhealthz");
    expect(visitor.cookies.get("lk-lang")).toBe("de");
    const seen = await visitor.send({ name: EMAIL, password: "wrong" });
    expect(seen.problem).toContain("Prüfen Sie die Schreibweise");
    expect(seen.text).toContain('href="/sign-in?lang=fr&amp;return_to=%2Fhealthz"');
    expect((await visitor.open("/sign-in?lang=xx")).text).toContain('<html lang="de">');
  });

  it("is chosen once for the pages and the console", async () => {
    const directory = await mkdtemp(join(tmpdir(), "latchkey-console-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, "index.html"), '<html lang="%LANGUAGE%">');
    const { visitor } = await open({ console: { directory } });
    const html = { Accept: "text/html" };
    await visitor.open("/sign-in?lang=de");
    expect((await visitor.open("/account", html)).text).toBe('<html lang="de">');
    await visitor.open("/admin?lang=fr", html);
    expect((await visitor.open("/sign-in")).text).toContain('<html lang="fr">');
  });

  it("wears the theme, and nothing of it breaks out", async () => {
    const { visitor } = await open({
      productName: '</title><script>alert("x")</script>',
      theme: { accent: "#0a7d55", logo: "https://cdn.example/logo.svg?a=1&b=2" },
    });
    const { text, headers } = await visitor.open("/sign-in");
    expect(text).not.toContain("<script>");
    expect(text).toContain("&lt;script&gt;");
    expect(text).toContain('<img src="https://cdn.example/logo.svg?a=1&amp;b=2" alt="">');
    expect(headers.get("Content-Security-Policy")).toContain("img-src 'self' https://cdn.example;");
    const style = /<link rel="stylesheet" href="([^"]+)">/.exec(text)?.[1] ?? "";
    expect((await visitor.open(style)).text).toContain("--accent:#0a7d55");
  });

  it.each([
    { theme: { accent: "red" } },
    { theme: { accent: "#fff;}" } },
    { theme: { logo: "javascript:alert(1)" } },
    { theme: { logo: 'https://a.example/"onerror=' } },
    { theme: { color: "#ffffff" } },
  ])("refuses a theme of %j", async (config) => {
    await expect(startServer(config as Parameters<typeof startServer>[0])).rejects.toThrow("theme");
  });

  it("has static files that are kept for good, and 15 KB or less to sign in", async () => {
    const { visitor } = await open();
    const { text } = await visitor.open("/sign-in");
    let bytes = Buffer.byteLength(text);
    const files = [...text.matchAll(/(?:href|src)="(\/pages\/[^"]+)"/g)].map(
      ([, path = ""]) => path,
    );
    expect(files).toHaveLength(3);
    for (const path of files) {
      const file = await visitor.open(path);
      expect(file.status).toBe(200);
      expect(file.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
      bytes += Buffer.byteLength(file.text);
    }
    expect(bytes).toBeLessThanOrEqual(15 * 1024);
  });

  it("keeps its cookies to itself over https", async () => {
    const issuer = "https://id.example";
    const { server } = await open({ issuer });
    const visitor = createVisitor(server, issuer);
    const page = await visitor.open("/sign-in?lang=de");
    expect(page.headers.get("Strict-Transport-Security")).toContain("max-age=");
    expect(page.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-lk-[\w-]{12}-form=[\w-]{22}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
      "lk-lang=de; Max-Age=34560000; Path=/; HttpOnly; Secure; SameSite=Lax",
    ]);
    const seen = await visitor.send({ name: EMAIL, password: PASSWORD });
    expect(seen.title).toBe("Sie sind angemeldet");
    expect(
      [...visitor.cookies.keys()].filter((name) => name.startsWith("__Host-lk-")),
    ).toHaveLength(3);
  });

  it("lives below an issuer with a path", async () => {
    const issuer = "http://localhost:4000/t1";
    const { visitor } = await open({ issuer });
    expect((await visitor.open("/t1")).at).toBe("/t1/sign-in");
    const seen = await visitor.send({ name: EMAIL, password: PASSWORD });
    expect([seen.at, seen.title]).toEqual(["/t1/signed-in", "You are signed in"]);
    expect(seen.text).toContain('action="/t1/sign-out"');
    expect((await visitor.send({})).at).toBe("/t1/signed-out");
  });
});

describe("the error page", () => {
  it("is for people: a program gets the problem", async () => {
    const { server, visitor } = await open();
    const seen = await visitor.open("/nowhere");
    expect([seen.status, seen.title]).toEqual([404, "There is no such page"]);
    expect(seen.text).toContain('href="/sign-in"');
    const program = await server.send("/nowhere", { headers: { Accept: "*/*" } });
    expect(program.body).toMatchObject({ code: "not_found" });
  });

  it("is not what a person sees who types the address of the server", async () => {
    const { server, visitor } = await open();
    expect((await visitor.open("/")).at).toBe("/sign-in");
    const program = await server.send("/", { headers: { Accept: "*/*" } });
    expect([program.status, program.body]).toEqual([
      404,
      expect.objectContaining({ code: "not_found" }),
    ]);
    const other = await startServer({ console: { directory: "/nowhere" } });
    const answer = await other.send("/", { headers: { Accept: "text/html" } });
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/account"]);
  });

  it("names the request, and nothing of the inside", async () => {
    const { visitor } = await open();
    await visitor.open("/sign-in");
    const seen = await visitor.send({ name: "a".repeat(70_000), password: "b" });
    expect(seen.status).toBe(413);
    expect(seen.text).toContain(seen.headers.get("Latchkey-Request-Id"));
    expect(seen.text).not.toMatch(/\bat .+\.ts|SQLITE|stack/i);
  });

  it("says which methods a page has", async () => {
    const { server } = await open();
    const answer = await server.send("/signed-out", { method: "DELETE" });
    expect([answer.status, answer.headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
  });
});

it("keeps queries with codes out of the log", async () => {
  const { server, visitor } = await open();
  await visitor.open("/sign-in?return_to=%2Fsecret-place");
  await visitor.open("/auth/setup?code=secret-code-of-a-link");
  expect(server.log()).toContain('"path":"/auth/setup"');
  expect(server.log()).not.toMatch(/secret-code-of-a-link|secret-place/);
});
