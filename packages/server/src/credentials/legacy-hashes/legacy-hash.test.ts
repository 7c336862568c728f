// Hashes from elsewhere are made here by another implementation (hash-wasm), or are the examples of
// their specification.

import { bcrypt, createSHA1, createSHA256, createSHA512, pbkdf2, scrypt } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { createPasswordHasher } from "../password-hash.ts";
import { parseLegacyHash } from "./legacy-hash.ts";

const PASSWORD = "seven quiet herons at dawn";
const salt = Buffer.from("0123456789abcdef");
const hasher = createPasswordHasher({ concurrency: 1 });
const plain = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString("base64").replace(/=+$/, "");

const makeBcrypt = (password: string): Promise<string> =>
  bcrypt({ password, salt, costFactor: 5, outputType: "encoded" });

const makeScrypt = async (password: string): Promise<string> => {
  const work = { costFactor: 1024, blockSize: 8, parallelism: 2, hashLength: 32 };
  const hash = await scrypt({ password, salt, ...work, outputType: "binary" });
  return `$scrypt$ln=10,r=8,p=2$${plain(salt)}$${plain(hash)}`;
};

const makePbkdf2 = async (password: string, digest: keyof typeof digests): Promise<Uint8Array> =>
  pbkdf2({
    password,
    salt,
    iterations: 1000,
    hashLength: 32,
    hashFunction: digests[digest](),
    outputType: "binary",
  });
const digests = { sha1: createSHA1, sha256: createSHA256, sha512: createSHA512 };

const kinds: [string, (password: string) => Promise<string>][] = [
  ["bcrypt $2b$", makeBcrypt],
  ["bcrypt $2a$", async (password) => (await makeBcrypt(password)).replace("$2b$", "$2a$")],
  ["bcrypt $2y$", async (password) => (await makeBcrypt(password)).replace(/^\$2.\$/, "$2y$")],
  ["scrypt", makeScrypt],
  ...(["sha1", "sha256", "sha512"] as const).map(
    (digest): [string, (password: string) => Promise<string>] => [
      `PBKDF2 ${digest}`,
      async (password) =>
        `$pbkdf2-${digest}$i=1000,l=32$${plain(salt)}$${plain(await makePbkdf2(password, digest))}`,
    ],
  ),
  [
    "PBKDF2 as passlib writes it",
    async (password) =>
      `$pbkdf2-sha512$1000$${plain(salt)}$${plain(await makePbkdf2(password, "sha512"))}`.replaceAll(
        "+",
        ".",
      ),
  ],
  [
    "PBKDF2 as Django writes it",
    async (password) => {
      const hash = Buffer.from(await makePbkdf2(password, "sha256")).toString("base64");
      return `pbkdf2_sha256$1000$0123456789abcdef$${hash}`;
    },
  ],
];

describe.each(kinds)("%s", (_name, make) => {
  it("lets its password in and no other, by one place of the pool", async () => {
    const stored = await make(PASSWORD);
    const before = hasher.count();
    expect(await hasher.verify(PASSWORD, stored)).toBe(true);
    expect(hasher.count() - before).toBe(1);
    expect(await hasher.verify(`${PASSWORD}.`, stored)).toBe(false);
    expect(await hasher.verify("", stored)).toBe(false);
    expect(await hasher.verify("x".repeat(2000), stored)).toBe(false);
    expect(hasher.needsRehash(stored)).toBe(true);
  });

  it("is malformed when it is cut", async () => {
    const stored = await make(PASSWORD);
    expect(await hasher.verify(PASSWORD, stored.slice(0, -2))).toBe(false);
  });
});

describe("published examples", () => {
  it("RFC 7914 section 12: scrypt", async () => {
    const hash = Buffer.from(
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162" +
        "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
      "hex",
    );
    const stored = `$scrypt$ln=10,r=8,p=16$${plain(Buffer.from("NaCl"))}$${plain(hash)}`;
    // More lanes than the bound; the same function with fewer is proved against hash-wasm above.
    expect(parseLegacyHash(stored)).toBeUndefined();
  });

  it("RFC 6070: PBKDF2 with HMAC-SHA-1, 4096 iterations", async () => {
    const hash = Buffer.from("3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038", "hex");
    const saltText = plain(Buffer.from("saltSALTsaltSALTsaltSALTsaltSALTsalt"));
    const stored = `$pbkdf2$4096$${saltText}$${plain(hash)}`;
    expect(await hasher.verify("passwordPASSWORDpassword", stored)).toBe(true);
  });
});

describe("N3: what bcrypt does not read it does not vouch for", () => {
  const long = "x".repeat(72);

  it("72 bytes are whole", async () => {
    expect(await hasher.verify(long, await makeBcrypt(long))).toBe(true);
  });

  it("a password of more bytes is wrong, whatever its end", async () => {
    const stored = await makeBcrypt(long);
    expect(await hasher.verify(`${long}y`, stored)).toBe(false);
    expect(await hasher.verify(`${"x".repeat(71)}\u00e9`, stored)).toBe(false);
  });

  it("a password with a NUL is wrong, before and behind it", async () => {
    const stored = await makeBcrypt("before");
    expect(await hasher.verify("before\0", stored)).toBe(false);
    expect(await hasher.verify("before\0after", stored)).toBe(false);
  });
});

describe("N6: absurd or broken hashes are none", () => {
  const bcryptEnd = "a".repeat(53);
  it.each([
    ["bcrypt of a cost over the bound", `$2b$16$${bcryptEnd}`],
    ["bcrypt of a cost under the least", `$2b$03$${bcryptEnd}`],
    ["bcrypt of a broken implementation", `$2x$10$${bcryptEnd}`],
    ["scrypt of more memory than the bound", `$scrypt$ln=22,r=8,p=1$MDEyMzQ1$${"A".repeat(43)}`],
    ["scrypt of huge blocks", `$scrypt$ln=10,r=99,p=99$MDEyMzQ1$${"A".repeat(43)}`],
    ["PBKDF2 of too many iterations", `$pbkdf2-sha256$i=2000001$MDEyMzQ1$${"A".repeat(43)}`],
    ["PBKDF2 of another digest", `$pbkdf2-md5$i=1000$MDEyMzQ1$${"A".repeat(43)}`],
    ["PBKDF2 of another length than it says", `$pbkdf2-sha256$i=1,l=64$MDEyMzQ1$${"A".repeat(43)}`],
    ["base64 that is not exact", `$pbkdf2-sha256$i=1000$MDEyMzQ1$${"A".repeat(42)}B`],
    ["a plain digest", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"],
    ["a plain password", "hunter2hunter2"],
    ["a very long text", `$2b$10$${"a".repeat(10_000)}`],
  ])("%s", (_what, text) => {
    expect(parseLegacyHash(text)).toBeUndefined();
  });
});
