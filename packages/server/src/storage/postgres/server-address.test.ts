import type { ClientConfig } from "pg";
import { expect, it } from "vitest";
import { createConnector, isExposed } from "./server-address.ts";

it.each([
  ["postgres://a:b@db.internal/x", true],
  ["postgres://a:b@db.internal/x?sslmode=prefer", true],
  ["postgres://a:b@db.internal/x?sslmode=disable", true],
  ["postgres://a:b@db.internal/x?sslmode=verify-full", false],
  ["postgres://a:b@db.internal/x?sslmode=require", false],
  ["postgres://a:b@localhost/x", false],
  ["postgres://a:b@127.0.0.1:6432/x", false],
  ["postgres://a:b@[::1]/x", false],
  ["postgres:///x?host=/run/postgresql", false],
  ["postgres://localhost.evil.example/x", true],
])("%s can be read on the way: %s", (url, expected) => {
  expect(isExposed(url)).toBe(expected);
});

it("refuses what is no URL of PostgreSQL, without repeating it", () => {
  expect(() => createConnector({ url: "mysql://app:hunter2@db/x" })).toThrow("is not postgres://");
  expect(() => createConnector({ url: "mysql://app:hunter2@db/x" })).not.toThrow("hunter2");
});

it("asks a pooler that refuses start parameters again without them, and remembers it", async () => {
  const connector = createConnector({ url: "postgres://localhost/x", schema: "auth" });
  const asked: (string | undefined)[] = [];
  const open = async ({ options }: ClientConfig): Promise<string> => {
    asked.push(options);
    if (options === undefined) return "open";
    throw Object.assign(new Error("unsupported startup parameter"), {
      severity: "FATAL",
      code: "08P01",
    });
  };
  expect(await connector(open)).toBe("open");
  expect(await connector(open)).toBe("open");
  expect(asked).toEqual([expect.stringContaining('search_path="auth"'), undefined, undefined]);
});
