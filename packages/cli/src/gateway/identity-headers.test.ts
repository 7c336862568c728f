import type { Principal } from "@latchkey/guard";
import { expect, test } from "vitest";
import { hasDisguisedIdentity, identityHeaders } from "./identity-headers.ts";

const principal: Principal = {
  subject: "user-1",
  sessionId: null,
  clientId: "latchkey",
  roles: ["doctor", "a,b", "x\r\nSet-Cookie: y", "é\ud800"],
  permissions: ["patients:read"],
  scopes: [],
  claims: {},
};

test("every header is there, empty where there is nothing, and no name breaks out of its header", () => {
  expect(identityHeaders(principal)).toEqual({
    "X-Latchkey-Subject": "user-1",
    "X-Latchkey-Session": "",
    "X-Latchkey-Client": "latchkey",
    "X-Latchkey-Roles": "doctor,a%2Cb,x%0D%0ASet-Cookie:%20y,%C3%A9%EF%BF%BD",
    "X-Latchkey-Permissions": "patients:read",
    "X-Latchkey-Scopes": "",
  });
  expect(Object.values(identityHeaders(null) ?? {})).toEqual(["", "", "", "", "", ""]);
});

test("what is too long to be handed on whole is not handed on", () => {
  expect(identityHeaders({ ...principal, roles: ["r".repeat(2049)] })).toBeNull();
});

test("M5, P10: other spellings of the names are noticed", () => {
  expect(hasDisguisedIdentity(["Host", "X_Latchkey_Subject"])).toBe(true);
  expect(hasDisguisedIdentity(["x-latchkey_roles"])).toBe(true);
  expect(hasDisguisedIdentity(["x.latchkey.roles"])).toBe(true);
  expect(hasDisguisedIdentity(["X-Latchkey-Subject", "X-Latchkeys"])).toBe(false);
});
