// N1, N9 and N10 of the catalogue: another address for an account.

import type { LoginAnswer, Problem } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { latestMail, mailsTo, otherDigits } from "../../../test/mailbox.ts";
import {
  logIn,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "../../../test/test-server.ts";

const ANN = "ann@example.com";
const NEW = "ann@new.example";

async function start() {
  const server = await startServer();
  const here = await signUpAndLogIn(server, ANN);
  const there = await logIn(server, ANN);
  return { server, here, there };
}

const change = (server: TestServer, token: string, json: object = {}) =>
  server.send<Problem>("/auth/me/email", { token, json: { email: NEW, ...json } });

const confirm = (server: TestServer, json: object, token?: string) =>
  server.send<Partial<LoginAnswer> & Partial<Problem>>("/auth/me/email/confirm", {
    json,
    ...(token === undefined ? {} : { token }),
  });

const login = async (server: TestServer, email: string) =>
  (await server.send("/auth/login", { json: { email, password: PASSWORD } })).status;

const me = async (server: TestServer, token: string) =>
  (await server.send("/auth/me", { token })).status;

const refresh = async (server: TestServer, { refresh_token }: LoginAnswer) =>
  (await server.send("/auth/refresh", { json: { refresh_token } })).status;

describe("another address", () => {
  it("counts when it is proved by its code; all other sessions end, this one goes on", async () => {
    const { server, here, there } = await start();
    const asked = await change(server, here.access_token);
    expect([asked.status, asked.text]).toEqual([202, "{}"]);
    expect(await me(server, here.access_token)).toBe(200);
    expect(await login(server, NEW)).toBe(401);
    const { code, kind, text } = await latestMail(server, NEW);
    expect([kind, text.includes(ANN)]).toEqual(["confirm_new_email", true]);
    const answer = await confirm(server, { code }, here.access_token);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ token_type: "Bearer", expires_in: 900 });
    expect(await me(server, String(answer.body.access_token))).toBe(200);
    for (const token of [here.access_token, there.access_token]) {
      expect(await me(server, token)).toBe(401);
    }
    expect(await refresh(server, here)).toBe(200);
    expect(await refresh(server, there)).toBe(401);
    expect(await login(server, ANN)).toBe(401);
    expect(await login(server, NEW)).toBe(200);
  });

  it("tells the old one twice", async () => {
    const { server, here } = await start();
    await change(server, here.access_token);
    const { code } = await latestMail(server, NEW);
    expect((await latestMail(server, ANN)).kind).toBe("email_change_asked");
    await confirm(server, { code }, here.access_token);
    const done = await latestMail(server, ANN);
    expect(done.kind).toBe("email_changed");
    expect(done.text).toContain(NEW);
    expect([done.token, done.code]).toEqual(["", ""]);
  });

  it("is proved by the link in any session of the account, and that one goes on", async () => {
    const { server, here, there } = await start();
    await change(server, here.access_token);
    const { token } = await latestMail(server, NEW);
    const answer = await confirm(server, { token }, there.access_token);
    expect(answer.status).toBe(200);
    expect(await me(server, String(answer.body.access_token))).toBe(200);
    expect(await me(server, here.access_token)).toBe(401);
    expect(await refresh(server, there)).toBe(200);
    expect(await refresh(server, here)).toBe(401);
    expect(await login(server, NEW)).toBe(200);
  });

  it("N9: is not proved by whoever reads a mail that went astray", async () => {
    const { server, here } = await start();
    await change(server, here.access_token);
    const { token } = await latestMail(server, NEW);
    const stranger = await confirm(server, { token });
    expect([stranger.status, stranger.body.code]).toEqual([401, "token_required"]);
    const eve = await signUpAndLogIn(server, "eve@example.com");
    const other = await confirm(server, { token }, eve.access_token);
    expect([other.status, other.body.code]).toEqual([403, "code_invalid"]);
    expect(await login(server, ANN)).toBe(200);
    // Nothing was spent.
    expect((await confirm(server, { token }, here.access_token)).status).toBe(200);
  });

  it("N9: of twenty racing proofs one counts", async () => {
    const { server, here } = await start();
    await change(server, here.access_token);
    const { token } = await latestMail(server, NEW);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        server.send("/auth/me/email/confirm", {
          json: { token },
          token: here.access_token,
          address: `198.51.100.${index}`,
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    // Spent, or the change has taken the access token back.
    expect(answers.filter(({ status }) => status === 403 || status === 401)).toHaveLength(19);
  });

  it("N9: is void when the password changed since, late, for another account, and guessed", async () => {
    const { server, here } = await start();
    const eve = await signUpAndLogIn(server, "eve@example.com");
    await change(server, here.access_token);
    const { code, token } = await latestMail(server, NEW);
    expect((await confirm(server, { code }, eve.access_token)).body.code).toBe("code_invalid");
    expect((await confirm(server, { code })).status).toBe(401);
    const guessed = await confirm(server, { code: otherDigits(code) }, here.access_token);
    expect(guessed.body.code).toBe("code_invalid");
    const json = { password: "nine grey geese at noon" };
    const path = `/auth/admin/users/${here.user.id}/password`;
    await server.control(path, { method: "PUT", json });
    const again = await server.send<LoginAnswer>("/auth/login", { json: { email: ANN, ...json } });
    const late = await confirm(server, { token }, again.body.access_token);
    expect(late.body.code).toBe("code_invalid");
    expect(await login(server, NEW)).toBe(401);
  });

  it("ends after an hour", async () => {
    const { server, here } = await start();
    await change(server, here.access_token);
    const { token } = await latestMail(server, NEW);
    server.advance(60 * 60_000 + 1);
    const { access_token: fresh } = await logIn(server, ANN);
    expect((await confirm(server, { token }, fresh)).body.code).toBe("code_invalid");
  });

  it("N1: that has an account is answered alike; its owner is told, and nobody can prove it", async () => {
    const { server, here } = await start();
    await signUpAndLogIn(server, "bob@example.com");
    const known = await change(server, here.access_token, { email: "bob@example.com" });
    const unknown = await change(server, here.access_token);
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
    expect((await latestMail(server, "bob@example.com")).kind).toBe("new_email_known");
    const [first] = await mailsTo(server, "bob@example.com");
    expect(first?.text).not.toContain(ANN);
  });

  it("that got an account meanwhile is refused to whoever proved it", async () => {
    const { server, here } = await start();
    await change(server, here.access_token);
    await signUpAndLogIn(server, NEW);
    const mails = await mailsTo(server, NEW);
    const mail = mails.find(({ kind }) => kind === "confirm_new_email");
    const token = /[?&]token=([A-Za-z0-9_-]{43})/.exec(mail?.text ?? "")?.[1];
    const answer = await confirm(server, { token }, here.access_token);
    expect([answer.status, answer.body.code]).toEqual([409, "email_taken"]);
    expect(await me(server, here.access_token)).toBe(200);
  });

  it("asks for a fresh sign-in, or the current password", async () => {
    const { server, here } = await start();
    server.advance(11 * 60_000);
    const stale = await change(server, here.access_token);
    expect([stale.status, stale.body.code]).toEqual([401, "step_up_required"]);
    expect(stale.headers.get("WWW-Authenticate")).toContain("insufficient_user_authentication");
    const wrong = await change(server, here.access_token, { current_password: "something else" });
    expect([wrong.status, wrong.body.code]).toEqual([401, "invalid_credentials"]);
    expect(await mailsTo(server, NEW)).toEqual([]);
    const right = await change(server, here.access_token, { current_password: PASSWORD });
    expect(right.status).toBe(202);
  });

  it("is not the one that the account has, however it is spelled", async () => {
    const { server, here } = await start();
    const answer = await change(server, here.access_token, { email: "Ann@EXAMPLE.com" });
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
  });

  it("needs a token", async () => {
    const { server } = await start();
    const answer = await server.send<Problem>("/auth/me/email", { json: { email: NEW } });
    expect(answer.body.code).toBe("token_required");
    const { code } = (await confirm(server, { code: "123456" })).body;
    expect(code).toBe("token_required");
  });
});
