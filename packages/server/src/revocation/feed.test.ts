import { type JsonObject, signJwt, verifyJwt } from "@latchkey/jose";
import {
  createIdentifier,
  FEED_SLICE_BYTES,
  FEED_SLICE_ENTRIES,
  FEED_TYPE,
  type FeedSlice,
  formatFeedPosition,
  parseFeedSlice,
  publishHandle,
} from "@latchkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeyEncryption } from "../keys/key-encryption.ts";
import { type KeyRing, loadKeyRing } from "../keys/key-ring.ts";
import type { Database, Step } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";
import { createFeed, FEED_SLICE_LIFETIME, type Feed } from "./feed.ts";
import { type Ledger, openLedger, replaceLedger } from "./ledger.ts";
import { LEDGER_LEEWAY } from "./read-ledger.ts";
import { sweepLedger } from "./sweep.ts";
import { engine, type TestStore } from "../../test/engines/engines.ts";

const ISSUER = "https://id.example";
const NOW = 1_800_000_000_000;
const SECONDS = NOW / 1000;

let store: TestStore;
let database: Database;
let keyRing: KeyRing;
let ledger: Ledger;
let feed: Feed;
beforeEach(async () => {
  store = await engine.create();
  database = await store.open();
  keyRing = await loadKeyRing({
    database,
    keyEncryption: createKeyEncryption([{ id: "kek", key: new Uint8Array(32).fill(1) }]),
    signingAlgorithm: "ES256",
    now: NOW,
  });
  ledger = await openLedger({ database });
  feed = createFeed({ database, ledger, keyRing, issuer: ISSUER });
});
afterEach(async () => {
  await database.close();
  await store.remove();
});

/** Reads a slice as a guard does: signature, type, issuer, expiry, format, chain. */
async function readSlice(after?: string | FeedSlice, now = NOW): Promise<FeedSlice> {
  const position =
    typeof after === "object"
      ? formatFeedPosition({ ledger: after.ledger, number: after.to })
      : after;
  const token = await feed.readSlice(position, now);
  expect(token.length).toBeLessThanOrEqual(FEED_SLICE_BYTES);
  const { claims } = verifyJwt(token, keyRing.feedKeys(), {
    typ: FEED_TYPE,
    issuer: ISSUER,
    maxTokenLength: FEED_SLICE_BYTES,
    now: Math.floor(now / 1000),
  });
  return parseFeedSlice(claims as JsonObject);
}

/** Retires new handles, with the given life in seconds; answers their published names. */
async function retire(count: number, lifetime = 900): Promise<Buffer[]> {
  const handles = Array.from({ length: count }, createIdentifier);
  for (let start = 0; start < count; start += 500) {
    const steps: Step[] = [...ledger.retire(handles.slice(start, start + 500), SECONDS + lifetime)];
    await writeAll(database, steps);
  }
  return handles.map((handle) => publishHandle(ledger.id, handle));
}

function handlesOf(slices: readonly FeedSlice[]): Buffer[] {
  return slices.flatMap((slice) => slice.entries.map((entry) => entry.handle));
}

const sweepAll = { now: NOW, limit: 100_000, kept: 0 };

describe("a slice", () => {
  it("of an empty ledger is an empty snapshot", async () => {
    expect(await readSlice()).toMatchObject({
      issuer: ISSUER,
      issuedAt: SECONDS,
      expiresAt: SECONDS + FEED_SLICE_LIFETIME,
      ledger: ledger.id,
      from: 0,
      to: 0,
      snapshot: true,
      more: false,
      entries: [],
    });
  });

  it("is signed by the feed's key: an access token's key cannot stand in", async () => {
    const token = await feed.readSlice(undefined, NOW);
    expect(() =>
      verifyJwt(token, keyRing.verificationKeys(), { typ: FEED_TYPE, now: SECONDS }),
    ).toThrow("key");
    const forged = signJwt({ iss: ISSUER }, keyRing.signingKey(), { typ: FEED_TYPE, now: SECONDS });
    expect(() => verifyJwt(forged, keyRing.feedKeys(), { typ: FEED_TYPE, now: SECONDS })).toThrow(
      "key",
    );
  });

  it("behind a position holds exactly what came later, and chains to it", async () => {
    const before = await retire(3);
    const snapshot = await readSlice();
    expect(handlesOf([snapshot])).toEqual(before);
    const none = await readSlice(snapshot);
    expect(none).toMatchObject({ from: 3, to: 3, snapshot: false, more: false, entries: [] });
    expect(none.fromHash).toEqual(snapshot.toHash);
    expect(none.toHash).toEqual(snapshot.toHash);

    const after = await retire(2);
    const delta = await readSlice(snapshot);
    expect(delta).toMatchObject({ from: 3, to: 5, snapshot: false });
    expect(handlesOf([delta])).toEqual(after);
    expect(delta.fromHash).toEqual(snapshot.toHash);
  });

  it("long ledgers come in slices that follow each other", async () => {
    const all = await retire(2 * FEED_SLICE_ENTRIES + 7);
    const slices = [await readSlice()];
    for (let last = slices[0]; last?.more === true; last = slices.at(-1)) {
      slices.push(await readSlice(last));
    }
    expect(slices.map((slice) => slice.entries.length)).toEqual([
      FEED_SLICE_ENTRIES,
      FEED_SLICE_ENTRIES,
      7,
    ]);
    expect(slices.map((slice) => slice.snapshot)).toEqual([true, false, false]);
    for (const [index, slice] of slices.slice(1).entries()) {
      expect(slice.from).toBe(slices[index]?.to);
      expect(slice.fromHash).toEqual(slices[index]?.toHash);
    }
    expect(handlesOf(slices)).toEqual(all);
  });

  it("a tail during concurrent writes never skips an entry", async () => {
    const expected: Buffer[] = [];
    const slices = [await readSlice()];
    const writers = Array.from({ length: 8 }, async () => {
      for (let round = 0; round < 10; round++) expected.push(...(await retire(2)));
    });
    const isFinished = { value: false };
    const finished = Promise.all(writers).finally(() => {
      isFinished.value = true;
    });
    while (!isFinished.value) slices.push(await readSlice(slices.at(-1)));
    await finished;
    slices.push(await readSlice(slices.at(-1)));
    const seen = handlesOf(slices).map((handle) => handle.toString("hex"));
    expect(seen).toHaveLength(160);
    expect(new Set(seen)).toEqual(new Set(expected.map((handle) => handle.toString("hex"))));
    for (const [index, slice] of slices.slice(1).entries()) {
      expect(slice.fromHash).toEqual(slices[index]?.toHash);
    }
  });

  it("a snapshot leaves out what no live token can carry, a delta leaves nothing out", async () => {
    await retire(2, -LEDGER_LEEWAY);
    const live = await retire(2, 1 - LEDGER_LEEWAY);
    const snapshot = await readSlice();
    expect(snapshot).toMatchObject({ from: 0, to: 4 });
    expect(handlesOf([snapshot])).toEqual(live);
    const delta = await readSlice(formatFeedPosition({ ledger: ledger.id, number: 0 }));
    expect(delta.entries).toHaveLength(4);
    expect(delta.snapshot).toBe(false);
  });
});

