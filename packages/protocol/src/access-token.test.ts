import { describe, expect, test } from "vitest";
import {
  AccessTokenFormatError,
  MAX_LIST_CLAIM,
  parsePrincipal,
  tokenHandles,
} from "./access-token.ts";

describe("parsePrincipal", () => {
  test("reads every member", () => {
    const claims = {
      sub: "u1",
      sid: "s1",
      client_id: "latchkey",
      roles: ["doctor"],
      permissions: ["patients:read", "patients:write"],
      scope: "openid profile",
    };
    expect(parsePrincipal(claims)).toEqual({
      subject: "u1",
      sessionId: "s1",
      clientId: "latchkey",
      roles: ["doctor"],
      permissions: ["patients:read", "patients:write"],
      scopes: ["openid", "profile"],
      claims,
    });
  });

  test("what is absent is empty", () => {
    expect(parsePrincipal({ sub: "u1" })).toEqual({
      subject: "u1",
      sessionId: null,
      clientId: null,
      roles: [],
      permissions: [],
      scopes: [],
      claims: { sub: "u1" },
    });
  });

  test.each([
    ["no sub", {}],
    ["F6 empty sub", { sub: "" }],
    ["F6 sub as number", { sub: 7 }],
    ["F6 sub as list", { sub: ["u1"] }],
    ["F11 sub null", { sub: null }],
    ["sid as object", { sub: "u1", sid: { id: "s1" } }],
    ["client_id null", { sub: "u1", client_id: null }],
    ["scope as list", { sub: "u1", scope: ["read"] }],
    ["roles as string", { sub: "u1", roles: "doctor" }],
    ["roles null", { sub: "u1", roles: null }],
    ["permissions with a number", { sub: "u1", permissions: ["a", 1] }],
    ["a nested list", { sub: "u1", permissions: [["admin"]] }],
    ["an array-like object", { sub: "u1", roles: { 0: "doctor", length: 1 } }],
    ["too many roles", { sub: "u1", roles: Array.from({ length: MAX_LIST_CLAIM + 1 }, String) }],
  ])("refuses %s: a wrong type is never absent", (_name, claims) => {
    expect(() => parsePrincipal(claims)).toThrow(AccessTokenFormatError);
  });

  test("J1: an inherited member is no claim", () => {
    const claims = Object.create({ sub: "admin" }) as { sub: string };
    expect(() => parsePrincipal({ ...claims })).toThrow(AccessTokenFormatError);
    expect(
      parsePrincipal(Object.assign(Object.create({ sid: "s1" }), { sub: "u1" })),
    ).toMatchObject({ sessionId: null });
  });

  test("the principal and its lists cannot be changed", () => {
    const principal = parsePrincipal({ sub: "u1", roles: ["patient"], scope: "read" });
    expect(() => (principal.roles as string[]).push("admin")).toThrow(TypeError);
    expect(() => (principal.permissions as string[]).push("all")).toThrow(TypeError);
    expect(() => (principal.scopes as string[]).push("write")).toThrow(TypeError);
    expect(() => Object.assign(principal, { subject: "u2" })).toThrow(TypeError);
  });
});

describe("tokenHandles", () => {
  test("lists handles, jti, sid and the key", () => {
    const handles = tokenHandles({ handles: ["h1", "h2"], jti: "j1", sid: "s1" }, "k1");
    expect([...handles].sort()).toEqual(["h1", "h2", "j1", "k1", "s1"]);
  });

  test("leaves out what is absent", () => {
    expect(tokenHandles({ jti: "j1" }, undefined)).toEqual(["j1"]);
  });

  test("refuses handles that are not strings", () => {
    expect(() => tokenHandles({ handles: [1] }, "k1")).toThrow(AccessTokenFormatError);
    expect(() => tokenHandles({ handles: "h1" }, "k1")).toThrow(AccessTokenFormatError);
    expect(() => tokenHandles({ jti: 1 }, "k1")).toThrow(AccessTokenFormatError);
  });
});
