import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestSessions, type TestSessions } from "../../test/open-sessions.ts";
import { loadKeyRing, type KeyRing } from "../keys/key-ring.ts";
import { createKeyEncryption } from "../keys/key-encryption.ts";
import { REPLACEMENT_MARGIN } from "../keys/rotate-refresh-key.ts";
import type { Subject } from "../tokens/subject.ts";
import { createSessions } from "./session-service.ts";
import { issueAccessToken } from "../tokens/access-token.ts";
import { writeAll } from "../storage/write.ts";

const BEYOND_WINDOW = 11_000;
const ISSUER = "https://id.example";

let server: TestSessions;
let ana: Subject;
let keyRing: KeyRing;
let offset: number;
let sessions: ReturnType<typeof createSessions>;
const encryption = createKeyEncryption([{ id: "kek", key: randomBytes(32) }]);

beforeEach(async () => {
  server = await openTestSessions();
  ana = await server.createUser();
  offset = 0;
  // The keys of the test server are sealed with a key of its own: this ring starts afresh.
  await writeAll(server.database, [{ query: server.database.query.deleteFrom("keys") }]);
  keyRing = await open();
  sessions = createSessions({
    database: server.database,
    keyRing,
    ledger: server.ledger,
    policy: { idleLifetime: 30 * 86_400_000, absoluteLifetime: null, accessTokenLifetime: 900 },
    issueAccessToken: (input) =>
      issueAccessToken({ ...input, keyRing, issuer: ISSUER, audience: [ISSUER] }),
  });
});
afterEach(() => server.close());

function open(): Promise<KeyRing> {
  return loadKeyRing({
    database: server.database,
    keyEncryption: encryption,
    signingAlgorithm: "ES256",
    now: Date.now(),
    clock: () => Date.now() + offset,
  });
}

async function signIn() {
  const created = sessions.create({
    subject: ana,
    transport: "body",
    userAgent: null,
    address: null,
    amr: ["pwd"],
    now: Date.now(),
  });
  await writeAll(server.database, created.steps);
  return created;
}

const renew = (token: string) =>
  sessions.renew({
    presented: { transport: "body", tokens: [token] },
    attemptKeys: { attemptKeyHash: null, settledKeyHashes: [] },
    address: null,
    userAgent: null,
    now: Date.now(),
  });

const keyIdOf = (token: string | undefined) => Buffer.from((token ?? "").slice(4), "base64url")[1];

describe("rotation of the refresh key", () => {
  it("signs nobody out: tokens of the old key renew, and come out under the new one", async () => {
    const { session, refresh } = await signIn();
    await server.age(session.id, BEYOND_WINDOW);
    const made = await keyRing.rotateRefreshKey();
    expect(made).toMatchObject({ kid: "1", purpose: "refresh", state: "current" });
    expect([keyIdOf(refresh.token), keyRing.currentRefreshKey().id]).toEqual([0, 1]);
    const renewal = await renew(refresh.token);
    expect(keyIdOf(renewal.refresh?.token)).toBe(1);
    expect(await server.row(session.id)).toMatchObject({ refresh_key_id: 1, generation: 1 });
    // A retry with the old key's token inside the window gets the same successor.
    expect((await renew(refresh.token)).refresh?.token).toBe(renewal.refresh?.token);
    await server.age(session.id, BEYOND_WINDOW);
    expect((await renew(renewal.refresh?.token ?? "")).refresh?.generation).toBe(2);
  });

  it("still takes an old key's token for what it is: theft", async () => {
    const { session, refresh } = await signIn();
    await server.age(session.id, BEYOND_WINDOW);
    await keyRing.rotateRefreshKey();
    await renew(refresh.token);
    await server.age(session.id, BEYOND_WINDOW);
    await expect(renew(refresh.token)).rejects.toMatchObject({ code: "session_compromised" });
  });

  it("survives a restart, sealed", async () => {
    await keyRing.rotateRefreshKey();
    const again = await open();
    expect(again.currentRefreshKey().id).toBe(1);
    expect(again.refreshKey(0)).toBeDefined();
    const rows = await server.database.read(
      server.database.query.selectFrom("keys").selectAll().where("purpose", "=", "refresh"),
    );
    expect(rows.map((row) => row.sealed.length)).toEqual([60, 60]);
  });

  it("goes on when the clock stands still, and counts past ten", async () => {
    for (let count = 1; count <= 11; count += 1) await keyRing.rotateRefreshKey();
    offset = 60_000;
    expect(keyRing.currentRefreshKey().id).toBe(11);
  });
});

describe("deletion of a replaced refresh key", () => {
  const later = REPLACEMENT_MARGIN + 60_000;

  it("waits while any session is left from its time, renewed or ended", async () => {
    const { session, refresh } = await signIn();
    await server.age(session.id, BEYOND_WINDOW);
    await keyRing.rotateRefreshKey();
    offset = later;
    await renew(refresh.token);
    // The row names the new key by now; its owner may still come with an older token.
    expect(await keyRing.deleteUnusedRefreshKeys()).toEqual([]);
    expect(keyRing.refreshKey(0)).toBeDefined();
  });

  it("comes when they are gone, and new sessions do not hold it back", async () => {
    const old = await signIn();
    await keyRing.rotateRefreshKey();
    offset = later;
    const young = await signIn();
    // Signed in after the margin.
    await server.age(young.session.id, -later);
    const { query } = server.database;
    await writeAll(server.database, [
      { query: query.deleteFrom("sessions").where("id", "=", old.session.id) },
    ]);
    expect(await keyRing.deleteUnusedRefreshKeys()).toEqual(["0"]);
    expect(keyRing.refreshKey(0)).toBeUndefined();
    await expect(renew(old.refresh.token)).rejects.toMatchObject({ code: "refresh_token_invalid" });
    expect((await renew(young.refresh.token)).access.token).toMatch(/^eyJ/);
    expect(await keyRing.deleteUnusedRefreshKeys()).toEqual([]);
  });

  it("never happens inside the margin, nor to the current key", async () => {
    await keyRing.rotateRefreshKey();
    expect(await keyRing.deleteUnusedRefreshKeys()).toEqual([]);
    offset = 100 * later;
    expect(await keyRing.deleteUnusedRefreshKeys()).toEqual(["0"]);
    expect(keyRing.list().filter((key) => key.purpose === "refresh")).toMatchObject([
      { kid: "1", state: "current" },
    ]);
  });

  it("gives ids back at last: 256 keys are the most", async () => {
    await keyRing.rotateRefreshKey();
    offset = later;
    await keyRing.deleteUnusedRefreshKeys();
    for (let id = 2; id <= 255; id += 1) await keyRing.rotateRefreshKey();
    expect(keyRing.refreshKey(255)).toBeDefined();
    expect((await keyRing.rotateRefreshKey()).kid).toBe("0");
    await expect(keyRing.rotateRefreshKey()).rejects.toThrow("256 refresh keys");
  }, 60_000);
});
