import { describe, expect, test } from "vitest";
import { type ErrorCode, type ErrorEntry, errorRegistry } from "./error-registry.ts";
import { createProblem } from "./problem.ts";

test("RFC 9457: type, title, status and a stable code", () => {
  expect(createProblem("token_required")).toEqual({
    type: "urn:latchkey:error:token_required",
    title: "Sign-in required",
    status: 401,
    code: "token_required",
    detail: "Send `Authorization: Bearer <token>`.",
  });
});

test("detail and invalid members can be given", () => {
  const errors = [{ path: "email", message: "not an e-mail address" }];
  expect(createProblem("invalid_request", { detail: "Look here.", errors })).toMatchObject({
    detail: "Look here.",
    errors,
  });
});

describe("the registry", () => {
  const entries = Object.entries(errorRegistry) as [ErrorCode, ErrorEntry][];

  test.each(entries)("%s is complete", (code, entry) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(entry.status === 0 || (entry.status >= 400 && entry.status <= 599)).toBe(true);
    expect(entry.title).toMatch(/^[A-Z].*[^.]$/);
    expect(entry.cause).toMatch(/^[A-Z].*\.$/);
    expect(entry.remedy).toMatch(/^[A-Z].*\.$/);
  });
});
