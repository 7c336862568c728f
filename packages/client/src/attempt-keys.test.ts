import { expect, test } from "vitest";
import {
  type AttemptKeys,
  createAttemptKey,
  NO_KEYS,
  SETTLED_KEYS,
  withPendingKey,
  withSettledKey,
} from "./attempt-keys.ts";

test("a key is 32 random bytes in canonical base64url", () => {
  const keys = Array.from({ length: 200 }, createAttemptKey);
  expect(new Set(keys).size).toBe(200);
  for (const key of keys) {
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(key, "base64url").toString("base64url")).toBe(key);
  }
  expect(keys.join("")).toMatch(/[-_]/);
});

test("there is one pending key, and it stays", () => {
  const first = withPendingKey(NO_KEYS, () => "a");
  expect(first).toEqual({ pending: "a", settled: [] });
  expect(withPendingKey(first, () => "b")).toBe(first);
});

test("a settled key goes first, and the oldest of five goes", () => {
  let keys: AttemptKeys = NO_KEYS;
  for (const key of ["a", "b", "c", "d", "e"]) {
    keys = withSettledKey(
      withPendingKey(keys, () => key),
      key,
    );
  }
  expect(keys).toEqual({ pending: null, settled: ["e", "d", "c", "b"] });
  expect(keys.settled).toHaveLength(SETTLED_KEYS);
});

test("a key that another tab settled already leaves the next pending one alone", () => {
  const keys = { pending: "b", settled: ["a"] };
  expect(withSettledKey(keys, "a")).toEqual(keys);
});
