import { describe, expect, test } from "vitest";
import { parseBearer } from "./authorization-header.ts";

describe("RFC 6750 section 2.1", () => {
  test.each(["Bearer", "bearer", "BEARER", "bEaReR"])("P1: the scheme %s is ours", (scheme) => {
    expect(parseBearer(`${scheme} a.b-c_d~e+f/g==`)).toEqual({
      kind: "token",
      token: "a.b-c_d~e+f/g==",
    });
  });

  test.each([
    null,
    undefined,
    "",
    "Basic dXNlcjpwYXNz",
    "Bearerx abc",
    "DPoP abc",
    "Bearer\tabc",
    "Token bearer",
  ])("no bearer credentials: %j", (header) => {
    expect(parseBearer(header)).toEqual({ kind: "none" });
  });

  test.each([
    "Bearer",
    "Bearer ",
    "Bearer  abc",
    "Bearer abc ",
    "Bearer a b",
    "Bearer abc, Bearer def",
    "Bearer abc,Bearer def",
    "Basic dXNlcjpwYXNz, Bearer abc",
    "Bearer abc, Basic dXNlcjpwYXNz",
    'Bearer "abc"',
    "Bearer =",
    "Bearer a=b",
    "Bearer abc\r\nX-User: admin",
    "Bearer abc\u0000",
    "Bearer äbc",
  ])("P1: malformed: %j", (header) => {
    expect(parseBearer(header).kind).toBe("malformed");
  });

  test("the reason never repeats the header", () => {
    const result = parseBearer("Bearer secret-part, Bearer other-secret");
    expect(JSON.stringify(result)).not.toContain("secret");
  });
});
