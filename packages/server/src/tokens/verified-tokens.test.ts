import { createKeySet, generateKey, type Keys } from "@latchkey/jose";
import { parsePrincipal } from "@latchkey/protocol";
import { beforeAll, expect, it } from "vitest";
import type { VerifiedBearer } from "./authenticate.ts";
import { MAX_REMEMBERED_TOKEN_LENGTH, VerifiedTokens } from "./verified-tokens.ts";

const NOW = 1_800_000_000_000;

let keys: Keys;
beforeAll(async () => {
  keys = createKeySet([await generateKey("ES256")]);
});

function bearerOf(subject: string, exp: unknown = NOW / 1000 + 900): VerifiedBearer {
  return { principal: parsePrincipal({ sub: subject, exp: exp as number }), handles: [] };
}

const tokenOf = (name: string): string => `${name.padEnd(300, "x")}.${name.padStart(40, "y")}`;

it("finds a token by all of its characters", () => {
  const verified = new VerifiedTokens();
  const token = tokenOf("ann");
  const bearer = bearerOf("ann");
  verified.add(token, bearer, keys, NOW);
  expect(verified.find(`${token} `.trimEnd(), keys, NOW)).toBe(bearer);
  // H6: the same end, and so the same place, with another beginning.
  expect(verified.find(`b${token.slice(1)}`, keys, NOW)).toBeUndefined();
  expect(verified.find(`x${token}`, keys, NOW)).toBeUndefined();
  expect(verified.find(token.slice(1), keys, NOW)).toBeUndefined();
  expect(verified.find(`${token}x`, keys, NOW)).toBeUndefined();
  expect(verified.find("", keys, NOW)).toBeUndefined();
  expect(verified.find(token, keys, NOW)).toBe(bearer);
});

it("forgets at exp, with other keys, and when the clock was set back", () => {
  const verified = new VerifiedTokens();
  const token = tokenOf("ann");
  const bearer = bearerOf("ann");
  verified.add(token, bearer, keys, NOW);
  expect(verified.find(token, keys, NOW + 899_999)).toBe(bearer);
  for (const [otherKeys, now] of [
    [keys, NOW + 900_000],
    [createKeySet([]), NOW],
    [keys, NOW - 1],
    [keys, Number.NaN],
  ] as const) {
    verified.add(token, bearer, keys, NOW);
    expect(verified.find(token, otherKeys, now)).toBeUndefined();
    expect(verified.size).toBe(0);
  }
});

it("two tokens with one end replace each other and are not taken for each other", () => {
  const verified = new VerifiedTokens();
  const [ann, bob] = [`a${"x".repeat(60)}`, `b${"x".repeat(60)}`];
  verified.add(ann, bearerOf("ann"), keys, NOW);
  verified.add(bob, bearerOf("bob"), keys, NOW);
  expect(verified.find(ann, keys, NOW)).toBeUndefined();
  expect(verified.find(bob, keys, NOW)?.principal.subject).toBe("bob");
  expect(verified.size).toBe(1);
});

it("is bounded: the oldest leaves, and what is long or never expires is not remembered", () => {
  const verified = new VerifiedTokens(10_000);
  const names = ["a", "b", "c", "d", "e", "f"];
  for (const name of names) verified.add(tokenOf(name), bearerOf(name), keys, NOW);
  const kept = names.filter((name) => verified.find(tokenOf(name), keys, NOW) !== undefined);
  expect(kept).toEqual(["d", "e", "f"]);
  expect(verified.size).toBe(3);
  const long = "x".repeat(MAX_REMEMBERED_TOKEN_LENGTH + 1);
  verified.add(long, bearerOf("long"), keys, NOW);
  verified.add(tokenOf("endless"), bearerOf("endless", null), keys, NOW);
  expect(verified.find(long, keys, NOW)).toBeUndefined();
  expect(verified.find(tokenOf("endless"), keys, NOW)).toBeUndefined();
  // What is larger than all there is leaves with the rest.
  const small = new VerifiedTokens(1_000);
  small.add(tokenOf("a"), bearerOf("a"), keys, NOW);
  expect(small.size).toBe(0);
});
