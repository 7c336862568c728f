// The life of keys over time, by a clock: two nodes that share a store, and readers that hold a
// JWKS for as long as they may.

import { importJwkSet, type JwsAlgorithm, type KeySet, signJwt, verifyJwt } from "@latchkey/jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../storage/database.ts";
import { JWK_SET_MAX_AGE } from "./jwk-set-response.ts";
import { createKeyEncryption } from "./key-encryption.ts";
import { DEFAULT_RETENTION, type KeyRing, type KeyRingOptions, loadKeyRing } from "./key-ring.ts";
import { PUBLISH_LEAD, SIGNING_KEY_PERIOD } from "./rotate-signing-keys.ts";
import { engine, type TestStore } from "../../test/engines/engines.ts";

const START = 1_800_000_000_000;
const MINUTE = 60_000;
const kek = createKeyEncryption([{ id: "kek", key: new Uint8Array(32).fill(1) }]);

let store: TestStore;
let database: Database;
let now: number;
beforeEach(async () => {
  store = await engine.create();
  database = await store.open();
  now = START;
});
afterEach(async () => {
  await database.close();
  await store.remove();
});

function openNode(options: Partial<KeyRingOptions> = {}): Promise<KeyRing> {
  return loadKeyRing({
    database,
    keyEncryption: kek,
    signingAlgorithm: "ES256",
    now,
    clock: () => now,
    ...options,
  });
}

function sign(ring: KeyRing, alg?: JwsAlgorithm): string {
  return signJwt({ sub: "x" }, ring.signingKey(alg), { now: now / 1000, expiresIn: 86_400 });
}

function isVerified(token: string, keys: KeySet): boolean {
  try {
    verifyJwt(token, keys, { now: now / 1000 });
    return true;
  } catch {
    return false;
  }
}

/** A reader that refreshes its JWKS only when it must. */
function openReader(ring: KeyRing): () => KeySet {
  let keys = importJwkSet(ring.jwks());
  let readAt = now;
  return () => {
    if (now - readAt >= JWK_SET_MAX_AGE * 1000) {
      keys = importJwkSet(ring.jwks());
      readAt = now;
    }
    return keys;
  };
}

const signing = (ring: KeyRing, state: string): string[] =>
  ring
    .list()
    .filter((key) => key.purpose === "signing" && key.state === state)
    .map((key) => key.kid);

