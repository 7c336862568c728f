import { importJwkSet, type JsonObject, verifyJwt } from "@latchkey/jose";
import { createIdentifier, FEED_TYPE, parseFeedSlice } from "@latchkey/protocol";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHandler, type RequestHandler } from "../http/handler.ts";
import { createKeyEncryption } from "../keys/key-encryption.ts";
import { loadKeyRing } from "../keys/key-ring.ts";
import type { Database } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import { createFeed } from "./feed.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { revocationRoutes } from "./routes.ts";
import { engine, type TestStore } from "../../test/engines/engines.ts";

const ISSUER = "https://id.example";
const NOW = 1_800_000_000_000;

let store: TestStore;
let database: Database;
let ledger: Ledger;
let handle: RequestHandler;
beforeAll(async () => {
  store = await engine.create();
  database = await store.open();
  ledger = await openLedger({ database });
  const keyRing = await loadKeyRing({
    database,
    keyEncryption: createKeyEncryption([{ id: "kek", key: new Uint8Array(32).fill(1) }]),
    signingAlgorithm: "ES256",
    now: NOW,
  });
  handle = createHandler({
    routes: revocationRoutes({
      feed: createFeed({ database, ledger, keyRing, issuer: ISSUER }),
      keyRing,
    }),
    issuer: ISSUER,
    origins: new Set(),
    trustedProxies: 0,
    bodyLimit: 1024,
    log: pino({ level: "silent" }),
    clock: () => NOW,
  });
});
afterAll(async () => {
  await database.close();
  await store.remove();
});

function get(path: string): Promise<Response> {
  return handle(new Request(ISSUER + path));
}

describe("GET /auth/revocations", () => {
  it("answers a signed slice that no cache keeps, and its keys verify it", async () => {
    await writeAll(database, ledger.retire([createIdentifier()], NOW / 1000 + 900));
    const answer = await get("/auth/revocations");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("application/jwt");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const keys = await get("/auth/revocations/jwks");
    expect(keys.headers.get("Content-Type")).toBe("application/jwk-set+json");
    expect(keys.headers.get("Cache-Control")).toMatch(/^public, max-age=\d+$/);
    const { claims } = verifyJwt(await answer.text(), importJwkSet(await keys.json()), {
      typ: FEED_TYPE,
      issuer: ISSUER,
      now: NOW / 1000,
    });
    const slice = parseFeedSlice(claims as JsonObject);
    expect(slice).toMatchObject({ from: 0, to: 1, snapshot: true });

    const delta = await get(`/auth/revocations?after=${ledger.id}:1`);
    expect(delta.status).toBe(200);
  });

  it.each([
    ["another ledger", `after=${createIdentifier()}:1`, 410, "feed_position_gone"],
    ["a malformed position", "after=x", 400, "invalid_request"],
    ["an empty position", "after=", 400, "invalid_request"],
    [
      "two positions",
      `after=${createIdentifier()}:1&after=${createIdentifier()}:2`,
      400,
      "invalid_request",
    ],
    ["an unknown parameter", "before=1", 400, "invalid_request"],
  ])("refuses %s", async (_, query, status, code) => {
    const answer = await get(`/auth/revocations?${query}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await answer.json()).toMatchObject({ code });
  });
});
