import { argon2Sync, randomBytes } from "node:crypto";
import { argon2id, argon2Verify } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { ARGON2_PARAMETERS, createPasswordHasher, MAX_PASSWORD_BYTES } from "./password-hash.ts";
import { resolvePeppers } from "./password-peppers.ts";
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
    const made = {
      variant: "argon2id",
      pepperId: null,
      salt: Buffer.alloc(16),
      hash: Buffer.alloc(32),
    } as const;
    expect(hasher.needsRehash(formatPhc({ ...made, ...weak }))).toBe(true);
    const today = { ...made, ...ARGON2_PARAMETERS };
    expect(hasher.needsRehash(formatPhc({ ...today, variant: "argon2i" }))).toBe(true);
    expect(hasher.needsRehash(formatPhc({ ...today, pepperId: "old" }))).toBe(true);
    expect(hasher.needsRehash(formatPhc(today))).toBe(false);
    expect(hasher.needsRehash(`$2b$10$${"a".repeat(53)}`)).toBe(true);
  });

  it("I10: runs so many at once, lets so many wait, and refuses the rest", async () => {
    const small = createPasswordHasher({ concurrency: 1, queueLimit: 2 });
    const attempts = Array.from({ length: 5 }, () => small.verify("x", null));
    expect(() => small.requireRoom()).toThrow(expect.objectContaining({ code: "overloaded" }));
    const results = await Promise.allSettled(attempts);
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused).toHaveLength(2);
    expect(refused[0]?.reason).toMatchObject({
      code: "overloaded",
      headers: { "Retry-After": "2" },
    });
    // The places are free again.
    expect(() => small.requireRoom()).not.toThrow();
    expect(await small.verify("x", null)).toBe(false);
    expect(small.count()).toBe(4);
  });
});

describe("another implementation of argon2 (hash-wasm)", () => {
  const passwords = ["correct horse", "p\u00e4ss\u{1F986}", "before\0after", "x".repeat(200)];

  it.each(passwords)("accepts our hash of %j, and no other password", async (password) => {
    const phc = await hasher.hash(password);
    expect(await argon2Verify({ password, hash: phc })).toBe(true);
    expect(await argon2Verify({ password: `${password}.`, hash: phc })).toBe(false);
  });

  it.each(passwords)("makes a hash of %j that we accept", async (password) => {
    const phc = await argon2id({
      password,
      salt: randomBytes(16),
      iterations: 3,
      parallelism: 2,
      memorySize: 4096,
      hashLength: 24,
      outputType: "encoded",
    });
    expect(await hasher.verify(password, phc)).toBe(true);
    expect(await hasher.verify(`${password}.`, phc)).toBe(false);
  });

  it("comes to the same hash with a pepper as its secret", async () => {
    const key = randomBytes(32);
    const peppered = createPasswordHasher({
      concurrency: 1,
      peppers: resolvePeppers({ keys: [{ id: "a", key }] }),
    });
    const parsed = parsePhc(await peppered.hash("correct horse"));
    if (parsed === undefined) throw new Error("not a PHC string");
    const again = await argon2id({
      password: "correct horse",
      salt: parsed.salt,
      secret: key,
      iterations: parsed.passes,
      parallelism: parsed.parallelism,
      memorySize: parsed.memory,
      hashLength: parsed.hash.length,
      outputType: "hex",
    });
    expect(again).toBe(parsed.hash.toString("hex"));
  });
});

describe("a pepper", () => {
  const old = { id: "old", key: randomBytes(32) };
  const now = { id: "now", key: randomBytes(32) };
  const withPeppers = (...keys: (typeof old)[]) =>
    createPasswordHasher({ concurrency: 1, peppers: resolvePeppers({ keys }) });

  it("is part of the hash, and its id of the string", async () => {
    const peppered = withPeppers(old);
    const phc = await peppered.hash("correct horse");
    expect(parsePhc(phc)?.pepperId).toBe("old");
    expect(await peppered.verify("correct horse", phc)).toBe(true);
    expect(await peppered.verify("wrong", phc)).toBe(false);
    const other = withPeppers({ ...old, key: randomBytes(32) });
    expect(await other.verify("correct horse", phc)).toBe(false);
  });

  it("is rotated by hashing again", async () => {
    const plain = await hasher.hash("correct horse");
    const older = await withPeppers(old).hash("correct horse");
    const rotated = withPeppers(now, old);
    for (const phc of [plain, older]) {
      expect(await rotated.verify("correct horse", phc)).toBe(true);
      expect(rotated.needsRehash(phc)).toBe(true);
    }
    expect(rotated.needsRehash(await rotated.hash("correct horse"))).toBe(false);
    // Peppers can be given up too.
    const peppers = resolvePeppers({ keys: [now], current: null });
    const leaving = createPasswordHasher({ concurrency: 1, peppers });
    const phc = await leaving.hash("correct horse");
    expect(parsePhc(phc)?.pepperId).toBe(null);
    expect(leaving.needsRehash(await rotated.hash("correct horse"))).toBe(true);
  });

  it("that is not configured is the server's defect, not a wrong password, after the same work", async () => {
    const phc = await withPeppers(old).hash("correct horse");
    const other = withPeppers(now);
    const refusal = await other.verify("correct horse", phc).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "internal" });
    expect(String(Reflect.get(Object(refusal), "cause"))).toContain('the pepper "old"');
    expect(other.count()).toBe(1);
  });
});

it("hashes cheaply only where it was asked for, and a server without it makes such hashes anew", async () => {
  const cheap = createPasswordHasher({ dangerouslyCheap: true });
  const phc = await cheap.hash("correct horse");
  expect(phc).toContain("$m=256,t=1,p=1$");
  expect(cheap.needsRehash(phc)).toBe(false);
  const usual = createPasswordHasher();
  expect(await usual.verify("correct horse", phc)).toBe(true);
  expect(usual.needsRehash(phc)).toBe(true);
  expect(await usual.hash("correct horse")).toContain("$m=19456,t=2,p=1$");
});
