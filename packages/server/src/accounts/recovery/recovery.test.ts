// N9 of the catalogue: a forgotten password. Also O4 (Host header), O6 (logs), N8 (second factor).

import type { Problem } from "@latchkey/protocol";
import { Secret, TOTP } from "otpauth";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../guessing/limits.ts";
import { latestMail, mailsTo, otherDigits } from "../../../test/mailbox.ts";
import {
  type Answer,
  logIn,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "../../../test/test-server.ts";

const ANN = "ann@example.com";
const NEW = "eight loud cranes at dusk";
const INVALID = { status: 403, body: { code: "code_invalid" } };

async function start() {
  const server = await startServer();
  const tokens = await signUpAndLogIn(server, ANN);
  return { server, tokens };
}

const forgot = (server: TestServer, email: string = ANN, headers: Record<string, string> = {}) =>
  server.send<Problem>("/auth/password/forgot", { json: { email }, headers });

const reset = (server: TestServer, json: object) =>
  server.send<Problem>("/auth/password/reset", { json: { password: NEW, ...json } });

const login = (server: TestServer, password: string, email = ANN) =>
  server.send<Problem>("/auth/login", { json: { email, password } });

async function ask(server: TestServer, email: string = ANN) {
  expect((await forgot(server, email)).status).toBe(202);
  return latestMail(server, email);
}

async function latestToken(server: TestServer): Promise<{ readonly token: string }> {
  const { token } = await latestMail(server, ANN);
  return { token };
}

function visible({ status, text, headers }: Answer): unknown {
  const shown = Object.fromEntries(headers);
  delete shown["latchkey-request-id"];
  return { status, text, headers: shown };
}

describe("a forgotten password", () => {
  it("is set by the link: every session ends, and nobody is signed in", async () => {
    const { server, tokens } = await start();
    const there = await logIn(server, ANN);
    const { token, kind } = await ask(server);
    expect(kind).toBe("reset_password");
    const answer = await reset(server, { token });
    expect([answer.status, answer.text, answer.headers.get("Set-Cookie")]).toEqual([
      200,
      "{}",
      null,
    ]);
    for (const session of [tokens, there]) {
      expect((await server.send("/auth/me", { token: session.access_token })).status).toBe(401);
      const json = { refresh_token: session.refresh_token };
      expect((await server.send("/auth/refresh", { json })).status).toBe(401);
    }
    expect((await login(server, PASSWORD)).status).toBe(401);
    expect((await login(server, NEW)).status).toBe(200);
    const notice = await latestMail(server, ANN);
    expect([notice.kind, notice.token, notice.code]).toEqual(["password_reset", "", ""]);
  });

  it("is set by the digits with the address they went to", async () => {
    const { server } = await start();
    const { code } = await ask(server);
    expect((await reset(server, { email: "ANN@example.com", code })).status).toBe(200);
    expect((await login(server, NEW)).status).toBe(200);
    expect(await reset(server, { email: ANN, code })).toMatchObject(INVALID);
  });

  it("proves the address, since the mail came to it", async () => {
    const { server } = await start();
    const { token } = await ask(server);
    await reset(server, { token });
    const { user } = (await login(server, NEW)).body as unknown as { user: object };
    expect(user).toMatchObject({ email_verified: true });
  });
});

describe("N11: what a stranger left in an account whose address was never proved", () => {
  async function startWithFactor(isProved: boolean) {
    const { server, tokens } = await start();
    const path = `/auth/admin/users/${tokens.user.id}`;
    await server.control(path, { method: "PATCH", json: { email_verified: isProved } });
    const { access_token: token } = tokens;
    const begun = await server.send<{ secret: string }>("/auth/me/totp", { method: "POST", token });
    const code = new TOTP({ secret: Secret.fromBase32(begun.body.secret) }).generate();
    const confirmed = await server.send("/auth/me/totp/confirm", { token, json: { code } });
    expect(confirmed.status).toBe(200);
    expect((await login(server, PASSWORD)).body.code).toBe("mfa_required");
    await reset(server, { token: (await ask(server)).token });
    return server;
  }

  it("is no factor of whoever proves it by a reset", async () => {
    expect((await login(await startWithFactor(false), NEW)).status).toBe(200);
  });

  it("N8: and a factor of a proved account stays one", async () => {
    expect((await login(await startWithFactor(true), NEW)).body.code).toBe("mfa_required");
  });
});

describe("N9: a code of a reset", () => {
  it("is spent once, by whichever of twenty racing requests is first", async () => {
    const { server } = await start();
    const { token, code } = await ask(server);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        server.send<Problem>("/auth/password/reset", {
          json: {
            ...(index % 4 === 0 ? { email: ANN, code } : { token }),
            password: `${NEW} ${index}`,
          },
          // From many places, so that no limit of one decides it.
          address: `198.51.100.${index}`,
        }),
      ),
    );
    const losers = answers.filter(({ status }) => status !== 200);
    expect(losers).toHaveLength(19);
    for (const loser of losers) expect(loser).toMatchObject(INVALID);
    for (const [index, answer] of answers.entries()) {
      const { status } = await login(server, `${NEW} ${index}`);
      expect(status === 200).toBe(answer.status === 200);
    }
    expect(await reset(server, { token })).toMatchObject(INVALID);
  });

  it("dies when the password changes (CVE-2026-26060)", async () => {
    const { server, tokens } = await start();
    const { token, code } = await ask(server);
    const path = `/auth/admin/users/${tokens.user.id}/password`;
    await server.control(path, { method: "PUT", json: { password: "nine grey geese at noon" } });
    expect(await reset(server, { token })).toMatchObject(INVALID);
    expect(await reset(server, { email: ANN, code })).toMatchObject(INVALID);
    expect((await login(server, "nine grey geese at noon")).status).toBe(200);
  });

  it("dies when another is asked for, and all die when one is used", async () => {
    const { server } = await start();
    const first = await ask(server);
    const second = await ask(server);
    expect(await reset(server, { token: first.token })).toMatchObject(INVALID);
    expect((await reset(server, { token: second.token })).status).toBe(200);
    expect(await reset(server, { email: ANN, code: second.code })).toMatchObject(INVALID);
  });

  it("dies after half an hour (CVE-2023-1976)", async () => {
    const { server } = await start();
    const { token, code } = await ask(server);
    server.advance(30 * 60_000 + 1);
    expect(await reset(server, { token })).toMatchObject(INVALID);
    expect(await reset(server, { email: ANN, code })).toMatchObject(INVALID);
  });

  it("dies when the account is disabled, and none is mailed to one that is", async () => {
    const { server, tokens } = await start();
    const { token } = await ask(server);
    const path = `/auth/admin/users/${tokens.user.id}`;
    await server.control(path, { method: "PATCH", json: { disabled: true } });
    expect(await reset(server, { token })).toMatchObject(INVALID);
    const before = (await mailsTo(server, ANN)).length;
    expect((await forgot(server)).status).toBe(202);
    expect(await mailsTo(server, ANN)).toHaveLength(before);
  });

  it("is of one account and of one purpose", async () => {
    const { server } = await start();
    await signUpAndLogIn(server, "bob@example.com");
    const { code, token } = await ask(server);
    // Bob has asked too, and has other digits.
    while ((await ask(server, "bob@example.com")).code === code) server.advance(1);
    expect(await reset(server, { email: "bob@example.com", code })).toMatchObject(INVALID);
    const json = { token, password: NEW };
    expect(await server.send("/auth/email/verify", { json })).toMatchObject(INVALID);
    const proof = (await mailsTo(server, ANN)).find(({ kind }) => kind === "sign_up");
    const proofToken = /[?&]token=([A-Za-z0-9_-]{43})/.exec(proof?.text ?? "")?.[1];
    expect(await reset(server, { token: proofToken })).toMatchObject(INVALID);
  });

  it("bears five tries at its digits", async () => {
    const { server } = await start();
    const { code, token } = await ask(server);
    for (let guess = 0; guess < 5; guess += 1) {
      expect(await reset(server, { email: ANN, code: otherDigits(code) })).toMatchObject(INVALID);
    }
    expect(await reset(server, { email: ANN, code })).toMatchObject(INVALID);
    // A stranger's guesses take nothing from who holds the link.
    expect((await reset(server, { token })).status).toBe(200);
  });

  it("works on when the new password is refused", async () => {
    const { server } = await start();
    const { code } = await ask(server);
    for (let tries = 0; tries < 7; tries += 1) {
      const answer = await reset(server, { email: ANN, code, password: "short" });
      expect([answer.status, answer.body.code]).toEqual([422, "password_too_short"]);
      server.advance(60_000 * 2);
    }
    expect((await reset(server, { email: ANN, code })).status).toBe(200);
  });

  it("is neither spent nor shown by GET, whoever prefetches the link", async () => {
    const { server } = await start();
    const { token, text } = await ask(server);
    const link = /http:\/\/localhost:4000(\/reset\?token=\S+)/.exec(text)?.[1] ?? "";
    expect(link).toContain(token);
    for (const method of ["GET", "HEAD"]) await server.send(link, { method });
    expect((await server.send("/auth/password/reset", { method: "GET" })).status).toBe(405);
    expect((await reset(server, { token })).status).toBe(200);
  });

  it("is kept neither in the log nor in the audit log", async () => {
    const { server } = await start();
    const { token } = await ask(server);
    await server.send(`/reset?token=${token}`);
    await reset(server, { token });
    const audit = await server.control("/auth/admin/audit");
    for (const secret of [token, NEW, ANN]) {
      expect(server.log()).not.toContain(secret);
      expect(audit.text).not.toContain(secret);
    }
    expect(audit.text).toContain("password.reset_asked");
    expect(audit.text).toContain("password.reset");
  });
});

