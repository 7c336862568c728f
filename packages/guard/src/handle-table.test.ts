import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { HandleTable, toWords } from "./handle-table.ts";

const nameOf = (index: number) =>
  createHash("sha256").update(String(index)).digest().subarray(0, 16);

describe("HandleTable", () => {
  test("agrees with a Map through growth, repetition and sweeps", () => {
    const table = new HandleTable();
    const map = new Map<number, number>();
    for (let step = 0; step < 30_000; step++) {
      const index = (step * 7919) % 20_011;
      const expiresAt = 1 + ((step * 104_729) % 1000);
      table.set(toWords([nameOf(index)]), 0, expiresAt);
      map.set(index, Math.max(map.get(index) ?? 0, expiresAt));
      if (step % 9000 !== 8999) continue;
      table.sweep(step / 60, Number.POSITIVE_INFINITY);
      for (const [key, expiry] of map) if (expiry <= step / 60) map.delete(key);
    }
    expect(table.size).toBe(map.size);
    for (let index = 0; index < 20_011; index++) {
      expect(table.expiryOf(toWords([nameOf(index)]), 0)).toBe(map.get(index) ?? 0);
    }
  });

  test("every word of a name counts", () => {
    const table = new HandleTable();
    const name = nameOf(1);
    table.set(toWords([name]), 0, 5);
    for (let byte = 0; byte < 16; byte++) {
      const other = Buffer.from(name);
      other[byte] = (other[byte] ?? 0) ^ 1;
      expect(table.expiryOf(toWords([other]), 0)).toBe(0);
    }
    expect(table.expiryOf(toWords([nameOf(2), name]), 4)).toBe(5);
  });

  test("takes at most 100 bytes for each of many names, and gives the memory back", () => {
    const table = new HandleTable();
    for (let index = 0; index < 200_000; index++) table.set(toWords([nameOf(index)]), 0, 100);
    expect(table.size).toBe(200_000);
    expect(table.bytes / table.size).toBeLessThan(100);
    table.sweep(100, Number.POSITIVE_INFINITY);
    expect(table.size).toBe(0);
    expect(table.bytes).toBeLessThan(100_000);
  });

  test("a time beyond 2106 is kept and does not wrap", () => {
    const table = new HandleTable();
    table.set(toWords([nameOf(1)]), 0, 2 ** 40);
    table.sweep(2 ** 31, Number.POSITIVE_INFINITY);
    expect(table.size).toBe(1);
  });
});
