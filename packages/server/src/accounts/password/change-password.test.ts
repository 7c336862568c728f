import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { LatchkeyConfig } from "../../index.ts";
import { openTestDatabase } from "../../../test/engines/engines.ts";
import { writeAll } from "../../storage/write.ts";
import {
  logIn,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "../../../test/test-server.ts";

const ANN = "ann@example.com";
const NEW_PASSWORD = "eight loud cranes at dusk";

interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
}

async function start(config: Partial<LatchkeyConfig> = {}) {
  const server = await startServer(config);
  const here = await signUpAndLogIn(server, ANN);
  const there = await logIn(server, ANN);
  const change = (tokens: Tokens, json: object = {}, headers: Record<string, string> = {}) =>
    server.send<Tokens & { code?: string }>("/auth/me/password", {
      token: tokens.access_token,
      json: { current_password: PASSWORD, new_password: NEW_PASSWORD, ...json },
      headers,
    });
  return { ...server, server, here, there, change };
}

const signIn = (server: TestServer, password: string) =>
  server.send("/auth/login", { json: { email: ANN, password } });

const refresh = async (server: TestServer, { refresh_token }: Tokens) =>
  (await server.send("/auth/refresh", { json: { refresh_token } })).status;

describe("POST /auth/me/password", () => {
  it("N10: ends all other sessions, takes every token back, and answers a fresh one", async () => {
    const { server, send, here, there, change } = await start();
    const answer = await change(here);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.body).toMatchObject({ token_type: "Bearer", expires_in: 900 });
    for (const [token, status] of [
      [here.access_token, 401],
      [there.access_token, 401],
      [answer.body.access_token, 200],
    ] as const) {
      expect((await send("/auth/me", { token })).status).toBe(status);
    }
    expect(await refresh(server, here)).toBe(200);
    expect(await refresh(server, there)).toBe(401);
    expect((await signIn(server, PASSWORD)).status).toBe(401);
    expect((await signIn(server, NEW_PASSWORD)).status).toBe(200);
  });

  it("tells the owner by mail, in their language, and the audit log; neither holds a password", async () => {
    const { control, here, change, log } = await start();
    await change(here, {}, { "Accept-Language": "de", "User-Agent": "a browser" });
    const mails = await control<{ items: { kind: string; to: string; text: string }[] }>(
      "/auth/admin/mail",
    );
    const notice = mails.body.items.find(({ kind }) => kind === "password_changed");
    expect(notice?.to).toBe(ANN);
    expect(notice?.text).toContain("Passwort");
    for (const secret of [PASSWORD, NEW_PASSWORD, "argon2"]) {
      expect(notice?.text).not.toContain(secret);
      expect(log()).not.toContain(secret);
    }
  });

  it("N9: a reset code that was mailed before works no more", async () => {
    const { send, control, here, change } = await start();
    await send("/auth/password/forgot", { json: { email: ANN } });
    const mails = await control<{ items: { kind: string; text: string }[] }>("/auth/admin/mail");
    const mail = mails.body.items.find(({ kind }) => kind === "reset_password");
    const token = /[?&]token=([\w.-]+)/.exec(mail?.text ?? "")?.[1];
    expect(token).toBeDefined();
    expect((await change(here)).status).toBe(200);
    const reset = { token, password: "nine slow storks at noon" };
    const answer = await send("/auth/password/reset", { json: reset });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).toMatchObject({ code: "code_invalid" });
  });

  it("asks for the current password, and changes nothing without it", async () => {
    const { server, send, here, there, change } = await start();
    const answer = await change(here, { current_password: "something else entirely" });
    expect(answer).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect((await send("/auth/me", { token: there.access_token })).status).toBe(200);
    expect((await signIn(server, PASSWORD)).status).toBe(200);
    const withoutIt = await send("/auth/me/password", {
      token: here.access_token,
      json: { new_password: NEW_PASSWORD },
    });
    expect(withoutIt.status).toBe(400);
  });

  it("N7: counts guesses at it, however right the last one is", async () => {
    const { here, change } = await start();
    const statuses: number[] = [];
    for (let guess = 0; guess < 10; guess += 1) {
      statuses.push((await change(here, { current_password: `guess ${guess}` })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(await change(here)).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  });

  it.each([
    ["a short one", "fourteen chars", "password_too_short"],
    ["a common one", "passwordpassword", "password_too_common"],
    ["a common one", "123456789987654321", "password_too_common"],
    ["the owner's own address", "ann@example.com 2026", "password_too_common"],
    ["a long one", "ab cd ".repeat(200), "password_too_long"],
    ["half a character", "seven quiet cranes \ud800", "invalid_json"],
  ])("refuses %s: %j", async (_what, password, code) => {
    const { server, here, change } = await start();
    expect((await change(here, { new_password: password })).body).toMatchObject({ code });
    expect((await signIn(server, PASSWORD)).status).toBe(200);
  });

  it("N4: NFC and NFD of the same text are one password", async () => {
    const { server, here, change } = await start();
    const text = "sieben r\u00fchige K\u00e4uzchen";
    expect((await change(here, { new_password: text.normalize("NFD") })).status).toBe(200);
    expect((await signIn(server, text)).status).toBe(200);
    expect((await signIn(server, text.normalize("NFD"))).status).toBe(200);
    expect((await signIn(server, `${text} `)).status).toBe(401);
  });

  it("N3: beyond the 72nd byte and behind a NUL every byte counts", async () => {
    const { server, here, change } = await start();
    const password = `${"quiet herons ".repeat(7)}\0x`;
    expect((await change(here, { new_password: password })).status).toBe(200);
    expect((await signIn(server, `${password.slice(0, -1)}y`)).status).toBe(401);
    expect((await signIn(server, password.slice(0, 72))).status).toBe(401);
    expect((await signIn(server, password)).status).toBe(200);
  });

  it("8 characters do beside a second factor", async () => {
    const database = await openTestDatabase();
    const { here, change } = await start({ database });
    const short = { new_password: "herons 8" };
    expect((await change(here, short)).body).toMatchObject({ code: "password_too_short" });
    const seed = {
      user_id: here.user.id,
      pending: 0,
      kek_id: "none",
      sealed: new Uint8Array(64),
      last_step: 0,
      created_at: 1,
      confirmed_at: 1,
    };
    await writeAll(database, [{ query: database.query.insertInto("totp_seeds").values(seed) }]);
    expect((await change(here, short)).status).toBe(200);
  });

  it("a breached one is refused, when a range service is configured", async () => {
    const digest = createHash("sha1").update(NEW_PASSWORD).digest("hex").toUpperCase();
    const service = createServer((_request, response) => {
      response.end(`${digest.slice(5)}:3`);
    });
    service.listen(0, "127.0.0.1");
    await once(service, "listening");
    onTestFinished(() => void service.close());
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/range/`;
    const { here, change, log } = await start({ breachedPasswords: { url } });
    expect(await change(here)).toMatchObject({ status: 422, body: { code: "password_breached" } });
    expect((await change(here, { new_password: "nine slow storks at noon" })).status).toBe(200);
    expect(log()).not.toContain(digest.slice(0, 5));
  });

  it("of two changes at once one wins, and the other is told", async () => {
    const { here, change } = await start();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => change(here, { new_password: `${NEW_PASSWORD} ${n}` })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(3);
  });

  it("needs a token", async () => {
    const { send } = await start();
    const json = { current_password: PASSWORD, new_password: NEW_PASSWORD };
    expect((await send("/auth/me/password", { json })).body).toMatchObject({
      code: "token_required",
    });
  });
});