describe("N1, N2: asking for a reset", () => {
  it("answers alike for an account, for nobody and for a disabled one", async () => {
    const { server, tokens } = await start();
    await signUpAndLogIn(server, "off@example.com").then(({ user }) =>
      server.control(`/auth/admin/users/${user.id}`, { method: "PATCH", json: { disabled: true } }),
    );
    expect(tokens.user.email).toBe(ANN);
    const answers = [];
    for (const email of [ANN, "nobody@example.com", "off@example.com"]) {
      answers.push(visible(await forgot(server, email)));
    }
    expect(answers[0]).toMatchObject({ status: 202, text: "{}" });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await mailsTo(server, "nobody@example.com")).toEqual([]);
  });

  it("leaves rows alike, so that guesses at the digits cost alike", async () => {
    const { server } = await start();
    await forgot(server);
    await forgot(server, "nobody@example.com");
    const answers = [];
    for (const email of [ANN, "nobody@example.com"]) {
      answers.push(visible(await reset(server, { email, code: "000000" })));
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it("is limited alike", async () => {
    const limits = { resetMail: { perNameAndNetwork: { attempts: 2, per: 3600 } } };
    const server = await startServer({ rateLimits: limits });
    await signUpAndLogIn(server, ANN);
    const histories = [];
    for (const email of [ANN, "nobody@example.com"]) {
      const history = [];
      for (let i = 0; i < 4; i++) history.push((await forgot(server, email)).status);
      histories.push(history);
    }
    expect(histories[0]).toEqual([202, 202, 429, 429]);
    expect(histories[1]).toEqual(histories[0]);
  });
});

describe("N7: strangers who ask for somebody's reset again and again", () => {
  const BUDGET = DEFAULT_LIMITS.resetMail.budgetPerName.attempts;

  /** Asks from many networks, as a botnet does. */
  async function flood(server: TestServer, email: string, requests: number) {
    const answers: Answer[] = [];
    for (let network = 0; network < requests; network++) {
      const address = `198.51.${network}.7`;
      answers.push(await server.send("/auth/password/forgot", { json: { email }, address }));
    }
    return answers;
  }

  const resetMails = async (server: TestServer): Promise<number> =>
    (await mailsTo(server, ANN)).filter(({ kind }) => kind === "reset_password").length;

  it("cannot keep its owner from one: past the budget the last mail works on", async () => {
    const { server } = await start();
    const answers = await flood(server, ANN, BUDGET + 10);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(await resetMails(server)).toBe(BUDGET);
    // The owner asks too, and finds what the strangers had sent.
    expect((await forgot(server)).status).toBe(202);
    expect(await resetMails(server)).toBe(BUDGET);
    const { token } = await latestMail(server, ANN);
    expect((await reset(server, { token })).status).toBe(200);
    // Used: the next one is mailed again, whatever the budget says.
    await forgot(server);
    expect((await latestMail(server, ANN)).kind).toBe("reset_password");
  });

  it("cause one mail for each life of a code at most, past the budget, however they race", async () => {
    const { server } = await start();
    await flood(server, ANN, BUDGET);
    server.advance(30 * 60_000 + 1);
    const before = await resetMails(server);
    await Promise.all(
      Array.from({ length: 20 }, (_, network) =>
        server.send("/auth/password/forgot", {
          json: { email: ANN },
          address: `203.0.${network}.7`,
        }),
      ),
    );
    expect(await resetMails(server)).toBe(before + 1);
    expect((await reset(server, await latestToken(server))).status).toBe(200);
  });

  it("learn nothing from it: for nobody the same is answered", async () => {
    const { server } = await start();
    const known = (await flood(server, ANN, BUDGET + 3)).map(visible);
    const unknown = (await flood(server, "nobody@example.com", BUDGET + 3)).map(visible);
    expect(unknown).toEqual(known);
  });

  it("cannot use it to keep a void code in place: other credentials get a mail", async () => {
    const { server, tokens } = await start();
    await flood(server, ANN, BUDGET + 1);
    const before = await latestToken(server);
    // Voids the code and leaves its row.
    await server.control(`/auth/admin/users/${tokens.user.id}/password`, {
      method: "PUT",
      json: { password: NEW },
    });
    await forgot(server);
    expect(await latestToken(server)).not.toEqual(before);
    expect((await reset(server, await latestToken(server))).status).toBe(200);
  });

  it("do not use it up by asking for other mails", async () => {
    const { server } = await start();
    for (let network = 0; network < 25; network++) {
      const request = { json: { email: ANN }, address: `198.51.${network}.7` };
      await server.send("/auth/email/resend", request);
    }
    await ask(server);
    expect(await resetMails(server)).toBe(1);
  });
});

describe("O4: links", () => {
  it.each([
    [{ Host: "evil.example" }],
    [{ "X-Forwarded-Host": "evil.example" }],
    [{ Forwarded: "host=evil.example;proto=https" }],
    [{ "X-Forwarded-Proto": "ftp", "X-Original-URL": "http://evil.example/" }],
  ])(
    "lead to the configured issuer, whatever the request says: %j (CVE-2025-70948)",
    async (headers) => {
      const { server } = await start();
      await forgot(server, ANN, headers);
      const { text, html } = await latestMail(server, ANN);
      expect(text).toContain("http://localhost:4000/reset?token=");
      for (const form of [text, html]) expect(form).not.toContain("evil.example");
    },
  );

  it("lead there when the whole URL of the request is another's", async () => {
    const { server } = await start();
    await server.latchkey.fetch(
      new Request("http://evil.example/auth/password/forgot", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email: ANN }),
      }),
    );
    const { text } = await latestMail(server, ANN);
    expect(text).toContain("http://localhost:4000/reset?token=");
    expect(text).not.toContain("evil.example");
  });

  it("O5: hold nothing of the request that could begin a line or an element", async () => {
    const { server } = await start();
    await forgot(server, ANN, {
      "User-Agent": "<script>alert(1)</script> Bcc: eve@evil.example",
      "Accept-Language": "<script>",
    });
    const { text, html, subject } = await latestMail(server, ANN);
    for (const form of [text, html, subject]) {
      expect(form).not.toMatch(/script|Bcc|evil/);
    }
  });

  it("cannot be made to lead elsewhere by a member of the request", async () => {
    const { server } = await start();
    for (const member of ["redirect", "redirect_uri", "callbackURL", "return_to", "url"]) {
      const json = { email: ANN, [member]: "https://evil.example" };
      const answer = await server.send<Problem>("/auth/password/forgot", { json });
      expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
    }
  });
});

describe("mails of a reset", () => {
  it("come in the language that the request asks for", async () => {
    const { server } = await start();
    await forgot(server, ANN, { "Accept-Language": "fr-CH, de;q=0.5" });
    const french = await latestMail(server, ANN);
    expect(french.subject).toBe("Nouveau mot de passe pour Latchkey");
    await forgot(server, ANN, { "Accept-Language": "ja" });
    expect((await latestMail(server, ANN)).subject).toBe("Set a new password for Latchkey");
  });

  it("name the product, and speak its language when none of ours is asked for", async () => {
    const server = await startServer({ productName: "Clinic", mailLanguage: "de" });
    await signUpAndLogIn(server, ANN);
    await forgot(server);
    expect((await latestMail(server, ANN)).subject).toBe("Neues Passwort für Clinic");
  });
});
