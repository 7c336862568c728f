// Signing in with a second factor, and stepping up, against the real server.

import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import type { LatchkeyClient } from "../src/client.ts";
import { openBrowser } from "./test-browser.ts";
import { PASSWORD, startServer, type TestServer } from "./test-server.ts";

const EMAIL = "ada@example.com";
const STEP = 30_000;

/** The code of an authenticator app; RFC 6238, SHA-1, six digits. */
function totp(secret: string, now: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"));
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / STEP)));
  const hmac = createHmac("sha1", Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2))));
  const digest = hmac.update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}

async function open() {
  const server = await startServer();
  await server.createUser(EMAIL);
  const browser = openBrowser(server);
  const { client } = browser.openTab();
  await client.signIn({ email: EMAIL, password: PASSWORD });
  return { server, browser, client };
}

/** Sets an authenticator app up; the next code is of the next step. */
async function enrol(server: TestServer, client: LatchkeyClient) {
  const { secret } = await client.request<{ secret: string }>("/auth/me/totp", { json: {} });
  const confirmed = await client.request<{ recovery_codes?: readonly string[] }>(
    "/auth/me/totp/confirm",
    { json: { code: totp(secret, server.now()) } },
  );
  server.advance(STEP);
  return { secret, recoveryCodes: confirmed.recovery_codes ?? [] };
}

test("a change of factors takes the token back, and its answer brings the next one", async () => {
  const { server, client, browser } = await open();
  const before = await client.getAccessToken();
  await enrol(server, client);
  const after = await client.getAccessToken();
  expect(after).not.toBe(before);
  browser.sent.length = 0;
  await client.request("/auth/me");
  expect(browser.sent.map(({ path, status }) => [path, status])).toEqual([["/auth/me", 200]]);
});

test("a password is half of the way: the second factor completes it", async () => {
  const { server, client } = await open();
  const { secret } = await enrol(server, client);
  await client.signOut();
  const half = await client.signIn({ email: EMAIL, password: PASSWORD });
  if (half.status !== "mfa_required") throw new Error(half.status);
  expect(half.factors).toContain("totp");
  expect(half.expiresIn).toBeGreaterThan(0);
  expect(client.getSnapshot().status).toBe("signed_out");
  await expect(client.completeSignIn(half.mfaToken, { totp: "000000" })).rejects.toMatchObject({
    name: "LatchkeyClientError",
    status: 401,
  });
  const code = totp(secret, server.now());
  expect(await client.completeSignIn(half.mfaToken, { totp: code })).toMatchObject({
    status: "signed_in",
    user: { email: EMAIL },
    recoveryCodes: null,
  });
  expect(client.getSnapshot()).toMatchObject({ status: "signed_in", claims: { acr: "aal2" } });
});

test("a recovery code completes it too", async () => {
  const { server, client } = await open();
  const { recoveryCodes } = await enrol(server, client);
  await client.signOut();
  const half = await client.signIn({ email: EMAIL, password: PASSWORD });
  if (half.status !== "mfa_required") throw new Error(half.status);
  const [recoveryCode = ""] = recoveryCodes;
  const whole = await client.completeSignIn(half.mfaToken, { recoveryCode });
  expect(whole.status).toBe("signed_in");
});

test("stepping up makes the sign-in fresh again, with a token that says so", async () => {
  const { server, client } = await open();
  const authTime = (): unknown => {
    const session = client.getSnapshot();
    return session.status === "signed_in" ? session.claims["auth_time"] : undefined;
  };
  const before = authTime();
  server.advance(3_600_000);
  await client.stepUp({ password: PASSWORD });
  expect(Number(authTime()) - Number(before)).toBeGreaterThanOrEqual(3_600);
  await expect(client.stepUp({ password: "wrong" })).rejects.toMatchObject({
    name: "LatchkeyClientError",
  });
});
