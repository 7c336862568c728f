import { importJwkSet } from "@latchkey/jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemResponse } from "../http/problem.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database } from "../storage/database.ts";
import { createKeyEncryption } from "./key-encryption.ts";
import { type KeyRing, loadKeyRing } from "./key-ring.ts";
import { keyRoutes } from "./routes.ts";
import { engine, type TestStore } from "../../test/engines/engines.ts";

let store: TestStore;
let database: Database;
let keyRing: KeyRing;
beforeAll(async () => {
  store = await engine.create();
  database = await store.open();
  keyRing = await loadKeyRing({
    database,
    keyEncryption: createKeyEncryption([{ id: "kek", key: new Uint8Array(32).fill(1) }]),
    signingAlgorithm: "ES256",
    now: Date.now(),
  });
});
afterAll(async () => {
  await database.close();
  await store.remove();
});

const get = (path: string, authorize: () => Promise<void>): Response | Promise<Response> => {
  const routes = keyRoutes({
    database,
    keyRing,
    authorize,
    retire: () => [],
    renewKeyEncryption: () => Promise.reject(new Error("not asked for")),
    resealOthers: () => Promise.resolve(0),
  });
  routes.onError(problemResponse);
  return routes.request(path);
};
const deny = (): Promise<void> => Promise.reject(new Refusal("permission_denied"));
const allow = (): Promise<void> => Promise.resolve();

describe("GET /.well-known/jwks.json (RFC 7517 section 5)", () => {
  it("answers everyone the public keys, cacheable", async () => {
    const answer = await get("/.well-known/jwks.json", deny);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("application/jwk-set+json");
    expect(answer.headers.get("Cache-Control")).toBe("public, max-age=300");
    const body: unknown = await answer.json();
    expect(importJwkSet(body).keys).toHaveLength(2);
    expect(body).toEqual(keyRing.jwks());
  });
});

describe("GET /auth/admin/keys", () => {
  it("refuses whom the dependency refuses", async () => {
    expect((await get("/auth/admin/keys", deny)).status).toBe(403);
  });

  it("lists all keys, each with its members and no other", async () => {
    const answer = await get("/auth/admin/keys", allow);
    const { items } = (await answer.json()) as { items: Record<string, unknown>[] };
    expect(items).toHaveLength(5);
    for (const item of items) {
      expect(Object.keys(item).sort()).toEqual([
        "active_at",
        "alg",
        "created_at",
        "kid",
        "purpose",
        "retired_at",
        "state",
      ]);
      expect(item["created_at"]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    }
  });
});
