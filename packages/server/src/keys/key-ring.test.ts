import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportPrivateJwk, importJwkSet, signJwt, verifyJwt } from "@latchkey/jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../storage/database.ts";
import { openSqlite } from "../storage/sqlite/open-sqlite.ts";
import { createKeyEncryption, type KeyEncryption } from "./key-encryption.ts";
import { type KeyRing, type KeyRingOptions, loadKeyRing } from "./key-ring.ts";
import { SIGNING_KEY_PERIOD } from "./rotate-signing-keys.ts";
import { hasSealedKeys } from "./stored-keys.ts";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;

let directory: string;
let database: Database;
let keyEncryption: KeyEncryption;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "latchkey-keys-"));
  database = await openSqlite({ directory });
  keyEncryption = createKeyEncryption([{ id: "kek", key: new Uint8Array(32).fill(1) }]);
});
afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});

function load(options: Partial<KeyRingOptions> = {}): Promise<KeyRing> {
  return loadKeyRing({
    database,
    keyEncryption,
    signingAlgorithm: "ES256",
    now: NOW,
    ...options,
  });
}

function states(ring: KeyRing): string[] {
  return ring
    .list()
    .map((key) => `${key.purpose} ${key.alg} ${key.state}`)
    .sort();
}

const complete = [
  "feed ES256 current",
  "feed ES256 next",
  "refresh HKDF-SHA256 current",
  "signing ES256 current",
  "signing ES256 next",
];

describe("the key ring", () => {
  it("makes what is missing, once", async () => {
    expect(await hasSealedKeys(database)).toBe(false);
    const ring = await load();
    expect(states(ring)).toEqual(complete);
    expect(await hasSealedKeys(database)).toBe(true);
    const again = await load({ now: NOW + HOUR });
    expect(again.list()).toEqual(ring.list());
    expect(again.signingKey().kid).toBe(ring.signingKey().kid);
  });

  it("publishes the successor with the current key, for tokens and feed apart", async () => {
    const ring = await load();
    const kids = (keys: readonly { kid?: string }[]): string[] =>
      keys.map((key) => String(key.kid)).sort();
    const ofPurpose = (purpose: string): string[] =>
      ring
        .list()
        .filter((key) => key.purpose === purpose)
        .map((key) => key.kid)
        .sort();
    expect(kids(ring.jwks().keys)).toEqual(ofPurpose("signing"));
    expect(kids(ring.feedJwks().keys)).toEqual(ofPurpose("feed"));
    expect(ring.jwks().keys).toHaveLength(2);
  });

  it("signs what its JWKS verifies, and the feed's keys verify no access token", async () => {
    const ring = await load();
    const now = NOW / 1000;
    const token = signJwt({ sub: "u" }, ring.signingKey(), { now, expiresIn: "15m" });
    const published = importJwkSet(JSON.parse(JSON.stringify(ring.jwks())));
    expect(verifyJwt(token, published, { now }).claims["sub"]).toBe("u");
    expect(verifyJwt(token, ring.verificationKeys(), { now }).claims["sub"]).toBe("u");
    expect(() => verifyJwt(token, ring.feedKeys(), { now })).toThrow("key");
    const slice = signJwt({ sub: "f" }, ring.feedKey(), { now, expiresIn: "15m" });
    expect(() => verifyJwt(slice, ring.verificationKeys(), { now })).toThrow("key");
  });

  it.each(["RS256", "PS256", "ES384", "ES512", "EdDSA"] as const)(
    "publishes no private member of %s keys, and stores none in the clear",
    async (signingAlgorithm) => {
      const ring = await load({ signingAlgorithm });
      for (const jwk of [...ring.jwks().keys, ...ring.feedJwks().keys]) {
        expect(jwk.use).toBe("sig");
        for (const name of ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]) {
          expect(jwk).not.toHaveProperty(name);
        }
      }
      const secret = JSON.parse(JSON.stringify(exportPrivateJwk(ring.signingKey()))) as {
        d: string;
      };
      expect(secret.d.length).toBeGreaterThan(40);
      expect(JSON.stringify([ring.jwks(), ring.list()])).not.toContain(secret.d);
      for (const name of await readdir(directory)) {
        const bytes = await readFile(join(directory, name));
        expect(bytes.includes(secret.d)).toBe(false);
        expect(bytes.includes(Buffer.from(secret.d, "base64url"))).toBe(false);
      }
    },
  );

  it("publishes nothing of a shared secret", async () => {
    const ring = await load({ signingAlgorithm: "HS256" });
    expect(ring.jwks()).toEqual({ keys: [] });
    const now = NOW / 1000;
    const token = signJwt({ sub: "u" }, ring.signingKey(), { now, expiresIn: "15m" });
    expect(verifyJwt(token, ring.verificationKeys(), { now }).claims["sub"]).toBe("u");
  });

  it("derives the same refresh key after a restart; filter and MAC key differ", async () => {
    const one = (await load()).currentRefreshKey();
    const ring = await load();
    const two = ring.currentRefreshKey();
    expect(two.id).toBe(0);
    const message = Buffer.from("message");
    expect(two.filter(message)).toEqual(one.filter(message));
    expect(two.mac(message)).toEqual(one.mac(message));
    expect(two.filter(message)).not.toEqual(two.mac(message));
    expect(ring.refreshKey(0)?.mac(message)).toEqual(one.mac(message));
    expect(ring.refreshKey(1)).toBeUndefined();
  });
});