describe("feed_position_gone", () => {
  const gone = { name: "Refusal", code: "feed_position_gone" };

  it("for a position of another ledger", async () => {
    await retire(1);
    const foreign = formatFeedPosition({ ledger: createIdentifier(), number: 1 });
    await expect(feed.readSlice(foreign, NOW)).rejects.toMatchObject(gone);
  });

  it("for a position ahead of the ledger", async () => {
    await retire(2);
    await readSlice(formatFeedPosition({ ledger: ledger.id, number: 2 }));
    for (const number of [3, 999_999_999_999_999]) {
      const ahead = formatFeedPosition({ ledger: ledger.id, number });
      await expect(feed.readSlice(ahead, NOW)).rejects.toMatchObject(gone);
    }
  });

  it("for a swept position; the head and the beginning stay", async () => {
    await retire(4, -10_000);
    const before = await readSlice();
    await sweepLedger(database, sweepAll);
    for (const number of [1, 2, 3]) {
      const swept = formatFeedPosition({ ledger: ledger.id, number });
      await expect(feed.readSlice(swept, NOW)).rejects.toMatchObject(gone);
    }
    expect(await readSlice(before)).toMatchObject({ from: 4, to: 4 });
    expect((await readSlice(`${ledger.id}:0`)).toHash).toEqual(before.toHash);
  });

  it("for a position of the ledger that was, once the database has another one", async () => {
    await retire(2);
    const before = await readSlice();
    const other = replaceLedger(database);
    await writeAll(database, other.steps);
    await expect(readSlice(before)).rejects.toMatchObject(gone);
    expect(await readSlice()).toMatchObject({ ledger: other.ledger.id, to: 0, entries: [] });
    // What this process retires from now on is in the new one.
    const [published] = await retire(1);
    expect(handlesOf([await readSlice()])).toEqual([published]);
  });
});

it.each([
  "",
  "x",
  ":1",
  "AAAAAAAAAAAAAAAAAAAAAA",
  "AAAAAAAAAAAAAAAAAAAAAA:-1",
  "AAAAAAAAAAAAAAAAAAAAAA:01",
])("invalid_request for the position %j", async (after) => {
  await expect(feed.readSlice(after, NOW)).rejects.toMatchObject({ code: "invalid_request" });
});

describe("sweeping", () => {
  it("is bounded, takes only what expired, and changes no hash", async () => {
    await retire(30, -10_000);
    const live = await retire(5);
    const before = await readSlice();
    const all = await readSlice(`${ledger.id}:0`);
    expect(await sweepLedger(database, { ...sweepAll, limit: 20 })).toBe(20);
    expect(await sweepLedger(database, { ...sweepAll, limit: 20 })).toBe(10);
    expect(await sweepLedger(database, { ...sweepAll, limit: 20 })).toBe(0);
    // A second later: slices of one second are shared.
    const after = await readSlice(`${ledger.id}:0`, NOW + 1000);
    expect(handlesOf([after])).toEqual(live);
    expect(after.toHash).toEqual(all.toHash);
    expect(after.toHash).toEqual(before.toHash);
    await retire(1);
    expect((await readSlice(after)).fromHash).toEqual(before.toHash);
  });

  it("keeps the entries at the head, so that a reader close behind goes on with a delta", async () => {
    await retire(30, -10_000);
    const reader = await readSlice();
    await retire(9, -10_000);
    expect(await sweepLedger(database, { ...sweepAll, kept: 10 })).toBe(29);
    expect(await readSlice(reader)).toMatchObject({ from: 30, to: 39 });
    expect(await sweepLedger(database, { ...sweepAll, kept: 10 })).toBe(0);
  });

  it("leaves an entry to guards whose clock is behind", async () => {
    await retire(1, -LEDGER_LEEWAY);
    expect(await sweepLedger(database, sweepAll)).toBe(0);
    expect(await sweepLedger(database, { ...sweepAll, now: NOW + 1000 })).toBe(1);
  });
});
