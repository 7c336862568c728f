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
