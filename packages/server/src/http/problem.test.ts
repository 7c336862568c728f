import type { ErrorCode, Problem } from "@latchkey/protocol";
import { HTTPException } from "hono/http-exception";
import { describe, expect, it } from "vitest";
import { DatabaseError } from "../storage/database.ts";
import { WriteConflict } from "../storage/write.ts";
import { isServerFault, problemResponse } from "./problem.ts";
import { Refusal } from "./refusal.ts";

const read = async (error: unknown): Promise<Problem> =>
  (await problemResponse(error).json()) as Problem;

describe("problemResponse (RFC 9457)", () => {
  it("says code, type, title, status and remedy", async () => {
    const response = problemResponse(new Refusal("invalid_credentials"));
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.json()).toEqual({
      type: "urn:latchkey:error:invalid_credentials",
      title: "Invalid credentials",
      status: 401,
      code: "invalid_credentials",
      detail:
        "Check the spelling, or reset the password. If you just signed up, confirm your address first.",
    });
  });

  it("carries detail, wrong members and headers of a refusal, and never its cause", async () => {
    const refusal = new Refusal("invalid_request", {
      detail: "Say less.",
      errors: [{ path: "name", message: "Too long" }],
      headers: { Allow: "GET" },
      cause: new Error("select secret"),
    });
    const response = problemResponse(refusal);
    expect(response.headers.get("Allow")).toBe("GET");
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ detail: "Say less.", errors: refusal.errors });
    expect(text).not.toContain("secret");
  });

  it("RFC 9110 section 15.5.2: challenges with every 401, the refusal's own before the plain one", () => {
    const challenge = (error: Refusal): string | null =>
      problemResponse(error).headers.get("WWW-Authenticate");
    expect(challenge(new Refusal("token_required"))).toBe("Bearer");
    const headers = { "WWW-Authenticate": 'Bearer error="invalid_token"' };
    expect(challenge(new Refusal("invalid_token", { headers }))).toBe(
      'Bearer error="invalid_token"',
    );
    expect(challenge(new Refusal("not_found"))).toBeNull();
  });

  it.each<[string, unknown, number, ErrorCode]>([
    ["an unknown error", new Error("select secret"), 500, "internal"],
    ["something that is no error", "secret", 500, "internal"],
    ["a code of start-up", new Refusal("port_in_use"), 500, "internal"],
    ["a busy store", new DatabaseError("overloaded", "secret"), 503, "overloaded"],
    [
      "a broken store",
      new DatabaseError("database_corrupt", "secret"),
      503,
      "database_unavailable",
    ],
    [
      "a lost race",
      new WriteConflict({ committed: false, failed: 0, reason: "row-count", constraint: [] }),
      503,
      "database_unavailable",
    ],
    ["a refused type", new HTTPException(415), 415, "unsupported_media_type"],
    ["a refused body", new HTTPException(400, { message: "secret" }), 400, "invalid_request"],
    ["another HTTP error", new HTTPException(418, { message: "secret" }), 500, "internal"],
  ])("O7: answers %s by its code alone", async (_what, error, status, code) => {
    const problem = await read(error);
    expect([problem.status, problem.code]).toEqual([status, code]);
    expect(JSON.stringify(problem)).not.toContain("secret");
    expect(isServerFault(error)).toBe(status >= 500);
  });

  it("names a time to come back with 429 and 503", () => {
    for (const code of ["rate_limited", "overloaded", "not_ready"] as const) {
      expect(problemResponse(new Refusal(code)).headers.get("Retry-After")).toBe("1");
    }
  });
});
