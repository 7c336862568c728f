// N12 of the catalogue: what is broken or wrongly set refuses; nothing that fails lets anybody in.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Problem } from "@latchkey/protocol";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { createLatchkey, type Database, DatabaseError } from "../src/index.ts";
import { openTestDatabase } from "./engines/engines.ts";
import {
  createAdministrator,
  ISSUER,
  PASSWORD,
  signUpAndLogIn,
  startServer,
  type TestServer,
} from "./test-server.ts";

/** A server on a real store, and a switch that cuts the way to it. */
async function startOnStore(): Promise<{
  server: TestServer;
  cut: (what: "read" | "write") => void;
}> {
  const store = await openTestDatabase();
  const isCut = { read: false, write: false };
  const fail = async (): Promise<never> => {
    throw new DatabaseError("database_unavailable", "cut");
  };
  const database: Database = {
    dialect: store.dialect,
    query: store.query,
    close: () => store.close(),
    read: (query) => (isCut.read ? fail() : store.read(query)),
    write: (steps) => (isCut.write ? fail() : store.write(steps)),
  };
  const server = await startServer({ database });
  return {
    server,
    cut: (what) => {
      isCut[what] = true;
    },
  };
}

describe("a store that fails", () => {
  const json = { email: "ann@example.com", password: PASSWORD };

  it("in read: nobody is signed in or renewed", async () => {
    const { server, cut } = await startOnStore();
    const ann = await signUpAndLogIn(server, json.email);
    cut("read");
    for (const [path, body] of [
      ["/auth/login", json],
      ["/auth/refresh", { refresh_token: ann.refresh_token }],
      ["/auth/deletion/cancel", { token: "A".repeat(43) }],
    ] as const) {
      const answer = await server.send<Problem>(path, { json: body });
      expect([path, answer.status, answer.body.code]).toEqual([path, 503, "database_unavailable"]);
    }
  });

  it("in write: nobody is signed in or made", async () => {
    const { server, cut } = await startOnStore();
    await signUpAndLogIn(server, json.email);
    cut("write");
    for (const [path, body] of [
      ["/auth/login", json],
      ["/auth/login", { ...json, password: "wrong" }],
      ["/auth/signup", { ...json, email: "bob@example.com" }],
    ] as const) {
      const answer = await server.send<Problem>(path, { json: body });
      expect([path, answer.status, answer.body.code]).toEqual([path, 503, "database_unavailable"]);
    }
  });

  it("in read: no token is taken for one that was not taken back, no administrator for one", async () => {
    const { server, cut } = await startOnStore();
    const root = await createAdministrator(server);
    cut("read");
    for (const path of ["/auth/me", "/auth/admin/users", "/auth/sessions", "/auth/me/export"]) {
      const answer = await server.send<Problem>(path, { token: root.access_token });
      expect([path, answer.status, answer.body.code]).toEqual([path, 503, "database_unavailable"]);
    }
  });

  it("in write: an account is not deleted without its line in the audit log", async () => {
    const { server, cut } = await startOnStore();
    const ann = await signUpAndLogIn(server, "ann@example.com");
    cut("write");
    const answer = await server.send("/auth/me", { method: "DELETE", token: ann.access_token });
    expect(answer.status).toBe(503);
    const user = await server.control(`/auth/admin/users/${ann.user.id}`);
    expect(user.body).toMatchObject({ disabled: false });
  });
});

test("a claims hook that throws, or sets a claim of ours, makes no token at all", async () => {
  for (const claims of [
    () => {
      throw new Error("the hook's own trouble");
    },
    () => ({ permissions: ["latchkey:admin"] }),
  ]) {
    const server = await startServer({ claims });
    const json = { email: "ann@example.com", password: PASSWORD };
    await server.send("/auth/signup", { json });
    const answer = await server.send<Problem>("/auth/login", { json });
    expect([answer.status, answer.body.code]).toEqual([500, "internal"]);
    expect(answer.text).not.toContain("trouble");
    // No session was left behind.
    const audit = await server.control<{ items: object[] }>(
      "/auth/admin/audit?kind=login&outcome=success",
    );
    expect(audit.body.items).toEqual([]);
  }
});

test.each([
  ["blank", new Uint8Array(32)],
  ["short", new Uint8Array(16).fill(7)],
])("a %s key-encryption key ends the start", async (_, key) => {
  const directory = await mkdtemp(join(tmpdir(), "latchkey-key-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const latchkey = createLatchkey({
    issuer: ISSUER,
    data: join(directory, "data"),
    keyEncryption: { keys: [{ id: "a", key }] },
  });
  onTestFinished(() => latchkey.close());
  await expect(latchkey.ready()).rejects.toThrow("key-encryption key a is");
  const answer = await latchkey.fetch(new Request(`${ISSUER}/auth/me`));
  expect(answer.status).toBe(500);
});
