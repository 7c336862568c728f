// The canary: a full run in which every secret is known, at the most talkative log level; then every
// log line, every error answer and every URL is searched for them. attacks: O6.

import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { ATTEMPT_KEY_HEADER, type LoginAnswer } from "@latchkey/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allOutput, stopAll } from "./harness/child.ts";
import { type Clinic, startClinic } from "./harness/clinic.ts";
import { passTime } from "./harness/clock.ts";
import { createCookieJar } from "./harness/cookie-jar.ts";
import { removeDirectories } from "./harness/directory.ts";
import { call, exchanges } from "./harness/http.ts";
import { logIn, type Person, renew, signUp } from "./harness/people.ts";
import { runCli, type Server, startServer } from "./harness/server.ts";
import { totpCode } from "./harness/totp.ts";

const loud = ["--log-level", "trace"];
const person: Person = {
  email: "canary@clinic.example",
  password: "CANARY-first-password-7f3a9c",
  name: "Canary",
};
const secrets = new Set<string>([
  person.password,
  "CANARY-wrong-password-1b8e22",
  "CANARY-second-password-55d0e1",
  "CANARY-operator-password-90ac4f",
  "CANARY-root-password-c4d1f7",
  "CANARY-page-password-3e81d2",
]);
/** The token of a link, as somebody opens it from a mail: in the address, and nowhere else. */
const linkToken = randomBytes(32).toString("base64url");
/** Codes of one-time links: the terminal shows the link once, nothing else may. */
const codes = new Set<string>();
const attemptKey = randomBytes(32).toString("base64url");
secrets.add(attemptKey);

/** Remembers the tokens of an answer as secrets. */
function keep(answer: Partial<LoginAnswer>): void {
  for (const token of [answer.access_token, answer.refresh_token]) {
    if (token === undefined) continue;
    secrets.add(token);
    // Parts count too: a log that cuts tokens short still gives half of one away.
    secrets.add(token.slice(-24));
  }
}

let server: Server;
let clinic: Clinic;

beforeAll(async () => {
  server = await startServer({ args: loud });
  clinic = await startClinic({ issuer: server.url });
  await runEverything();
  await clinic.child.stop();
  await server.child.stop();
  for (const file of await readdir(server.kekDirectory)) {
    const key = await readFile(joinPath(server.kekDirectory, file));
    for (const form of [
      key.toString("latin1").trim(),
      key.toString("base64url"),
      key.toString("hex"),
    ]) {
      if (form.length >= 16) secrets.add(form);
    }
  }
});

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

/** Every way in which a secret comes by, with those that fail. */
async function runEverything(): Promise<void> {
  await setUp(String(server.ready["setup_link"]));
  await signUp(server, person);
  await signUp(server, person);
  for (const password of ["CANARY-wrong-password-1b8e22", "short"]) {
    await call(`${server.url}/auth/login`, { json: { email: person.email, password } });
  }
  await call(`${server.url}/auth/signup`, {
    raw: `{"email":"${person.email}","password":"${person.password}"`,
    headers: { "content-type": "application/json" },
  });
  await call(`${server.url}/auth/login`, {
    json: { email: person.email, password: [person.password] },
  });

  await usePages();

  const login = await logIn(server, person);
  keep(login);
  const { access_token: token, refresh_token: first } = login;
  await call(`${server.url}/auth/me`, { token });
  await call(`${server.url}/.well-known/jwks.json`);
  await call(`${server.url}/auth/revocations/jwks`);
  await call(`${clinic.url}/appointments`, { token });
  await call(`${clinic.url}/schedule`, { token });
  for (const altered of [`${token}A`, token.slice(0, -2), `${token.slice(0, 40)}!`, first]) {
    await call(`${server.url}/auth/me`, { token: altered });
    await call(`${clinic.url}/appointments`, { token: altered });
  }

  server = await passTime(server, 11_000, loud);
  const renewed = await renew(server, first, { [ATTEMPT_KEY_HEADER]: attemptKey });
  keep(renewed.body);
  server = await passTime(server, 11_000, loud);
  await renew(server, first);
  await renew(server, `${first.slice(0, -1)}A`);
  await renew(server, renewed.body.refresh_token ?? "");

  const jar = createCookieJar();
  const browser = { "sec-fetch-site": "same-origin", "latchkey-request": "1" };
  const cookieLogin = await call<LoginAnswer>(`${server.url}/auth/login`, {
    headers: browser,
    json: { email: person.email, password: person.password, transport: "cookie" },
  });
  keep(cookieLogin.body);
  jar.take(cookieLogin);
  for (const value of jar.cookies.values()) secrets.add(value);
  const cookie = jar.header();
  await call(`${server.url}/auth/refresh`, {
    headers: { cookie, "sec-fetch-site": "cross-site" },
    json: {},
  });
  keep(
    (await call(`${server.url}/auth/refresh`, { headers: { ...browser, cookie }, json: {} })).body,
  );

  await runCli(
    server,
    ["users", "create", "operator@clinic.example"],
    "CANARY-operator-password-90ac4f\n",
  );
  await runCli(server, ["users", "set-password", person.email], "CANARY-second-password-55d0e1\n");
  const last = await logIn(server, { ...person, password: "CANARY-second-password-55d0e1" });
  keep(last);
  await runCli(server, ["tokens", "inspect"], `${last.access_token}\n`);
  await runCli(server, ["keys", "list"]);
  await useFactors("CANARY-second-password-55d0e1", last.access_token);
  await call(`${server.url}/auth/logout`, {
    token: last.access_token,
    json: { refresh_token: last.refresh_token },
  });
}

