// N1, N2, N9 and N11 of the catalogue: sign-up with proof of address.

import type { Problem } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
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
const OTHER = "eight loud cranes at dusk";
const SECRET = /[A-Za-z0-9_-]{43}/;

interface SignedUp {
  readonly sign_up: string;
}

const start = () => startServer({ requireVerifiedEmail: true });

const signUp = (server: TestServer, json: object = {}) =>
  server.send<SignedUp & Problem>("/auth/signup", {
    json: { email: ANN, password: PASSWORD, ...json },
  });

const verify = (server: TestServer, json: object, token?: string) =>
  server.send<Problem>("/auth/email/verify", { json, ...(token === undefined ? {} : { token }) });

const login = (server: TestServer, password = PASSWORD, email = ANN) =>
  server.send<Problem & { user: { id: string; username: string | null } }>("/auth/login", {
    json: { email, password },
  });

const users = async (server: TestServer) =>
  (await server.control<{ items: { email: string }[] }>("/auth/admin/users")).body.items;

/** Everything of an answer that a stranger can compare. */
function visible({ status, text, headers }: Answer): unknown {
  const shown = Object.fromEntries(headers);
  delete shown["latchkey-request-id"];
  return { status, text: text.replace(SECRET, ""), headers: shown };
}

describe("sign-up by proof", () => {
  it("makes no account before the proof, and one with the password of the sign-up after it", async () => {
    const server = await start();
    const signedUp = await signUp(server, { username: "ann", name: "Ann" });
    expect([signedUp.status, Object.keys(signedUp.body)]).toEqual([202, ["sign_up"]]);
    expect(await users(server)).toEqual([]);
    expect((await login(server)).status).toBe(401);
    const { code, kind } = await latestMail(server, ANN);
    expect(kind).toBe("sign_up");
    const answer = await verify(server, { sign_up: signedUp.body.sign_up, code });
    expect([answer.status, answer.text]).toEqual([200, "{}"]);
    const signedIn = await login(server);
    expect(signedIn.body).toMatchObject({
      user: { email: ANN, email_verified: true, username: "ann", name: "Ann", roles: [] },
    });
  });

  it("is finished by the link with a password of its own: the one given before does not count", async () => {
    const server = await start();
    await signUp(server);
    const { token } = await latestMail(server, ANN);
    const without = await verify(server, { token });
    expect([without.status, without.body.code]).toEqual([400, "invalid_request"]);
    const short = await verify(server, { token, password: "short" });
    expect([short.status, short.body.code]).toEqual([422, "password_too_short"]);
    expect((await verify(server, { token, password: OTHER })).status).toBe(200);
    expect((await login(server)).status).toBe(401);
    expect((await login(server, OTHER)).status).toBe(200);
  });

  it("N11: pre-hijacking: a stranger's sign-up gets nothing from the owner's proof", async () => {
    const server = await start();
    const stranger = await signUp(server, { password: OTHER });
    const owner = await signUp(server);
    const [mail, strangersMail] = await mailsTo(server, ANN);
    expect([mail?.kind, strangersMail?.kind]).toEqual(["sign_up", "sign_up"]);
    const { code } = await latestMail(server, ANN);
    // The owner's code finishes the owner's sign-up only.
    const mixed = await verify(server, { sign_up: stranger.body.sign_up, code });
    expect(mixed.body.code).toBe("code_invalid");
    expect((await verify(server, { sign_up: owner.body.sign_up, code })).status).toBe(200);
    expect((await login(server)).status).toBe(200);
    expect((await login(server, OTHER)).status).toBe(401);
    // And the other sign-up is over, whatever code comes.
    const strangersCode = /^ {2}(\d{6})$/m.exec(strangersMail?.text ?? "")?.[1];
    const late = await verify(server, { sign_up: stranger.body.sign_up, code: strangersCode });
    expect([late.status, late.body.code]).toEqual([403, "code_invalid"]);
  });

  it("N11: nobody proves an address by guessing (CVE-2026-54693)", async () => {
    const server = await start();
    const { sign_up } = (await signUp(server)).body;
    const { code } = await latestMail(server, ANN);
    const guesses = await Promise.all(
      Array.from({ length: 8 }, () => verify(server, { sign_up, code: otherDigits(code) })),
    );
    expect(new Set(guesses.map(({ body }) => body.code))).toEqual(new Set(["code_invalid"]));
    expect((await verify(server, { sign_up, code })).body.code).toBe("code_invalid");
    expect(await users(server)).toEqual([]);
  });

  it("ends after an hour", async () => {
    const server = await start();
    const { sign_up } = (await signUp(server)).body;
    const { code, token } = await latestMail(server, ANN);
    server.advance(60 * 60_000 + 1);
    expect((await verify(server, { sign_up, code })).body.code).toBe("code_invalid");
    expect((await verify(server, { token, password: OTHER })).body.code).toBe("code_invalid");
  });

  it("N9: makes one account, however often and in parallel the proof comes", async () => {
    const server = await start();
    const { sign_up } = (await signUp(server)).body;
    const { code, token } = await latestMail(server, ANN);
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => verify(server, { sign_up, code })),
      ...Array.from({ length: 4 }, () => verify(server, { token, password: OTHER })),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await users(server)).toHaveLength(1);
    expect((await verify(server, { sign_up, code })).body.code).toBe("code_invalid");
  });

  it("is made without the user name when somebody took it meanwhile", async () => {
    const server = await start();
    const first = await signUp(server, { username: "ann" });
    const second = await signUp(server, { email: "bob@example.com", username: "ann" });
    const { code } = await latestMail(server, "bob@example.com");
    await verify(server, { sign_up: second.body.sign_up, code });
    const annCode = (await latestMail(server, ANN)).code;
    const answer = await verify(server, { sign_up: first.body.sign_up, code: annCode });
    expect(answer.status).toBe(200);
    expect((await login(server)).body.user.username).toBeNull();
    expect((await login(server, PASSWORD, "bob@example.com")).body.user.username).toBe("ann");
  });

  it("N1: answers and costs the same for a known address, whose owner gets a mail", async () => {
    const server = await start();
    const { sign_up } = (await signUp(server)).body;
    await verify(server, { sign_up, code: (await latestMail(server, ANN)).code });
    const known = await signUp(server, { email: "ANN@example.com", password: OTHER });
    const unknown = await signUp(server, { email: "new@example.com", password: OTHER });
    expect(visible(known)).toEqual(visible(unknown));
    expect(known.body.sign_up).not.toBe(unknown.body.sign_up);
    const mail = await latestMail(server, ANN);
    expect([mail.kind, mail.code, mail.token]).toEqual(["sign_up_known", "", ""]);
    expect(mail.text).toContain("http://localhost:4000/forgot");
    // What comes after is alike too.
    const guesses = await Promise.all(
      [known, unknown].map((answer) =>
        verify(server, { sign_up: answer.body.sign_up, code: "000000" }),
      ),
    );
    expect(guesses.map(({ body }) => body.code)).toEqual(["code_invalid", "code_invalid"]);
    expect((await login(server, OTHER)).status).toBe(401);
    expect((await login(server)).status).toBe(200);
  });

  it("N1: an address that waits for its proof signs in like an unknown one", async () => {
    const server = await start();
    await signUp(server);
    const waiting = await login(server);
    const unknown = await login(server, PASSWORD, "nobody@example.com");
    expect(visible(waiting)).toEqual(visible(unknown));
    expect(waiting.text).toContain("confirm your address");
  });

  it("mails the proof once more: the new one works, the old one does not", async () => {
    const server = await start();
    const { sign_up } = (await signUp(server)).body;
    const first = await latestMail(server, ANN);
    server.advance(50 * 60_000);
    const answer = await server.send("/auth/email/resend", { json: { email: "Ann@Example.com" } });
    expect([answer.status, answer.text]).toEqual([202, "{}"]);
    const second = await latestMail(server, ANN);
    expect(second.token).not.toBe(first.token);
    // The sign-up lives on with its new code.
    server.advance(50 * 60_000);
    expect((await verify(server, { token: first.token, password: OTHER })).status).toBe(403);
    expect((await verify(server, { sign_up, code: second.code })).status).toBe(200);
  });

  it("N1: resends for nobody and for a proved address with the same answer, and no mail", async () => {
    const server = await start();
    const { sign_up } = (await signUp(server)).body;
    await verify(server, { sign_up, code: (await latestMail(server, ANN)).code });
    await signUp(server, { email: "new@example.com" });
    const answers = [];
    for (const email of [ANN, "new@example.com", "nobody@example.com"]) {
      answers.push(visible(await server.send("/auth/email/resend", { json: { email } })));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(await mailsTo(server, ANN)).toHaveLength(1);
    expect(await mailsTo(server, "new@example.com")).toHaveLength(2);
    expect(await mailsTo(server, "nobody@example.com")).toHaveLength(0);
  });

  it("N1: a disabled account's address is known, and gets no mail that would finish nothing", async () => {
    const server = await start();
    const { sign_up } = (await signUp(server)).body;
    await verify(server, { sign_up, code: (await latestMail(server, ANN)).code });
    const { id } = (await login(server)).body.user;
    await server.control(`/auth/admin/users/${id}`, { method: "PATCH", json: { disabled: true } });
    await signUp(server, { password: OTHER });
    expect((await latestMail(server, ANN)).kind).toBe("sign_up_known");
    const before = await mailsTo(server, ANN);
    await server.send("/auth/email/resend", { json: { email: ANN } });
    expect(await mailsTo(server, ANN)).toHaveLength(before.length);
  });

  it.each([
    ["two addresses", ["ann@example.com", "eve@evil.example"]],
    ["a list", "ann@example.com,eve@evil.example"],
    ["a quoted local part (GHSA-5jpx-9hw9-2fx4)", '"eve@evil.example"@example.com'],
    ["a line break (CVE-2022-31127)", "ann@example.com\r\nBcc: eve@evil.example"],
    ["markup", "<b>ann</b>@example.com"],
    ["a null byte", "ann\u0000@example.com"],
    ["a letter that looks like another", "\u0430nn@example.com"],
    ["a domain that looks like another", "ann@ex\u0430mple.com"],
    ["an invisible character", "ann\u200b@example.com"],
    ["an overlong one", `${"a".repeat(250)}@example.com`],
  ])("N9: refuses %s", async (_what, email) => {
    const server = await start();
    for (const path of ["/auth/signup", "/auth/email/resend", "/auth/password/forgot"]) {
      const json = path === "/auth/signup" ? { email, password: PASSWORD } : { email };
      const answer = await server.send<Problem>(path, { json });
      expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
      expect(answer.body.errors?.[0]?.path).toMatch(/^email/);
    }
    const mails = await server.control<{ items: unknown[] }>("/auth/admin/mail");
    expect(mails.body.items).toEqual([]);
  });

  it.each([
    {},
    { sign_up: "x".repeat(43) },
    { sign_up: "x".repeat(43), code: "12345" },
    { sign_up: "x".repeat(43), code: 123_456 },
    { sign_up: "x".repeat(43), code: "12345\u0663" },
    { token: "short", password: OTHER },
    { token: ["x".repeat(43)], password: OTHER },
    { sign_up: "x".repeat(43), code: "123456", email_verified: true },
    { token: "x".repeat(43), code: "123456" },
  ])("refuses what is no proof: %j", async (json) => {
    const server = await start();
    expect((await verify(server, json)).body.code).toBe("invalid_request");
  });

  it("O9: GET proves nothing", async () => {
    const server = await start();
    await signUp(server);
    const { token } = await latestMail(server, ANN);
    const answer = await server.send("/auth/email/verify", { method: "GET" });
    expect(answer.status).toBe(405);
    await server.send(`/verify?token=${token}`);
    expect(await users(server)).toEqual([]);
    expect((await verify(server, { token, password: OTHER })).status).toBe(200);
  });

  it("O6: writes neither code nor link nor password into the log or the audit log", async () => {
    const server = await start();
    const { sign_up } = (await signUp(server)).body;
    const { code, token } = await latestMail(server, ANN);
    await verify(server, { sign_up, code });
    const audit = await server.control("/auth/admin/audit");
    for (const secret of [sign_up, token, PASSWORD, ANN]) {
      expect(server.log()).not.toContain(secret);
      expect(audit.text).not.toContain(secret);
    }
  });
});

