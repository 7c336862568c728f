// The life of an account by mail: the real server, and a real mail server. Sign up, prove the
// address, forget the password, set a new one, move to another address.

import type { LoginAnswer } from "@latchkey/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stopAll } from "./harness/child.ts";
import { removeDirectories } from "./harness/directory.ts";
import { type Answer, call } from "./harness/http.ts";
import { type MailServer, startMailServer } from "./harness/mail-server.ts";
import { logIn, renew, signUp } from "./harness/people.ts";
import { runCli, type Server, startServer } from "./harness/server.ts";

const mia = { email: "mia@example.com", password: "seven quiet herons at dawn", name: "Mia" };
const NEW_PASSWORD = "eight loud cranes at dusk";
const NEW_EMAIL = "mia@new.example";

let server: Server;
let mail: MailServer;

beforeAll(async () => {
  mail = await startMailServer();
  server = await startServer({
    args: [
      "--smtp-url",
      mail.url,
      "--mail-from",
      "Clinic <id@example.com>",
      "--product-name",
      "Clinic",
      "--email-sign-in",
    ],
  });
});

afterAll(async () => {
  await stopAll();
  await mail.stop();
  await removeDirectories();
});

const post = (path: string, json: object, headers?: Readonly<Record<string, string>>) =>
  call(`${server.url}${path}`, { json, ...(headers === undefined ? {} : { headers }) });

const login = (password: string, email = mia.email): Promise<Answer> =>
  post("/auth/login", { email, password });

const tokenOf = (link: string): string => new URL(link).searchParams.get("token") ?? "";

let sessions: readonly Required<LoginAnswer>[];

describe("an account by mail", () => {
  it("exists when its address is proved, and not before", async () => {
    const signedUp = await post("/auth/signup", mia, { "accept-language": "de-DE" });
    expect(signedUp.status).toBe(202);
    const { subject, code, from, to } = await mail.next(mia.email);
    expect(subject).toMatch(/Clinic/);
    expect([from, to]).toEqual(["id@example.com", [mia.email]]);
    const early = await login(mia.password);
    expect([early.status, early.body["code"]]).toEqual([401, "invalid_credentials"]);
    const proof = { sign_up: signedUp.body["sign_up"], code };
    expect((await post("/auth/email/verify", proof)).status).toBe(200);
    sessions = [await logIn(server, mia), await logIn(server, mia)];
    expect(sessions[0]?.user).toMatchObject({ email: mia.email, email_verified: true });
  });

  it("tells its owner when somebody signs up with its address, and nobody else", async () => {
    const stranger = { ...mia, password: NEW_PASSWORD, name: "Mallory" };
    await signUp(server, stranger);
    const { subject, code } = await mail.next(mia.email);
    expect(subject).toBe("You already have an account at Clinic");
    expect(code).toBe("");
    expect((await login(NEW_PASSWORD)).status).toBe(401);
  });

  it("gets a new password by a link: old sessions are dead, wherever they are", async () => {
    expect((await post("/auth/password/forgot", { email: mia.email })).status).toBe(202);
    const { link, subject } = await mail.next(mia.email);
    expect(subject).toBe("Set a new password for Clinic");
    expect(link.startsWith(`${server.url}/reset?token=`)).toBe(true);
    // What a mail scanner does changes nothing.
    await call(link);
    const reset = await post("/auth/password/reset", {
      token: tokenOf(link),
      password: NEW_PASSWORD,
    });
    expect([reset.status, reset.body]).toEqual([200, {}]);
    for (const { access_token: token, refresh_token } of sessions) {
      expect((await call(`${server.url}/auth/me`, { token })).status).toBe(401);
      expect((await renew(server, refresh_token)).status).toBe(401);
    }
    expect((await login(mia.password)).status).toBe(401);
    expect((await login(NEW_PASSWORD)).status).toBe(200);
    const notice = await mail.next(mia.email);
    expect(notice.subject).toBe("Your password at Clinic was set anew");
    const again = { token: tokenOf(link), password: mia.password };
    expect((await post("/auth/password/reset", again)).body["code"]).toBe("code_invalid");
  });

  it("signs in by a code that is mailed, without a password", async () => {
    expect((await post("/auth/login/email", { email: mia.email })).status).toBe(202);
    const { code } = await mail.next(mia.email);
    const answer = await post("/auth/login/email/confirm", { email: mia.email, code });
    expect(answer.body).toMatchObject({ token_type: "Bearer", user: { email: mia.email } });
  });

  it("moves to another address, and tells the old one", async () => {
    const { access_token: token } = await logIn(server, { ...mia, password: NEW_PASSWORD });
    const asked = await call(`${server.url}/auth/me/email`, { token, json: { email: NEW_EMAIL } });
    expect(asked.status).toBe(202);
    const { subject } = await mail.next(mia.email);
    expect(subject).toBe("Your address at Clinic is to be changed");
    const { code } = await mail.next(NEW_EMAIL);
    const confirmed = await call(`${server.url}/auth/me/email/confirm`, { token, json: { code } });
    expect(confirmed.status).toBe(200);
    const fresh = String(confirmed.body["access_token"]);
    expect((await call(`${server.url}/auth/me`, { token: fresh })).body).toMatchObject({
      email: NEW_EMAIL,
      email_verified: true,
    });
    expect((await mail.next(mia.email)).subject).toBe("Your address at Clinic was changed");
    expect((await login(NEW_PASSWORD)).status).toBe(401);
    expect((await login(NEW_PASSWORD, NEW_EMAIL)).status).toBe(200);
  });

  it("O6: no code, link or address of a mail is in the server's log or standard output", () => {
    const written = `${server.child.stdout()}\n${server.child.stderr()}`;
    expect(mail.mails.length).toBeGreaterThan(5);
    for (const { text, to } of mail.mails) {
      for (const token of text.match(/token=\S+/g) ?? []) {
        expect(written).not.toContain(token.slice("token=".length));
      }
      for (const address of to) expect(written).not.toContain(address);
    }
  });
});

describe("without a mail server", () => {
  it("mails are read with `latchkey mail`", async () => {
    const local = await startServer();
    await signUp(local, mia);
    const text = await runCli(local, ["mail"]);
    expect(text).toContain(`To: ${mia.email}`);
    expect(text).toMatch(/^ {2}\d{6}$/m);
    const json: unknown = JSON.parse(await runCli(local, ["mail", "--all", "--json"]));
    expect(json).toMatchObject({ items: [{ kind: "sign_up", to: mia.email }] });
  });
});