/** Sets a second factor up, signs in with it and with a recovery code, and gets both wrong. */
async function useFactors(password: string, token: string): Promise<void> {
  const begun = await call<{ secret: string }>(`${server.url}/auth/me/totp`, {
    method: "POST",
    token,
  });
  const { secret } = begun.body;
  secrets.add(secret);
  const confirmed = await call<{ access_token: string; recovery_codes: string[] }>(
    `${server.url}/auth/me/totp/confirm`,
    { token, json: { code: totpCode(secret, Date.now()) } },
  );
  const { recovery_codes: recoveryCodes } = confirmed.body;
  for (const code of recoveryCodes) secrets.add(code);
  keep({ access_token: confirmed.body.access_token });
  const asked = await call<{ mfa_token: string }>(`${server.url}/auth/login`, {
    json: { email: person.email, password },
  });
  const { mfa_token } = asked.body;
  for (const factor of [
    { totp: "000000" },
    { recovery_code: `${recoveryCodes[0]}x` },
    { totp: secret },
    { recovery_code: recoveryCodes[0] },
    { recovery_code: recoveryCodes[0] },
  ]) {
    const answer = await call<LoginAnswer>(`${server.url}/auth/login/mfa`, {
      json: { mfa_token, ...factor },
    });
    if (answer.status === 200) keep(answer.body);
  }
  await call(`${server.url}/auth/step-up`, {
    token: confirmed.body.access_token,
    json: { totp: totpCode(secret, Date.now() + 30_000) },
  });
}

/** Opens the form of the one-time link, sends it wrong and right, and sends it again. */
async function setUp(link: string): Promise<void> {
  const { href, origin } = new URL(link);
  const code = new URL(link).searchParams.get("code") ?? "";
  codes.add(code);
  await call(href);
  for (const password of ["short", "CANARY-root-password-c4d1f7", "CANARY-root-password-c4d1f7"]) {
    await call(`${origin}/auth/setup`, {
      raw: new URLSearchParams({ code, email: "root@clinic.example", password }).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
      },
    });
  }
  await call(href);
}

/** Signs in on the hosted page, wrong and right, and opens a link that does not work. */
async function usePages(): Promise<void> {
  const jar = createCookieJar();
  let page = await call(`${server.url}/sign-in`);
  for (const password of ["CANARY-page-password-3e81d2", person.password]) {
    jar.take(page);
    const token = /name="form_token" value="([\w-]+)"/.exec(page.text)?.[1] ?? "";
    page = await call(`${server.url}/sign-in`, {
      raw: new URLSearchParams({ form_token: token, name: person.email, password }).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
        cookie: jar.header(),
      },
    });
  }
  expect(page.status).toBe(303);
  jar.take(page);
  for (const value of jar.cookies.values()) if (value.startsWith("lkr_")) secrets.add(value);
  await call(`${server.url}/reset?token=${linkToken}`);
  await call(`${server.url}/reset`, {
    raw: new URLSearchParams({
      token: linkToken,
      password: "CANARY-page-password-3e81d2",
    }).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "sec-fetch-site": "same-origin",
      cookie: jar.header(),
    },
  });
}

