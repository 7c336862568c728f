import { encodeBase64url, type JsonObject } from "@latchkey/jose";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FEED_SLICE_ENTRIES,
  type FeedEntry,
  FeedFormatError,
  type FeedSlice,
  feedSliceClaims,
  formatFeedPosition,
  parseFeedPosition,
  parseFeedSlice,
} from "./feed.ts";
import { firstLedgerHash, ledgerEntryBytes, nextLedgerHash, publishHandle } from "./handles.ts";

const LEDGER = "A".repeat(22);

function slice(names: readonly string[], changes: Partial<FeedSlice> = {}): FeedSlice {
  const entries: FeedEntry[] = names.map((name) => ({
    handle: publishHandle(LEDGER, name),
    expiresAt: 1_800_000_900,
  }));
  const fromHash = firstLedgerHash(LEDGER);
  const toHash = entries.reduce(
    (hash, entry) => nextLedgerHash(hash, ledgerEntryBytes(entry.handle, entry.expiresAt)),
    fromHash,
  );
  return {
    issuer: "https://id.example",
    issuedAt: 1_800_000_000,
    expiresAt: 1_800_000_060,
    ledger: LEDGER,
    from: 0,
    to: entries.length,
    fromHash,
    toHash,
    snapshot: true,
    more: false,
    entries,
    ...changes,
  };
}

describe("position", () => {
  test("is read as it is written", () => {
    const position = { ledger: LEDGER, number: 42 };
    expect(formatFeedPosition(position)).toBe(`${LEDGER}:42`);
    expect(parseFeedPosition(`${LEDGER}:42`)).toEqual(position);
  });

  test.each([
    "",
    ":1",
    LEDGER,
    `${LEDGER}:`,
    `${LEDGER}:-1`,
    `${LEDGER}:01`,
    `${LEDGER}:1.5`,
    `${LEDGER}:1e3`,
    `${LEDGER}:9999999999999999`,
    `${LEDGER}: 1`,
    `${LEDGER} 1`,
    `${LEDGER}:1\n`,
    `short:1`,
  ])("refuses %j", (text) => {
    expect(() => parseFeedPosition(text)).toThrow(FeedFormatError);
  });
});

describe("slice", () => {
  test("is read as it is written", () => {
    for (const original of [slice([]), slice(["a"]), slice(["a", "b", "c"], { more: true })]) {
      expect(parseFeedSlice(feedSliceClaims(original))).toEqual(original);
    }
  });

  test("swept entries may be missing, and the chain is then taken on trust of the signature", () => {
    const swept = { ...slice(["a", "b", "c"]), entries: slice(["a"]).entries };
    expect(parseFeedSlice(feedSliceClaims(swept)).entries).toHaveLength(1);
  });

  test("a complete slice must lead to its hash", () => {
    const claims = feedSliceClaims(slice(["a", "b"]));
    const reversed = { ...claims, entries: [...(claims["entries"] as JsonObject[])].reverse() };
    expect(() => parseFeedSlice(reversed)).toThrow(FeedFormatError);
    const other = { ...claims, to_hash: encodeBase64url(Buffer.alloc(32)) };
    expect(() => parseFeedSlice(other)).toThrow(FeedFormatError);
  });

  test("an empty slice cannot move the hash", () => {
    const claims = feedSliceClaims(slice([], { toHash: Buffer.alloc(32) }));
    expect(() => parseFeedSlice(claims)).toThrow(FeedFormatError);
  });

  const valid = feedSliceClaims(slice(["a"]));
  test.each([
    ["no ledger", { ledger: null }],
    ["a long ledger", { ledger: `${LEDGER}A` }],
    ["no issuer", { iss: 7 }],
    ["entries as object", { entries: {} }],
    ["entries as text", { entries: "[]" }],
    [
      "too many entries",
      {
        to: FEED_SLICE_ENTRIES + 1,
        entries: Array.from({ length: FEED_SLICE_ENTRIES + 1 }, () => ["A", 1]),
      },
    ],
    ["more entries than numbers", { to: 0 }],
    ["to before from", { from: 5, to: 4, entries: [] }],
    ["a negative number", { from: -1 }],
    ["a fraction", { to: 1.5 }],
    ["a number as text", { to: "1" }],
    ["a number beyond 2^53", { to: 2 ** 53 }],
    ["a time as text", { iat: "1800000000" }],
    ["a short hash", { from_hash: encodeBase64url(Buffer.alloc(31)) }],
    ["a padded hash", { from_hash: `${encodeBase64url(Buffer.alloc(32))}=` }],
    ["snapshot as text", { snapshot: "false" }],
    ["more as number", { more: 1 }],
    ["a short handle", { entries: [[encodeBase64url(Buffer.alloc(15)), 1]] }],
    ["a long handle", { entries: [[encodeBase64url(Buffer.alloc(17)), 1]] }],
    ["an entry with three members", { entries: [[encodeBase64url(Buffer.alloc(16)), 1, 1]] }],
    ["an entry as object", { entries: [{ 0: "A", 1: 1, length: 2 }] }],
    ["an expiry as text", { entries: [[encodeBase64url(Buffer.alloc(16)), "1"]] }],
    ["a fractional expiry", { entries: [[encodeBase64url(Buffer.alloc(16)), 1.5]] }],
    ["a negative expiry", { entries: [[encodeBase64url(Buffer.alloc(16)), -1]] }],
  ])("refuses %s", (_name, change) => {
    expect(() => parseFeedSlice({ ...valid, ...change })).toThrow(FeedFormatError);
  });

  test("every member is needed", () => {
    for (const name of Object.keys(valid)) {
      const { [name]: _left, ...rest } = valid;
      expect(() => parseFeedSlice(rest)).toThrow(FeedFormatError);
    }
  });

  test("any JSON is read or refused, and nothing else happens", () => {
    const outcome = (claims: JsonObject): unknown => {
      try {
        return parseFeedSlice(claims).ledger;
      } catch (error) {
        return error;
      }
    };
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(valid)), fc.jsonValue(), (name, value) => {
        const result = outcome({ ...valid, [name]: value } as JsonObject);
        expect(result === LEDGER || result instanceof FeedFormatError).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