describe("reading again", () => {
  it("leaves the sets as they are while nothing changed, and makes others when it did", async () => {
    const [one, other] = [await load(), await load()];
    const [keys, feedKeys] = [one.verificationKeys(), one.feedKeys()];
    await one.maintain();
    expect(one.verificationKeys()).toBe(keys);
    expect(one.feedKeys()).toBe(feedKeys);
    await other.revokeKeys({ also: () => [], last: () => [] });
    await one.maintain();
    expect(one.verificationKeys()).not.toBe(keys);
  });
});

describe("time", () => {
  it("the successor signs from its time on; what the former signed goes on verifying", async () => {
    let now = NOW;
    const ring = await load({ clock: () => now, retention: HOUR });
    const first = ring.signingKey();
    const seconds = (): number => Math.floor(now / 1000);
    now = NOW + SIGNING_KEY_PERIOD - 1;
    expect(ring.signingKey()).toBe(first);
    const token = signJwt({ sub: "u" }, first, { now: seconds(), expiresIn: "15m" });
    now = NOW + SIGNING_KEY_PERIOD;
    expect(ring.signingKey()).not.toBe(first);
    expect(verifyJwt(token, ring.verificationKeys(), { now: seconds() }).claims["sub"]).toBe("u");
    now += HOUR;
    expect(ring.verificationKeys().has(first.kid ?? "")).toBe(false);
    expect(ring.jwks().keys.map((key) => key.kid)).toEqual([ring.signingKey().kid]);
  });

  it("the longest token outlives its key's retirement, to its last second", async () => {
    let now = NOW;
    const ring = await load({ clock: () => now });
    now = NOW + SIGNING_KEY_PERIOD - 1000;
    const token = signJwt({ sub: "u" }, ring.signingKey(), { now: now / 1000, expiresIn: "24h" });
    now += 24 * HOUR - 1000;
    const verified = verifyJwt(token, ring.verificationKeys(), { now: now / 1000 });
    expect(verified.key.kid).not.toBe(ring.signingKey().kid);
  });

  it("a load after the handover makes the next successor", async () => {
    await load();
    const ring = await load({ now: NOW + SIGNING_KEY_PERIOD + HOUR });
    expect(states(ring)).toEqual(
      [...complete, "signing ES256 retired", "feed ES256 retired"].sort(),
    );
  });

  it("a clock that was set back makes no new keys", async () => {
    const ring = await load();
    const back = await load({ now: NOW - HOUR });
    expect(back.list()).toHaveLength(ring.list().length);
    expect(back.signingKey().kid).toBe(ring.signingKey().kid);
  });
});

describe("another signing algorithm", () => {
  it("retires the former keys, which go on verifying", async () => {
    const before = await load();
    const now = NOW / 1000;
    const token = signJwt({ sub: "u" }, before.signingKey(), { now, expiresIn: "15m" });
    const after = await load({ signingAlgorithm: "EdDSA" });
    expect(after.signingKey().alg).toBe("EdDSA");
    expect(
      after
        .jwks()
        .keys.map((key) => key.alg)
        .sort(),
    ).toEqual(["ES256", "ES256", "EdDSA", "EdDSA"]);
    expect(verifyJwt(token, after.verificationKeys(), { now }).claims["sub"]).toBe("u");
    const back = await load({ now: NOW + HOUR });
    expect(back.signingKey().alg).toBe("ES256");
    expect(back.signingKey().kid).not.toBe(before.signingKey().kid);
  });
});

describe("a wrong key-encryption key", () => {
  it("is one clear error, and nothing is written", async () => {
    await load();
    const rows = await database.read(database.query.selectFrom("keys").selectAll());
    for (const id of ["kek", "other"]) {
      const wrong = createKeyEncryption([{ id, key: new Uint8Array(32).fill(2) }]);
      await expect(load({ keyEncryption: wrong, signingAlgorithm: "RS256" })).rejects.toMatchObject(
        { name: "KeyEncryptionError", code: "key_encryption_key_wrong" },
      );
    }
    expect(await database.read(database.query.selectFrom("keys").selectAll())).toEqual(rows);
    expect(states(await load())).toEqual(complete);
  });

  it("a row moved to another purpose or algorithm does not open", async () => {
    await load();
    await database.write([
      {
        query: database.query
          .updateTable("keys")
          .set({ purpose: "signing", alg: "ES256" })
          .where("purpose", "=", "feed"),
        expect: 2,
      },
    ]);
    await expect(load()).rejects.toMatchObject({ code: "key_encryption_key_wrong" });
  });
});

it("two nodes that start on an empty store share their keys", async () => {
  const rings = await Promise.all([load(), load(), load()]);
  const kids = rings.map((ring) => ring.signingKey().kid);
  expect(new Set(kids).size).toBe(1);
  expect(rings.map(states)).toEqual([complete, complete, complete]);
});
