import type { Principal } from "@latchkey/protocol";
import { describe, expect, test } from "vitest";
import { MAX_CACHED_TOKEN_LENGTH } from "./limits.ts";
import { type CachedToken, TokenCache } from "./token-cache.ts";

const BYTES = 1_000_000;

const entry = (token: string): CachedToken => ({
  token,
  verification: {
    kind: "valid",
    answer: { ok: true, principal: { subject: token } as Principal },
  },
  expiresAt: 0,
  keysVersion: 0,
  handles: [],
  published: { names: new Uint32Array(), ledgersVersion: 0 },
  retiredVersion: 0,
});

describe("TokenCache", () => {
  test("finds a token by its whole text only", () => {
    const cache = new TokenCache(10, BYTES);
    const tail = "s".repeat(40);
    const stored = entry(`header.payload.${tail}`);
    cache.add(stored);
    expect(cache.find(`header.payload.${tail}`)).toBe(stored);
    // H6: the same end, another token.
    expect(cache.find(`header.pay1oad.${tail}`)).toBeUndefined();
    expect(cache.find(tail)).toBeUndefined();
    expect(cache.find("")).toBeUndefined();
  });

  test("is bounded: the oldest leaves first", () => {
    const cache = new TokenCache(2, BYTES);
    const tokens = ["a", "b", "c"].map((name) => name.repeat(50));
    for (const token of tokens) cache.add(entry(token));
    expect(cache.size).toBe(2);
    expect(tokens.map((token) => cache.find(token) !== undefined)).toEqual([false, true, true]);
  });

  test("two tokens of one end share a place, and neither is taken for the other", () => {
    const cache = new TokenCache(2, BYTES);
    const [first, second] = [`1.${"s".repeat(40)}`, `2.${"s".repeat(40)}`] as const;
    cache.add(entry(first));
    cache.add(entry(second));
    expect(cache.size).toBe(1);
    expect(cache.find(first)).toBeUndefined();
    expect(cache.find(second)?.verification.answer.principal.subject).toBe(second);
    cache.remove(entry(first));
    expect(cache.find(second)).toBeDefined();
  });

  test("is bounded in bytes: long tokens push out more than short ones", () => {
    const cache = new TokenCache(1000, 100_000);
    for (let index = 0; index < 200; index++)
      cache.add(entry(`${index}.${"s".repeat(4000)}${index}`));
    expect(cache.bytes).toBeLessThanOrEqual(100_000);
    expect(cache.size).toBeGreaterThan(3);
    expect(cache.size).toBeLessThan(10);
    for (let index = 0; index < 200; index++)
      cache.add(entry(`${index}.${"t".repeat(40)}${index}`));
    expect(cache.bytes).toBeLessThanOrEqual(100_000);
    expect(cache.size).toBeGreaterThan(30);
  });

  test("0 remembers nothing, and a very long token is not remembered", () => {
    const none = new TokenCache(0, BYTES);
    none.add(entry("a".repeat(50)));
    expect(none.size).toBe(0);
    const cache = new TokenCache(2, BYTES);
    cache.add(entry("a".repeat(MAX_CACHED_TOKEN_LENGTH + 1)));
    expect(cache.size).toBe(0);
  });
});
