// What people can learn about tokens: everything about their own, one answer about anybody else's.

import type { LoginAnswer } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { signUpAndLogIn, startServer, type TestServer } from "./test-server.ts";

const PATH = "/auth/me/tokens/inspect";

interface Answer {
  readonly own: boolean;
  readonly accepted: boolean | null;
  readonly header: object | null;
  readonly claims: { readonly sub: string } | null;
}

async function open(): Promise<{ server: TestServer; ann: LoginAnswer; bob: LoginAnswer }> {
  const server = await startServer();
  const ann = await signUpAndLogIn(server, "ann@example.com");
  const bob = await signUpAndLogIn(server, "bob@example.com");
  return { server, ann, bob };
}

const inspect = async (server: TestServer, by: LoginAnswer, token: string) =>
  (await server.send<Answer>(PATH, { token: by.access_token, json: { token } })).body;

const withoutSignature = (token: string): string => `${token.slice(0, -4)}AAAA`;

describe("a token of one's own", () => {
  it("is read and judged: good, taken back, changed, expired", async () => {
    const { server, ann } = await open();
    const other = await signUpAndLogIn(server, "ann@example.com");
    const token = other.access_token;
    expect(await inspect(server, ann, token)).toEqual({
      header: expect.objectContaining({ typ: "at+jwt", alg: "ES256" }),
      claims: expect.objectContaining({ sub: ann.user.id }),
      own: true,
      type: "access_token",
      accepted: true,
      reason: null,
      because: ["nothing it depends on was taken back, and it has not expired"],
    });
    expect(await inspect(server, ann, withoutSignature(token))).toMatchObject({
      own: true,
      accepted: false,
      reason: "bad_signature",
      because: [expect.stringContaining("its signature does not fit")],
    });
    await server.send("/auth/logout", { method: "POST", token });
    expect(await inspect(server, ann, token)).toMatchObject({
      own: true,
      accepted: false,
      reason: "retired",
      because: expect.arrayContaining(["its session was ended"]),
    });
    server.advance(16 * 60_000);
    const later = await signUpAndLogIn(server, "ann@example.com");
    expect(await inspect(server, later, token)).toMatchObject({ own: true, reason: "expired" });
    expect(server.log()).not.toContain(token);
  });

  it("is a refresh token too", async () => {
    const { server, ann } = await open();
    const token = ann.refresh_token ?? "";
    expect(await inspect(server, ann, token)).toMatchObject({
      own: true,
      type: "refresh_token",
      accepted: true,
      claims: null,
    });
    // It was looked at, not used.
    const renewed = await server.send("/auth/refresh", { json: { refresh_token: token } });
    expect(renewed.status).toBe(200);
  });
});

describe("a token of somebody else", () => {
  it("gets one answer, whether it is good, taken back, changed, expired or none at all", async () => {
    const { server, ann, bob } = await open();
    const token = bob.access_token;
    const { header: _, claims: __, ...judged } = await inspect(server, ann, token);
    expect(judged).toEqual({
      own: false,
      type: "unknown",
      accepted: null,
      reason: null,
      because: [],
    });
    const isTheSame = async (by: LoginAnswer, text: string, user: string | undefined) => {
      const { header: ___, claims, ...rest } = await inspect(server, by, text);
      expect([rest, claims?.sub]).toEqual([judged, user]);
    };
    await isTheSame(ann, withoutSignature(token), bob.user.id);
    await isTheSame(ann, bob.refresh_token ?? "", undefined);
    await server.send("/auth/logout", { method: "POST", token });
    await isTheSame(ann, token, bob.user.id);
    await isTheSame(ann, bob.refresh_token ?? "", undefined);
    for (const none of ["x", "a.b.c", "\u00e4", "a b", `lkr_${"A".repeat(80)}`, "a".repeat(16_000)])
      await isTheSame(ann, none, undefined);
    server.advance(16 * 60_000);
    await isTheSame(await signUpAndLogIn(server, "ann@example.com"), token, bob.user.id);
  });
});

it("needs a token of one's own to ask with, and takes none in a URL", async () => {
  const { server, ann } = await open();
  const json = { token: ann.access_token };
  expect((await server.send(PATH, { json })).status).toBe(401);
  const inUrl = await server.send(`${PATH}?token=x`, { token: ann.access_token });
  expect(inUrl.status).toBe(405);
});
