import { argon2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createPasswordHasher, MAX_PASSWORD_BYTES } from "./password-hash.ts";
import { formatPhc, parsePhc } from "./phc.ts";

const hasher = createPasswordHasher({ concurrency: 1 });

describe("createPasswordHasher", () => {
  it("makes argon2id hashes with OWASP's parameters and a salt of their own", async () => {
    const [first, second] = await Promise.all([
      hasher.hash("a password"),
      hasher.hash("a password"),
    ]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(first).not.toBe(second);
    const parsed = parsePhc(first);
    if (parsed === undefined) throw new Error("not a PHC string");
    const again = argon2Sync("argon2id", {
      message: "a password",
      nonce: parsed.salt,
      parallelism: 1,
      tagLength: 32,
      memory: 19_456,
      passes: 2,
    });
    expect(again.equals(parsed.hash)).toBe(true);
  });

  it("accepts the password and no other", async () => {
    const phc = await hasher.hash("correct horse");
    expect(await hasher.verify("correct horse", phc)).toBe(true);
    expect(await hasher.verify("correct horse ", phc)).toBe(false);
    expect(await hasher.verify("", phc)).toBe(false);
  });

  it("N3: every byte matters, beyond the 72nd and after a NUL", async () => {
    const long = "x".repeat(80);
    const phc = await hasher.hash(`${long}a`);
    expect(await hasher.verify(`${long}b`, phc)).toBe(false);
    const withNul = await hasher.hash("before\0after");
    expect(await hasher.verify("before\0other", withNul)).toBe(false);
    expect(await hasher.verify("before", withNul)).toBe(false);
  });

  it("N5: a password over the limit is wrong, even when what is hashed of it would match", async () => {
    const longest = "x".repeat(MAX_PASSWORD_BYTES);
    const phc = await hasher.hash(longest);
    expect(await hasher.verify(longest, phc)).toBe(true);
    expect(await hasher.verify(`${longest}y`, phc)).toBe(false);
  });

  it("N2: does one hash for a right, a wrong, a missing, a malformed and an over-long one", async () => {
    const phc = await hasher.hash("correct horse");
    for (const [password, stored, expected] of [
      ["correct horse", phc, true],
      ["wrong", phc, false],
      ["wrong", null, false],
      ["wrong", "$argon2id$v=19$m=9999999,t=99,p=9$AAAA$AAAA", false],
      ["x".repeat(100_000), phc, false],
      ["x".repeat(100_000), null, false],
    ] as const) {
      const before = hasher.count();
      expect(await hasher.verify(password, stored)).toBe(expected);
      expect(hasher.count() - before).toBe(1);
    }
  });

  it("knows hashes of other parameters", async () => {
    expect(hasher.needsRehash(await hasher.hash("x"))).toBe(false);
    const weak = { memory: 9216, passes: 4, parallelism: 1 };
    const bytes = { salt: Buffer.alloc(16), hash: Buffer.alloc(32) };
    expect(hasher.needsRehash(formatPhc({ ...weak, ...bytes }))).toBe(true);
  });

  it("I10: runs so many at once, lets so many wait, and refuses the rest", async () => {
    const small = createPasswordHasher({ concurrency: 1, queueLimit: 2 });
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => small.verify("x", null)),
    );
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused).toHaveLength(2);
    expect(refused[0]?.reason).toMatchObject({
      code: "overloaded",
      headers: { "Retry-After": "2" },
    });
    // The places are free again.
    expect(await small.verify("x", null)).toBe(false);
    expect(small.count()).toBe(4);
  });
});
