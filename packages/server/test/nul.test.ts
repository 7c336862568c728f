import { expect, it } from "vitest";
import { startServer } from "./test-server.ts";

it.each([
  ["GET", "/auth/admin/users?search=%00", undefined],
  ["POST", "/auth/admin/roles", { name: "nurse", description: "a\u0000b", permissions: [] }],
  ["POST", "/auth/admin/clients", { name: "a\u0000b", kind: "guard" }],
  ["POST", "/auth/login", { email: "a\u0000@example.com", password: "x" }],
] as const)(
  "%s %s: a U+0000 is the client's mistake, on every engine",
  async (method, path, json) => {
    const server = await startServer();
    const { status } = await server.control(path, {
      method,
      ...(json === undefined ? {} : { json }),
    });
    expect([400, 401, 404]).toContain(status);
  },
);
