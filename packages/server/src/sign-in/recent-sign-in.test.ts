import type { Principal } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import { isRecentSignIn, RECENT_SIGN_IN_AGE, requireRecentSignIn } from "./recent-sign-in.ts";

const NOW = 1_800_000_000;

function principal(claims: Principal["claims"]): Principal {
  return {
    subject: "ann",
    sessionId: "s",
    clientId: "latchkey",
    roles: [],
    permissions: [],
    scopes: [],
    claims,
  };
}

describe("P12: a recent proof", () => {
  it.each([
    [{ auth_time: NOW }, true],
    [{ auth_time: NOW - RECENT_SIGN_IN_AGE }, true],
    [{ auth_time: NOW - RECENT_SIGN_IN_AGE - 1 }, false],
    [{}, false],
    [{ auth_time: String(NOW) }, false],
    [{ auth_time: null }, false],
  ])("%j: %s", (claims, isRecent) => {
    expect(isRecentSignIn(principal(claims), NOW * 1000)).toBe(isRecent);
  });

  it("is asked for by the challenge of RFC 9470", () => {
    expect(() => requireRecentSignIn(principal({}), NOW * 1000)).toThrow(
      expect.objectContaining({
        code: "step_up_required",
        headers: {
          "WWW-Authenticate":
            'Bearer error="insufficient_user_authentication", ' +
            'error_description="A factor must be proved again", max_age="600"',
        },
      }),
    );
  });
});