/** Which secrets a text holds, by their first characters. */
const found = (text: string): readonly string[] =>
  [...secrets]
    .filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)))
    .map((secret) => `${secret.slice(0, 10)}...`);

describe("no secret", () => {
  it("was forgotten by this test", () => {
    // 4 passwords, the attempt key, at least 5 pairs of tokens and the key-encryption key.
    expect(secrets.size).toBeGreaterThan(18);
  });

  it("escapes this search", () => {
    const [secret = ""] = [...secrets].slice(-1);
    expect(found(`{"msg":"login with ${secret}"}`)).toHaveLength(1);
    expect(found(`GET /?q=${encodeURIComponent(person.password)}`)).toHaveLength(1);
    expect(found("nothing to see here")).toEqual([]);
  });

  it("is in a log", () => {
    const logs = allOutput();
    const leaks = logs.flatMap(({ label, text }) =>
      found(text).map((secret) => `${label}: ${secret}`),
    );
    expect(leaks).toEqual([]);
    for (const { label, text } of logs) {
      // A token has three parts; a single encoded header says nothing.
      expect([label, /eyJ[\w-]*\.eyJ/.exec(text)]).toEqual([label, null]);
      expect([label, /lk[rm]_[\w-]{8}/.exec(text)]).toEqual([label, null]);
    }
    expect(logs.filter(({ text }) => text.includes(linkToken))).toEqual([]);
    const standardErrors = logs.filter(({ label }) => label.endsWith("error"));
    const [code = "none"] = codes;
    expect(code).toMatch(/^[\w-]{40,}$/);
    for (const { label, text } of standardErrors) {
      expect([label, text.includes(code)]).toEqual([label, false]);
    }
    // Only the line that tells the operator of the link shows it, once.
    const shown = logs.flatMap(({ text }) =>
      text.split("\n").filter((line) => line.includes(code)),
    );
    expect(shown.map((line) => JSON.parse(line).event)).toEqual(["ready"]);
    // The logs are real: the server wrote about the requests it served.
    const server = logs.filter(({ label }) => label.startsWith("latchkey serve"));
    expect(server.map(({ text }) => text).join("")).toContain("/auth/login");
  });

  it("is in an error answer", () => {
    const errors = exchanges.filter(({ status }) => status >= 400);
    expect(errors.length).toBeGreaterThan(12);
    for (const { url, text, challenge } of errors) {
      expect([url, found(`${text} ${challenge}`)]).toEqual([url, []]);
      expect([url, /eyJ|lkr_/.exec(`${text} ${challenge}`)]).toEqual([url, null]);
      // The one answer that hands the token of a first step over.
      const isAsking = text.includes('"code":"mfa_required"');
      expect([url, text.includes("lkm_")]).toEqual([url, isAsking]);
    }
  });

  it("of the server itself is in any answer or log: no private key, no password hash", () => {
    const shapes = /"(d|p|q|dp|dq|qi|k)":\s*"[\w-]{20,}"|PRIVATE KEY|\$argon2|"nonce"/;
    expect(shapes.test('{"kty":"EC","d":"AAAAAAAAAAAAAAAAAAAAAAAA"}')).toBe(true);
    for (const { url, text } of exchanges) {
      expect([url, shapes.exec(text)?.[0] ?? null]).toEqual([url, null]);
    }
    for (const { label, text } of allOutput()) {
      expect([label, shapes.exec(text)?.[0] ?? null]).toEqual([label, null]);
    }
  });

  it("is in a URL", () => {
    for (const { url } of exchanges) expect([url, found(url)]).toEqual([url, []]);
  });
});
