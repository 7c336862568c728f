import { describe, expect, it } from "vitest";
import { createLogger, logAccess, MAX_LOGGED_PATH } from "./logger.ts";

function capture(): { log: ReturnType<typeof createLogger>; lines: () => string } {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { log: createLogger({ destination }), lines: () => lines.join("") };
}

describe("createLogger", () => {
  it("O6: redacts members that hold secrets", () => {
    const { log, lines } = capture();
    log.info({
      password: "sesame",
      access_token: "sesame",
      headers: { authorization: "sesame", cookie: "sesame" },
      body: { code: "sesame", refresh_token: "sesame" },
      user: { passwordHash: "sesame", id: "kept" },
    });
    expect(lines()).not.toContain("sesame");
    expect(lines()).toContain("[redacted]");
    expect(lines()).toContain("kept");
  });

  it("O6: writes of an error its type, message, code and causes, and nothing that hangs on it", () => {
    const { log, lines } = capture();
    const cause = Object.assign(new Error("inner"), { row: "sesame", code: "inner_code" });
    const error = Object.assign(new Error("outer", { cause }), { parameters: ["sesame"] });
    log.error({ err: error }, "failed");
    expect(JSON.parse(lines())).toMatchObject({
      err: { type: "Error", message: "outer", cause: { message: "inner", code: "inner_code" } },
    });
    expect(lines()).not.toContain("sesame");
    log.error({ err: "sesame" }, "failed");
    expect(lines()).not.toContain("sesame");
  });

  it("bounds the path of an access line", () => {
    const { log, lines } = capture();
    logAccess(log, {
      requestId: "r",
      method: "GET",
      path: `/${"a".repeat(5000)}`,
      status: 404,
      ms: 1,
    });
    const line = JSON.parse(lines()) as { path: string };
    expect(line.path).toHaveLength(MAX_LOGGED_PATH);
  });
});
