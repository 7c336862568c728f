import { expect, test } from "vitest";
import { memorySlope } from "./memory-slope.ts";

const MIB = 1024 * 1024;

test("memory that grows by a mebibyte each minute grows by sixty an hour", () => {
  const samples = Array.from({ length: 11 }, (_, minute) => ({
    at: minute * 60_000,
    bytes: (95 + minute) * MIB,
  }));
  expect(memorySlope(samples)).toEqual({ mean: 100, perHour: 60, grown: 0.1 });
});

test("memory that goes up and down around the same has no slope", () => {
  const samples = [10, 20, 10, 20, 10].map((size, at) => ({ at: at * 1000, bytes: size * MIB }));
  expect(memorySlope(samples)?.perHour).toBe(0);
});

test("one moment has no slope", () => {
  expect(memorySlope([])).toBeNull();
  expect(memorySlope([{ at: 5, bytes: 1 }])).toBeNull();
});
