// N1, N7, N8 and N9 of the catalogue: signing in by a mail alone.

import type { LoginAnswer, Problem } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { latestMail, mailsTo, otherDigits } from "../../../test/mailbox.ts";
import {
  ISSUER,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "../../../test/test-server.ts";

const ANN = "ann@example.com";

async function start(isProved = true) {
  const server = await startServer({ emailSignIn: true });
  const { user } = await signUpAndLogIn(server, ANN);
  const path = `/auth/admin/users/${user.id}`;
  await server.control(path, { method: "PATCH", json: { email_verified: isProved } });
  return { server, user };
}

const ask = (server: TestServer, email: string = ANN) =>
  server.send<Problem>("/auth/login/email", { json: { email } });

const confirm = (server: TestServer, json: object, headers: Record<string, string> = {}) =>
  server.send<LoginAnswer & Partial<Problem>>("/auth/login/email/confirm", { json, headers });

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

describe("signing in by a mail", () => {
  it("is off unless it is switched on", async () => {
    const server = await startServer();
    expect((await ask(server)).body.code).toBe("not_found");
    expect((await confirm(server, { token: "x".repeat(43) })).body.code).toBe("not_found");
  });

  it.each(["token", "code"] as const)("works by the %s of the mail, once", async (by) => {
    const { server } = await start();
    const asked = await ask(server);
    expect([asked.status, asked.text]).toEqual([202, "{}"]);
    const { token, code, kind } = await latestMail(server, ANN);
    expect(kind).toBe("sign_in");
    const proof = by === "token" ? { token } : { email: ANN, code };
    const answer = await confirm(server, proof);
    expect(answer.body).toMatchObject({ token_type: "Bearer", user: { email: ANN } });
    expect(claimsOf(answer.body.access_token)).toMatchObject({ amr: ["otp"], acr: "aal1" });
    const again = await confirm(server, proof);
    expect([again.status, again.body.code]).toEqual([403, "code_invalid"]);
  });

  it("keeps the refresh token where it is asked to, and only for our own pages", async () => {
    const { server } = await start();
    await ask(server);
    const { token } = await latestMail(server, ANN);
    const json = { token, transport: "cookie", remember: false };
    const foreign = await confirm(server, json, { Origin: "https://evil.example" });
    expect(foreign.body.code).toBe("origin_refused");
    const answer = await confirm(server, json, { Origin: ISSUER });
    expect(answer.status).toBe(200);
    expect(answer.body.refresh_token).toBeUndefined();
    expect(answer.headers.getSetCookie()).toHaveLength(2);
  });

  it("N9: of twenty racing proofs one signs in", async () => {
    const { server } = await start();
    await ask(server);
    const { token } = await latestMail(server, ANN);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        server.send("/auth/login/email/confirm", {
          json: { token },
          address: `198.51.100.${index}`,
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(19);
  });

  it("N7: bears five tries at the digits", async () => {
    const { server } = await start();
    await ask(server);
    const { code } = await latestMail(server, ANN);
    for (let guess = 0; guess < 5; guess += 1) {
      const answer = await confirm(server, { email: ANN, code: otherDigits(code) });
      expect(answer.body.code).toBe("code_invalid");
    }
    expect((await confirm(server, { email: ANN, code })).body.code).toBe("code_invalid");
  });

  it("dies after ten minutes, and when the password changed", async () => {
    const { server, user } = await start();
    await ask(server);
    const late = await latestMail(server, ANN);
    server.advance(10 * 60_000 + 1);
    expect((await confirm(server, { token: late.token })).body.code).toBe("code_invalid");
    await ask(server);
    const { token } = await latestMail(server, ANN);
    const json = { password: "nine grey geese at noon" };
    await server.control(`/auth/admin/users/${user.id}/password`, { method: "PUT", json });
    expect((await confirm(server, { token })).body.code).toBe("code_invalid");
  });

  it("N1: answers alike for nobody and for an address that was never proved, and mails neither", async () => {
    const { server } = await start(false);
    const answers = [await ask(server), await ask(server, "nobody@example.com")];
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [202, "{}"],
      [202, "{}"],
    ]);
    const kinds = (await mailsTo(server, ANN)).map(({ kind }) => kind);
    expect(kinds).not.toContain("sign_in");
    const guesses = [
      await confirm(server, { email: ANN, code: "000000" }),
      await confirm(server, { email: "nobody@example.com", code: "000000" }),
    ];
    expect(guesses.map(({ body }) => body.code)).toEqual(["code_invalid", "code_invalid"]);
  });

  it("is no password: the password still signs in, and nothing was changed", async () => {
    const { server } = await start();
    await ask(server);
    await confirm(server, { token: (await latestMail(server, ANN)).token });
    const json = { email: ANN, password: PASSWORD };
    expect((await server.send("/auth/login", { json })).status).toBe(200);
  });
});
