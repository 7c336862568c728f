import { errorRegistry } from "@latchkey/protocol";
import { expect, test } from "vitest";
import { Failure, failureOf } from "./failure.ts";
import { formatFailure, reportFailure } from "./report-failure.ts";

test("one line with code, what and remedy", () => {
  const failure = new Failure("port_in_use", "Another process listens on 127.0.0.1:4000.");
  expect(formatFailure(failure)).toBe(
    "latchkey: port_in_use: Another process listens on 127.0.0.1:4000. " +
      "Stop it, or choose another with --port (0 for any free one).",
  );
});

test("a name cannot forge a second line or drive the terminal", () => {
  const failure = new Failure("not_found", "There is no user a\n\u001b[31mb\u202e.");
  expect(formatFailure(failure)).toMatch(/^latchkey: not_found: There is no user a \[31mb \. /);
});

test("with JSON it goes to standard output, and a defect shows no stack", () => {
  const lines: string[] = [];
  const output = {
    line: () => undefined,
    error: () => undefined,
    json: (value: unknown) => void lines.push(JSON.stringify(value)),
  };
  expect(reportFailure(output, new TypeError("x is not a function"), true)).toBe(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ event: "error", code: "internal" });
  expect(lines[0]).not.toContain(".ts:");
});

test("errors with a code of the registry become failures with their subject", () => {
  const error = Object.assign(new Error("file is not a database"), { code: "database_corrupt" });
  const failure = failureOf(error, "/srv/data");
  expect(failure?.code).toBe("database_corrupt");
  expect(failure?.remedy).toBe(errorRegistry.database_corrupt.remedy);
  expect(failure?.message).toContain("/srv/data: file is not a database");
  expect(failureOf(new Error("x"), "/srv")).toBeUndefined();
  expect(failureOf(Object.assign(new Error("x"), { code: "toString" }), "/srv")).toBeUndefined();
});

test("a database that is away is to be started or named rightly, and is named once", () => {
  const error = Object.assign(new Error("PostgreSQL: connect ECONNREFUSED 127.0.0.1:5999"), {
    code: "database_unavailable",
  });
  const failure = failureOf(error, "PostgreSQL at 127.0.0.1:5999/x");
  expect(failure?.message).toContain("(PostgreSQL at 127.0.0.1:5999/x: connect ECONNREFUSED");
  expect(failure?.remedy).toContain("DATABASE_URL");
  expect(failure?.remedy).not.toContain("Retry-After");
  expect(failureOf(error, "/srv/data")?.remedy).toBe(errorRegistry.database_unavailable.remedy);
});