describe("an account whose address was never proved", () => {
  // Made while no proof was asked for, by whoever typed the address.
  async function startWithUnproved() {
    const before = await startServer();
    const tokens = await signUpAndLogIn(before, ANN);
    return { before, tokens };
  }

  it("is confirmed by its own holder with the code of the sign-up", async () => {
    const server = await startServer();
    const { sign_up } = (await signUp(server)).body;
    const { access_token: token } = await logIn(server, ANN);
    const { code } = await latestMail(server, ANN);
    expect((await verify(server, { sign_up, code })).status).toBe(200);
    const me = await server.send("/auth/me", { token });
    expect([me.status, me.body]).toMatchObject([200, { email_verified: true }]);
  });

  it("is confirmed by a link with its own access token, and nothing ends", async () => {
    const { before: server, tokens } = await startWithUnproved();
    await server.send("/auth/email/resend", { json: { email: ANN } });
    const { token, kind } = await latestMail(server, ANN);
    expect(kind).toBe("confirm_email");
    expect((await verify(server, { token }, tokens.access_token)).status).toBe(200);
    const me = await server.send("/auth/me", { token: tokens.access_token });
    expect(me.body).toMatchObject({ email_verified: true });
  });

  it("N11: a link alone hands it to whoever reads the mail: old password and sessions end", async () => {
    const { before: server, tokens } = await startWithUnproved();
    await server.send("/auth/email/resend", { json: { email: ANN } });
    const { token } = await latestMail(server, ANN);
    const foreign = await signUpAndLogIn(server, "eve@example.com");
    expect((await verify(server, { token }, foreign.access_token)).status).toBe(400);
    expect((await verify(server, { token })).status).toBe(400);
    expect((await verify(server, { token, password: OTHER })).status).toBe(200);
    expect((await server.send("/auth/me", { token: tokens.access_token })).status).toBe(401);
    expect((await login(server)).status).toBe(401);
    expect((await login(server, OTHER)).body).toMatchObject({ user: { email_verified: true } });
    const notice = await latestMail(server, ANN);
    expect(notice.kind).toBe("password_reset");
  });

  it("N1: signs in like an unknown one where proof is required, until it is proved", async () => {
    const { before } = await startWithUnproved();
    const server = await before.restart({ requireVerifiedEmail: true });
    expect(visible(await login(server))).toEqual(
      visible(await login(server, PASSWORD, "nobody@example.com")),
    );
    await server.send("/auth/email/resend", { json: { email: ANN } });
    const { token } = await latestMail(server, ANN);
    expect((await verify(server, { token, password: OTHER })).status).toBe(200);
    expect((await login(server, OTHER)).status).toBe(200);
  });
});
