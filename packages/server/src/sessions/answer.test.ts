import { refreshCookieName } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { plainResponse } from "../http/direct.ts";
import { refreshAnswer, signInAnswer, signOutAnswer } from "./answer.ts";

const LOOPBACK = "http://localhost:4000";
const access = { token: "access", expiresIn: 900 };
const refresh = { token: "lkr_refresh", generation: 4, maxAge: 2_592_000 };
const user = {
  id: "u",
  email: "ana@example.org",
  email_verified: true,
  username: null,
  name: null,
  roles: [],
  created_at: "2026-01-01T00:00:00.000Z",
};

describe("answers that carry tokens", () => {
  it("a loopback issuer's cookies go without Secure, under a name that says so", () => {
    const answer = signInAnswer({ issuer: LOOPBACK, transport: "cookie", access, refresh, user });
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^lk-dev-[\w-]{12}-[01]=lkr_refresh; /);
      expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
      expect(cookie).not.toContain("Secure");
    }
  });

  it("no cookie outlives 400 days", () => {
    const long = { ...refresh, maxAge: 900 * 86_400 };
    const issuer = "https://id.example";
    const answer = signInAnswer({ issuer, transport: "cookie", access, refresh: long, user });
    for (const cookie of answer.headers.getSetCookie()) {
      expect(cookie).toContain(`Max-Age=${400 * 86_400};`);
    }
  });

  it("the body transport answers the token and its generation, and sets no cookie", async () => {
    const answer = signInAnswer({ issuer: LOOPBACK, transport: "body", access, refresh, user });
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.json()).toEqual({
      access_token: "access",
      token_type: "Bearer",
      expires_in: 900,
      refresh_token: "lkr_refresh",
      refresh_generation: 4,
      user,
    });
  });

  it("O2: RFC 6749 section 5.1: none of them may be stored", () => {
    const renewal = { sessionId: "s", access, refresh, transport: "cookie" } as const;
    const answers = [
      signInAnswer({ issuer: LOOPBACK, transport: "body", access, refresh, user }),
      plainResponse(refreshAnswer(LOOPBACK, renewal)),
      signOutAnswer(LOOPBACK),
    ];
    for (const answer of answers) expect(answer.headers.get("Cache-Control")).toBe("no-store");
  });

  it("a renewal writes the slot of its generation's parity", () => {
    for (const generation of [4, 5]) {
      const { headers } = refreshAnswer(LOOPBACK, {
        sessionId: "s",
        access,
        refresh: { ...refresh, generation },
        transport: "cookie",
      });
      const cookie = headers["Set-Cookie"];
      const name = refreshCookieName(LOOPBACK, generation === 4 ? 0 : 1);
      expect(cookie?.startsWith(`${name}=`)).toBe(true);
    }
  });

  it("a sign-out by a foreign page clears nothing", () => {
    expect(signOutAnswer(null).headers.getSetCookie()).toEqual([]);
  });
});
