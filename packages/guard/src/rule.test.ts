import type { Principal } from "@latchkey/protocol";
import { describe, expect, test } from "vitest";
import { Refusals } from "./authentication.ts";
import { checkRule, parseRule, type Rule } from "./rule.ts";

const principal: Principal = {
  subject: "user-1",
  sessionId: null,
  clientId: null,
  roles: ["doctor"],
  permissions: ["p:read"],
  scopes: ["read"],
  claims: { sub: "user-1" },
};

async function statusOf(rule: Rule): Promise<number> {
  const request = new Request("https://api.test/");
  const context = {
    request,
    refusals: new Refusals(undefined),
    now: 0,
    spend: async () => true,
  };
  return (await checkRule(parseRule(rule), principal, context))?.status ?? 200;
}

describe("a mistake in a rule is a TypeError when it is built", () => {
  test.each([
    [{}],
    [null],
    [undefined],
    ["p:read"],
    [["p:read"]],
    [{ permissions: "p:read" }],
    [{ Permission: "p:read" }],
    [{ permission: undefined }],
    [{ permission: "" }],
    [{ permission: [] }],
    [{ permission: [""] }],
    [{ permission: ["p:read", 7] }],
    [{ permission: { 0: "p:read", length: 1 } }],
    [{ scope: "read write" }],
    [{ scope: " read" }],
    [{ role: null }],
    [{ check: "true" }],
    [{ once: false }],
    [{ once: "true" }],
    [{ check: true }],
    [{ mfa: false }],
    [{ mfa: "true" }],
    [{ maxAge: "soon" }],
    [{ maxAge: Number.NaN }],
    [{ acr: [] }],
    [{ role: "doctor", chek: () => true }],
  ])("%j", (rule) => {
    expect(() => parseRule(rule as Rule)).toThrow(TypeError);
  });
});

test("a list that is changed afterwards changes nothing", async () => {
  const permission = ["p:read", "p:write"];
  const rule = parseRule({ permission });
  permission.pop();
  expect(rule.permissions).toEqual(["p:read", "p:write"]);
});

describe("P12: step-up", () => {
  const NOW = 1_700_000_000;
  const refused = async (rule: Rule, claims: Principal["claims"]) => {
    const context = {
      request: new Request("https://api.test/"),
      refusals: new Refusals(undefined),
      now: NOW,
      spend: async () => true,
    };
    const refusal = await checkRule(parseRule(rule), { ...principal, claims }, context);
    return refusal === null ? null : { status: refusal.status, ...refusal.challenge };
  };
  const fresh = { sub: "user-1", auth_time: NOW - 60, acr: "aal2", amr: ["pwd", "otp", "mfa"] };

  test("several factors, proved a moment ago, pass", async () => {
    expect(await refused({ mfa: true, maxAge: "10m" }, fresh)).toBeNull();
    expect(await refused({ mfa: true }, { ...fresh, auth_time: 1 })).toBeNull();
  });

  test.each([
    ["one factor", { ...fresh, acr: "aal1", amr: ["pwd"] }],
    ["no methods", { sub: "user-1", auth_time: NOW }],
    ["methods as a text", { ...fresh, amr: "pwd mfa" }],
    ["an acr alone", { ...fresh, amr: ["pwd"] }],
    ["a proof from before", { ...fresh, auth_time: NOW - 601 }],
    ["no time at all", { sub: "user-1", amr: ["mfa"] }],
    ["a time as a text", { ...fresh, auth_time: String(NOW) }],
  ])("%s is challenged", async (_name, claims) => {
    expect(await refused({ mfa: true, maxAge: "10m" }, claims)).toEqual({
      status: 401,
      error: "insufficient_user_authentication",
      maxAge: 600,
      acrValues: "aal2",
    });
  });

  test("a rule that names contexts is challenged with those", async () => {
    const challenge = await refused({ mfa: true, acr: ["phrh"] }, { ...fresh, amr: ["pwd"] });
    expect(challenge?.acrValues).toBe("phrh");
  });
});

describe("check", () => {
  test.each([
    [true, 200],
    [false, 403],
    ["false", 403],
    ["true", 403],
    [1, 403],
    [{}, 403],
    [undefined, 403],
  ])("%j -> %d", async (value, status) => {
    const check = (() => value) as unknown as () => boolean;
    expect(await statusOf({ check })).toBe(status);
    const later = (async () => value) as unknown as () => Promise<boolean>;
    expect(await statusOf({ check: later })).toBe(status);
  });

  test("is not asked when a name is missing", async () => {
    let count = 0;
    const check = (): boolean => {
      count++;
      return true;
    };
    expect(await statusOf({ role: "nurse", check })).toBe(403);
    expect(count).toBe(0);
    expect(await statusOf({ role: "doctor", check })).toBe(200);
    expect(count).toBe(1);
  });

  test("what it throws denies", async () => {
    const check = (): boolean => {
      throw new RangeError("broken");
    };
    await expect(statusOf({ check })).rejects.toThrow(RangeError);
  });
});
