// The memory is bounded, exact, and forgets rather than errs.

import { expect, test } from "vitest";
import { MAX_REMEMBERED_HEADER_LENGTH, MAX_REMEMBERED_HEADERS } from "../limits.ts";
import { HeaderMemory } from "./header-memory.ts";

test("finds what was remembered and nothing else", () => {
  const memory = new HeaderMemory<number>();
  memory.remember("a", 1);
  memory.remember("b", 2);
  for (let i = 0; i < 2; i++) {
    expect(
      ["a", "b", "a", "c", "", "ab", "__proto__"].map((segment) => memory.find(segment)),
    ).toEqual([1, 2, 1, undefined, undefined, undefined, undefined]);
  }
});

test("is bounded in number and length", () => {
  const memory = new HeaderMemory<number>();
  for (let i = 0; i < MAX_REMEMBERED_HEADERS * 3; i++) memory.remember(String(i), i);
  const found = Array.from({ length: MAX_REMEMBERED_HEADERS * 3 }, (_, i) =>
    memory.find(String(i)),
  );
  expect(found.filter((value) => value !== undefined).length).toBeLessThanOrEqual(
    MAX_REMEMBERED_HEADERS,
  );
  expect(found.every((value, i) => value === undefined || value === i)).toBe(true);
  const long = "x".repeat(MAX_REMEMBERED_HEADER_LENGTH + 1);
  memory.remember(long, 1);
  expect(memory.find(long)).toBeUndefined();
});

test("what was not found is found once it is remembered", () => {
  const memory = new HeaderMemory<number>();
  expect(memory.find("a")).toBeUndefined();
  memory.remember("a", 1);
  expect(memory.find("a")).toBe(1);
  memory.remember("b", 2);
  expect([memory.find("b"), memory.find("a")]).toEqual([2, 1]);
});

test("the bounds themselves are inside", () => {
  const memory = new HeaderMemory<number>();
  const longest = "x".repeat(MAX_REMEMBERED_HEADER_LENGTH);
  memory.remember(longest, 0);
  for (let i = 1; i < MAX_REMEMBERED_HEADERS; i++) memory.remember(String(i), i);
  expect([memory.find(longest), memory.find("1")]).toEqual([0, 1]);
  // One more starts afresh; the last one found may stay beside it.
  memory.remember("more", 1000);
  expect(["2", "3", "more"].map((segment) => memory.find(segment))).toEqual([
    undefined,
    undefined,
    1000,
  ]);
});
