import { describe, expect, it } from "vitest";
import { claimsInWords } from "../web/src/token-words.ts";

const now = Date.UTC(2030, 0, 2, 12, 0, 0);
const seconds = now / 1000;
const claims = {
  iss: "https://id.example",
  sub: "ann-id",
  aud: ["https://id.example"],
  exp: seconds + 840,
  iat: seconds - 60,
  jti: "token-id",
  client_id: "latchkey",
  sid: "session-id",
  auth_time: seconds - 3600,
  amr: ["pwd", "otp", "mfa"],
  acr: "aal2",
  roles: ["doctor"],
  permissions: ["appointments:read-own-calendar"],
  handles: ["a", "b"],
  ward: { floor: 3 },
};
const wordsOf = (name: string, at = now, changes: object = {}): string =>
  claimsInWords({ ...claims, ...changes }, at).find(({ claim }) => claim === name)?.words ?? "";

describe("a token in words", () => {
  it("explains every claim once, those of others too", () => {
    const said = claimsInWords(claims, now).map(({ claim }) => claim);
    expect(said.toSorted()).toEqual(Object.keys(claims).toSorted());
    expect(wordsOf("ward")).toContain('{"floor":3}');
  });

  it("says who may what, and how they signed in", () => {
    expect(wordsOf("amr")).toBe("You did so with a password, a one-time code and two factors.");
    expect(wordsOf("roles")).toBe("Your roles: doctor.");
    expect(wordsOf("roles", now, { roles: [] })).toBe("You have no roles.");
    expect(wordsOf("handles")).toContain("2 more names");
    expect(wordsOf("handles", now, { handles: ["a"] })).toContain("on one more name, of");
    expect(wordsOf("acr")).toContain("two factors");
    expect(wordsOf("acr", now, { acr: "aal1" })).toBe("That was one factor.");
  });

  it("counts down, and never below zero", () => {
    expect(wordsOf("exp")).toContain("14 minutes left");
    expect(wordsOf("exp", now + 800_000)).toContain("40 seconds left");
    expect(wordsOf("exp", now + 900_000)).toContain("0 seconds left");
  });

  it("says nothing of claims that are not there", () => {
    expect(claimsInWords({}, now)).toEqual([]);
  });
});
