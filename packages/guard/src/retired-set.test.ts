import { publishHandle } from "@latchkey/protocol";
import { describe, expect, test } from "vitest";
import { MAX_LEDGERS, SWEEP_STEP } from "./limits.ts";
import { RetiredSet, RetiredSetFull } from "./retired-set.ts";

const A = "A".repeat(22);
const B = `${"A".repeat(21)}Q`;
const entry = (ledger: string, handle: string, expiresAt = 100) => ({
  handle: publishHandle(ledger, handle),
  expiresAt,
});

describe("RetiredSet", () => {
  test("holds what was added, under its ledger", () => {
    const set = new RetiredSet();
    set.add(A, [entry(A, "x")], 0);
    expect(set.hasAny(set.publish(["y", "x"]))).toBe(true);
    expect(set.hasAny(set.publish(["y"]))).toBe(false);
    expect(set.hasAny(set.publish([]))).toBe(false);
  });

  test("a new ledger makes published handles out of date", () => {
    const set = new RetiredSet();
    set.add(A, [], 0);
    const published = set.publish(["x"]);
    expect(set.isCurrent(published)).toBe(true);
    const { version } = set;
    set.add(B, [entry(B, "x")], 0);
    expect(set.isCurrent(published)).toBe(false);
    expect(set.version).toBeGreaterThan(version);
    expect(set.hasAny(set.publish(["x"]))).toBe(true);
  });

  test("an entry that is repeated keeps the later expiry", () => {
    const set = new RetiredSet();
    set.add(A, [entry(A, "x", 200)], 0);
    set.add(A, [entry(A, "x", 100)], 0);
    set.sweep(150, A);
    expect(set.size).toBe(1);
    set.sweep(200, A);
    expect(set.size).toBe(0);
  });

  test("what has expired is not added", () => {
    const set = new RetiredSet();
    set.add(A, [entry(A, "x", 100)], 100);
    expect(set.size).toBe(0);
  });

  test("a full set refuses new entries and keeps the old ones", () => {
    const set = new RetiredSet(2);
    set.add(A, [entry(A, "x"), entry(A, "y")], 0);
    expect(() => set.add(A, [entry(A, "z")], 0)).toThrow(RetiredSetFull);
    expect(set.hasAny(set.publish(["x"]))).toBe(true);
    expect(() => set.add(A, [entry(A, "x", 500)], 0)).not.toThrow();
  });

  test("ledgers are bounded, and leave with their last entry", () => {
    const set = new RetiredSet();
    const ids = Array.from(
      { length: MAX_LEDGERS + 1 },
      (_, index) => `${"A".repeat(20)}${String.fromCharCode(65 + index)}A`,
    );
    for (const id of ids.slice(0, MAX_LEDGERS)) set.add(id, [entry(id, "x")], 0);
    expect(() => set.add(ids[MAX_LEDGERS] ?? "", [], 0)).toThrow(RetiredSetFull);
    set.sweep(100, ids[0]);
    expect(set.ledgers()).toEqual([ids[0]]);
  });

  test("a sweep takes bounded steps and reaches everything", () => {
    const set = new RetiredSet();
    const count = SWEEP_STEP * 2;
    const entries = Array.from({ length: count }, (_, index) => entry(A, `handle-${index}`));
    set.add(A, entries, 0);
    set.sweep(100, A);
    expect(set.size).toBeGreaterThan(0);
    expect(set.size).toBeLessThan(count);
    for (let step = 0; step < 8; step++) set.sweep(100, A);
    expect(set.size).toBe(0);
  });
});
