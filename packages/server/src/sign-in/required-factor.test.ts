import { createIdentifier } from "@latchkey/protocol";
import { describe, expect, it } from "vitest";
import type { SignInSubject, SubjectFactors } from "../tokens/subject.ts";
import { addFactor, requiredFactor, usableFactors } from "./required-factor.ts";

const none: SubjectFactors = { hasTotp: false, hasPasskey: false, hasRecoveryCode: false };

function subject(factors: Partial<SubjectFactors>, isDemanded = false): SignInSubject {
  return {
    id: createIdentifier(),
    email: "ann@example.com",
    emailVerified: true,
    username: null,
    name: null,
    passwordHash: null,
    handle: createIdentifier(),
    disabledAt: null,
    createdAt: 0,
    roles: [
      { id: "r", name: "plain", handle: "h", requiresMfa: false },
      { id: "s", name: "strict", handle: "i", requiresMfa: isDemanded },
    ],
    permissions: [],
    factors: { ...none, ...factors },
  };
}

describe("what a sign-in still needs", () => {
  it.each([
    [{}, false, ["pwd"], "none"],
    [{}, true, ["pwd"], "enrolment"],
    [{ hasRecoveryCode: true }, false, ["pwd"], "none"],
    [{ hasRecoveryCode: true }, true, ["pwd"], "enrolment"],
    [{ hasTotp: true }, false, ["pwd"], "second_factor"],
    [{ hasPasskey: true }, false, ["pwd"], "second_factor"],
    [{ hasTotp: true }, false, ["otp"], "second_factor"],
    [{ hasTotp: true }, true, ["pwd", "otp"], "second_factor"],
    [{ hasTotp: true }, true, ["pwd", "otp", "mfa"], "none"],
    [{ hasPasskey: true }, true, ["hwk", "user", "mfa"], "none"],
    [{}, true, ["pwd", "mfa"], "none"],
    [{ hasTotp: true }, false, [], "second_factor"],
  ] as const)("%j, demanded: %s, by %j: %s", (factors, isDemanded, amr, needed) => {
    expect(requiredFactor(subject(factors, isDemanded), amr)).toBe(needed);
  });

  it("names what can be used, recovery codes last", () => {
    const all = { hasTotp: true, hasPasskey: true, hasRecoveryCode: true };
    expect(usableFactors(subject(all))).toEqual(["totp", "passkey", "recovery_code"]);
    expect(usableFactors(subject({}))).toEqual([]);
  });

  it("says each method once", () => {
    expect(addFactor(["pwd", "otp"], ["otp"])).toEqual(["pwd", "otp", "mfa"]);
    expect(addFactor(["pwd", "otp", "mfa"], ["hwk", "user"])).toEqual([
      "pwd",
      "otp",
      "mfa",
      "hwk",
      "user",
    ]);
  });
});