describe("rotation", () => {
  it("on schedule, by two nodes, over a year: no verification fails", async () => {
    const nodes = [await openNode(), await openNode()];
    const readers = nodes.map(openReader);
    const used = new Set<string>();
    let live: { token: string; until: number }[] = [];
    let failures = 0;
    let checks = 0;
    for (let day = 0; day < 365; day++) {
      // A few looks around each midnight: every change of keys falls between some of them.
      for (const step of [0, MINUTE, 5 * MINUTE, 11 * MINUTE]) {
        now = START + day * 86_400_000 + step;
        live = live.filter(({ until }) => until > now);
        if (step === 0) await Promise.all(nodes.map((node) => node.maintain()));
        for (const node of nodes) {
          const token = sign(node);
          used.add(node.signingKey().kid ?? "");
          live.push({ token, until: now + 86_400_000 });
        }
        for (const { token } of live) {
          for (const reader of readers) {
            checks += 1;
            if (!isVerified(token, reader())) failures += 1;
          }
        }
      }
    }
    expect(checks).toBeGreaterThan(5_000);
    expect(failures).toBe(0);
    expect(used.size).toBe(Math.floor((365 * 86_400_000) / SIGNING_KEY_PERIOD) + 1);
    // One line of keys, not one for each node.
    expect(nodes[0]?.list()).toEqual(nodes[1]?.list());
    expect(signing(nodes[0] as KeyRing, "current")).toHaveLength(1);
    expect(signing(nodes[0] as KeyRing, "next")).toHaveLength(1);
  });

  it("by hand, again and again: no verification fails", async () => {
    const node = await openNode();
    const reader = openReader(node);
    const tokens: string[] = [];
    for (let round = 0; round < 10; round++) {
      await node.rotateSigningKeys({ immediately: false });
      for (let minute = 0; minute < 15; minute++) {
        now += MINUTE;
        tokens.push(sign(node));
        for (const token of tokens) expect(isVerified(token, reader())).toBe(true);
      }
    }
    expect(new Set(node.jwks().keys.map((key) => key.kid)).size).toBe(12);
  });

  it("publishes a successor for twice the life of a JWKS before it signs", async () => {
    const node = await openNode();
    now += MINUTE;
    await node.rotateSigningKeys({ immediately: true });
    const [successor] = signing(node, "next");
    const first = node.signingKey().kid;
    await node.rotateSigningKeys({ immediately: false });
    now += PUBLISH_LEAD - 1;
    expect(node.signingKey().kid).toBe(first);
    now += 1;
    expect(node.signingKey().kid).toBe(successor);
    expect(PUBLISH_LEAD).toBeGreaterThanOrEqual(2 * JWK_SET_MAX_AGE * 1000);
  });

  it("makes one successor when many nodes look at once", async () => {
    const nodes = [await openNode(), await openNode(), await openNode()];
    now += SIGNING_KEY_PERIOD + 1;
    await Promise.all(nodes.map((node) => node.maintain()));
    await Promise.all(nodes.map((node) => node.maintain()));
    for (const node of nodes) expect(signing(node, "next")).toHaveLength(1);
  });

  it("of two nodes that rotate at once, one does", async () => {
    const nodes = [await openNode(), await openNode()];
    const outcomes = await Promise.allSettled(
      nodes.map((node) => node.rotateSigningKeys({ immediately: true })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
    await Promise.all(nodes.map((node) => node.maintain()));
    expect(nodes[0]?.list()).toEqual(nodes[1]?.list());
    expect(signing(nodes[0] as KeyRing, "current")).toHaveLength(1);
  });

  it("unpublishes a key when its last token is over", async () => {
    const node = await openNode();
    const first = node.signingKey().kid;
    now += MINUTE;
    await node.rotateSigningKeys({ immediately: true });
    const kids = (): (string | undefined)[] => node.jwks().keys.map((key) => key.kid);
    now += DEFAULT_RETENTION - 1;
    expect(kids()).toContain(first);
    now += 1;
    expect(kids()).not.toContain(first);
  });
});

describe("several algorithms", () => {
  it("are all published; the first signs unless another is named", async () => {
    const node = await openNode({ signingAlgorithm: ["ES256", "EdDSA"] });
    expect(node.signingKey().alg).toBe("ES256");
    expect(node.signingKey("EdDSA").alg).toBe("EdDSA");
    expect(
      node
        .jwks()
        .keys.map((key) => key.alg)
        .sort(),
    ).toEqual(["ES256", "ES256", "EdDSA", "EdDSA"]);
    expect(signing(node, "current")).toHaveLength(2);
    expect(() => node.signingKey("RS256")).toThrow(TypeError);
    for (const alg of ["ES256", "EdDSA"] as const) {
      const token = sign(node, alg);
      const { key } = verifyJwt(token, node.verificationKeys(), { now: now / 1000 });
      expect(key.alg).toBe(alg);
    }
    now += MINUTE;
    await node.rotateSigningKeys({ immediately: true });
    expect(signing(node, "retired")).toHaveLength(2);
  });

  it("of which one is dropped: its keys retire and go on verifying", async () => {
    const both = await openNode({ signingAlgorithm: ["ES256", "EdDSA"] });
    const token = sign(both, "EdDSA");
    now += MINUTE;
    const one = await openNode();
    expect(isVerified(token, one.verificationKeys())).toBe(true);
    now += DEFAULT_RETENTION + MINUTE;
    expect(one.jwks().keys.map((key) => key.alg)).toEqual(["ES256", "ES256"]);
  });
});

describe("a key that is taken back", () => {
  const nothing = { also: () => [], last: () => [] };

  it("is unpublished at once, and its published successor signs", async () => {
    const node = await openNode();
    const other = await openNode();
    const [successor] = signing(node, "next");
    const kid = node.signingKey().kid ?? "";
    const token = sign(node);
    expect(await node.revokeKeys({ ...nothing, kid })).toEqual([kid]);
    now += 1;
    expect(node.signingKey().kid).toBe(successor);
    expect(isVerified(token, node.verificationKeys())).toBe(false);
    expect(node.jwks().keys.map((key) => key.kid)).not.toContain(kid);
    expect(node.isRevoked(kid)).toBe(true);
    expect(signing(node, "revoked")).toEqual([kid]);
    expect(signing(node, "next")).toHaveLength(1);
    await other.maintain();
    expect(other.signingKey().kid).toBe(successor);
    expect(await node.revokeKeys({ ...nothing, kid })).toEqual([]);
  });

  it("may be the successor: another one takes its place, and the current key stays", async () => {
    const node = await openNode();
    const current = node.signingKey().kid;
    const [kid = ""] = signing(node, "next");
    await node.revokeKeys({ ...nothing, kid });
    expect(node.signingKey().kid).toBe(current);
    expect(signing(node, "next")).not.toContain(kid);
    expect(signing(node, "next")).toHaveLength(1);
    now += 2 * SIGNING_KEY_PERIOD;
    expect(node.signingKey().kid).not.toBe(kid);
  });

  it("never lets a key before it sign again", async () => {
    const node = await openNode();
    const first = node.signingKey().kid;
    await node.rotateSigningKeys({ immediately: true });
    now += MINUTE;
    const kid = node.signingKey().kid ?? "";
    await node.revokeKeys({ ...nothing, kid });
    for (const later of [0, MINUTE, SIGNING_KEY_PERIOD, 2 * SIGNING_KEY_PERIOD]) {
      now += later;
      expect([first, kid]).not.toContain(node.signingKey().kid);
    }
  });

  it("may be any: the whole issuer's, and the feed's, apart", async () => {
    const node = await openNode();
    const feed = node.feedKey().kid ?? "";
    const before = signing(node, "current").concat(signing(node, "next"));
    const retired: string[] = [];
    const revoked = await node.revokeKeys({
      also: () => [],
      last: (kids) => {
        retired.push(...kids);
        return [];
      },
    });
    expect([...revoked].sort()).toEqual([...before].sort());
    expect(retired).toEqual(revoked);
    now += 1;
    expect(before).not.toContain(node.signingKey().kid);
    expect(node.feedKey().kid).toBe(feed);

    // A feed key signs no tokens: nothing goes into the ledger.
    const last = (kids: readonly string[]): [] => {
      expect(kids).toEqual([]);
      return [];
    };
    await node.revokeKeys({ kid: feed, also: () => [], last });
    now += 1;
    expect(node.feedKey().kid).not.toBe(feed);
    expect(node.feedJwks().keys.map((key) => key.kid)).not.toContain(feed);
  });
});

describe("a new key-encryption key", () => {
  it("seals every key in one write; the old one opens nothing afterwards", async () => {
    const node = await openNode();
    const keys = [
      { id: "new", key: new Uint8Array(32).fill(2) },
      { id: "kek", key: new Uint8Array(32).fill(1) },
    ];
    expect(await node.reseal(createKeyEncryption(keys))).toBe(5);
    const kid = node.signingKey().kid;
    now += MINUTE;
    await node.rotateSigningKeys({ immediately: true });
    const withNew = await openNode({ keyEncryption: createKeyEncryption(keys.slice(0, 1)) });
    expect(signing(withNew, "retired")).toEqual([kid]);
    await expect(openNode()).rejects.toMatchObject({ code: "key_encryption_key_wrong" });
    expect(await node.reseal(createKeyEncryption(keys))).toBe(0);
  });

  it("that does not open what is there changes nothing", async () => {
    const node = await openNode();
    const stranger = createKeyEncryption([{ id: "other", key: new Uint8Array(32).fill(9) }]);
    await expect(node.reseal(stranger)).rejects.toMatchObject({ code: "key_encryption_key_wrong" });
    expect((await openNode()).list()).toEqual(node.list());
  });
});
