// Random histories of a ledger, read in random slices: the chain arrives, and nothing else does.

import { type FeedSlice, publishHandle } from "@latchkey/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestLedger } from "../test/test-issuer.ts";
import {
  emptyFeedChain,
  type FeedChain,
  FeedRefused,
  followSlice,
  forgetLedgers,
  nextPosition,
} from "./feed-chain.ts";

function ledgerOf(length: number): TestLedger {
  const ledger = new TestLedger();
  for (let count = 0; count < length; count++) ledger.retire(`handle-${count}`, 2_000_000_000);
  return ledger;
}

function sliceOf(ledger: TestLedger, from: number, to: number, end: number): FeedSlice {
  return {
    issuer: "https://id.example",
    issuedAt: 1_800_000_000,
    expiresAt: 1_800_000_060,
    ledger: ledger.id,
    from,
    to,
    fromHash: ledger.hashes[from] ?? Buffer.alloc(32),
    toHash: ledger.hashes[to] ?? Buffer.alloc(32),
    snapshot: from === 0,
    more: to < end,
    entries: ledger.entries.slice(from, to),
  };
}

function read(chain: FeedChain, ledger: TestLedger, steps: readonly number[]): FeedChain {
  let current = chain;
  for (const step of steps) {
    const asked = nextPosition(current);
    const from = asked?.number ?? 0;
    const to = Math.min(ledger.entries.length, from + step);
    current = followSlice(current, sliceOf(ledger, from, to, ledger.entries.length), asked);
  }
  return current;
}

test("any way of slicing leads to the same place", () => {
  fc.assert(
    fc.property(
      fc.nat(30),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 40, maxLength: 40 }),
      (length, steps) => {
        const ledger = ledgerOf(length);
        const { complete, partial } = read(emptyFeedChain, ledger, steps);
        expect(partial).toBeNull();
        expect(complete).toMatchObject({ ledger: ledger.id, number: length });
        expect(complete?.hash).toEqual(ledger.hashes[length]);
      },
    ),
    { numRuns: 50 },
  );
});

test("a slice of any other place is refused", () => {
  const ledger = ledgerOf(10);
  const chain = read(emptyFeedChain, ledgerOf(0), [1]);
  const at4 = { ...chain, ...read(emptyFeedChain, ledger, [4]) };
  fc.assert(
    fc.property(fc.nat(10), fc.nat(10), (from, to) => {
      fc.pre(from !== 4 && from <= to);
      const slice = sliceOf(ledger, from, to, 10);
      expect(() => followSlice(at4, slice, nextPosition(at4))).toThrow(FeedRefused);
    }),
  );
});

describe("a place of the right number", () => {
  test("with another past is refused", () => {
    const ledger = ledgerOf(10);
    const at4 = read(emptyFeedChain, ledger, [4]);
    const slice = { ...sliceOf(ledger, 4, 6, 10), fromHash: Buffer.alloc(32, 1) };
    expect(() => followSlice(at4, slice, nextPosition(at4))).toThrow("the ledger was rewritten");
  });

  test("of another ledger is refused", () => {
    const ledger = ledgerOf(10);
    const at4 = read(emptyFeedChain, ledger, [4]);
    const slice = { ...sliceOf(ledger, 4, 6, 10), ledger: ledgerOf(0).id };
    expect(() => followSlice(at4, slice, nextPosition(at4))).toThrow(
      "the slice is of another ledger",
    );
  });

  test("a snapshot with another beginning is refused", () => {
    const ledger = ledgerOf(2);
    const slice = { ...sliceOf(ledger, 0, 2, 2), fromHash: Buffer.alloc(32, 1) };
    expect(() => followSlice(emptyFeedChain, slice, null)).toThrow(
      "the snapshot does not start at the ledger's beginning",
    );
  });

  test("a delta is no snapshot", () => {
    const ledger = ledgerOf(2);
    for (const slice of [
      { ...sliceOf(ledger, 0, 2, 2), snapshot: false },
      { ...sliceOf(ledger, 1, 2, 2), snapshot: true },
    ]) {
      expect(() => followSlice(emptyFeedChain, slice, null)).toThrow("asked for a snapshot");
    }
  });
});

describe("going back", () => {
  test("to fewer entries of the same ledger is refused, also through a snapshot", () => {
    const ledger = ledgerOf(5);
    const chain = read(emptyFeedChain, ledger, [5]);
    expect(() => followSlice(chain, sliceOf(ledger, 0, 3, 3), null)).toThrow(
      "the ledger is shorter than it was",
    );
    expect(followSlice(chain, sliceOf(ledger, 0, 5, 5), null).complete?.number).toBe(5);
  });

  test("to another past of the same length is refused", () => {
    const ledger = ledgerOf(2);
    const chain = read(emptyFeedChain, ledger, [2]);
    const slice = { ...sliceOf(ledger, 0, 2, 2), toHash: Buffer.alloc(32, 1) };
    expect(() => followSlice(chain, slice, null)).toThrow("the ledger was rewritten");
  });

  test("to a ledger that was left, with fewer entries, is refused", () => {
    const first = ledgerOf(3);
    const second = ledgerOf(1);
    const left = followSlice(read(emptyFeedChain, first, [3]), sliceOf(second, 0, 1, 1), null);
    expect(left.complete?.ledger).toBe(second.id);
    expect(() => followSlice(left, sliceOf(first, 0, 2, 2), null)).toThrow(FeedRefused);
    const forgotten = forgetLedgers(left, [second.id]);
    expect([...forgotten.furthest.keys()]).toEqual([second.id]);
    expect(forgetLedgers(forgotten, [second.id])).toBe(forgotten);
  });
});

test("a published handle is not found in another ledger", () => {
  expect(publishHandle("A".repeat(22), "x")).not.toEqual(publishHandle("Q".repeat(22), "x"));
});
