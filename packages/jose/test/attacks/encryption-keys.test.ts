// Keys for encryption at the door: their length, their algorithm, and what `key_ops` leaves of them. The
// rest of JWE is in test/jwe. Found missing by mutation testing.

import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  decryptCompact,
  encryptCompact,
  exportPrivateJwk,
  exportPublicJwk,
  generateKey,
  importJwk,
  importSecret,
  JoseError,
  type Key,
  type KeyAlgorithm,
} from "../../src/index.ts";
import { b64, outcome, refusal } from "../forge.ts";

const answer = (call: () => unknown): string => {
  const error = refusal(call);
  return error instanceof JoseError ? `${error.code} ${error.member}` : error.name;
};
const imported = (secret: Uint8Array, alg: KeyAlgorithm): string =>
  outcome(() => importSecret(secret, { alg }));

describe("the length of a secret", () => {
  test("a password has 8 bytes or more", () => {
    const alg = "PBES2-HS256+A128KW";
    expect(answer(() => importSecret(randomBytes(7), { alg }))).toBe("key_invalid k");
    for (const length of [8, 9, 16, 100])
      expect(imported(randomBytes(length), alg)).toBe("accepted");
  });

  test.each([
    ["A128KW", 16],
    ["A256GCMKW", 32],
    ["A192GCM", 24],
    ["A256CBC-HS512", 64],
  ] as const)("%s takes %i bytes and no others", (alg, length) => {
    expect(imported(randomBytes(length), alg)).toBe("accepted");
    for (const other of [0, 8, length - 1, length + 1, length * 2]) {
      expect(answer(() => importSecret(randomBytes(other), { alg }))).toBe("key_invalid k");
    }
  });

  test("one byte repeated is memory that nobody filled in", () => {
    for (const byte of [0, 7, 255]) {
      const secret = Buffer.alloc(16, byte);
      expect(answer(() => importSecret(secret, { alg: "A128KW" }))).toBe("key_invalid k");
    }
    // RFC 3394 section 4 publishes its answers under this key, so a cipher takes it.
    const counter = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
    expect(imported(counter, "A128KW")).toBe("accepted");
  });

  test("an algorithm of pairs takes no secret", () => {
    for (const alg of ["RS256", "ES256", "RSA-OAEP", "ECDH-ES"] as const) {
      expect(answer(() => importSecret(randomBytes(32), { alg }))).toBe("key_invalid alg");
    }
  });
});

describe("a JWK whose alg is dir", () => {
  const dir = { kty: "oct", k: b64(randomBytes(32)), alg: "dir" };

  test("is bound to the content encryption that the caller names", () => {
    expect(importJwk(dir, { alg: "A256GCM" }).alg).toBe("A256GCM");
    expect(importJwk(dir, { alg: "A128CBC-HS256" }).alg).toBe("A128CBC-HS256");
  });

  test("is nothing else", () => {
    const refused = "algorithm_not_supported alg";
    expect(answer(() => importJwk(dir))).toBe(refused);
    expect(answer(() => importJwk(dir, { alg: "A256KW" }))).toBe(refused);
    expect(answer(() => importJwk(dir, { alg: "HS256" }))).toBe(refused);
  });

  test("only dir leaves the choice to the caller", () => {
    for (const [alg, wanted] of [
      ["HS256", "A256GCM"],
      ["A256GCM", "A128CBC-HS256"],
      ["A256KW", "HS256"],
    ] as const) {
      expect(answer(() => importJwk({ ...dir, alg }, { alg: wanted }))).toBe(
        "algorithm_mismatch alg",
      );
    }
  });
});

describe("key_ops (RFC 7517 section 4.3)", () => {
  const text = new Uint8Array([1, 2, 3]);
  /** Whether one key encrypts and decrypts, with a key of full rights at the other end. */
  const rights = (key: Key, sender: Key, receiver: Key): [string, string] => {
    const token = encryptCompact(text, sender);
    return [
      outcome(() => decryptCompact(encryptCompact(text, key), receiver)),
      outcome(() => decryptCompact(token, key)),
    ];
  };

  test.each([
    [["encrypt"], true, false],
    [["wrapKey"], true, false],
    [["decrypt"], false, true],
    [["unwrapKey"], false, true],
    [["encrypt", "wrapKey"], true, false],
    [["decrypt", "unwrapKey"], false, true],
    [["encrypt", "decrypt"], true, true],
    [["wrapKey", "unwrapKey"], true, true],
    [["unwrapKey", "encrypt", "something else"], true, true],
  ] as const)("a secret with %j", async (operations, canEncrypt, canDecrypt) => {
    const whole = await generateKey("A256KW");
    const key = importJwk({ ...exportPrivateJwk(whole), key_ops: operations });
    expect(rights(key, whole, whole)).toEqual(
      [canEncrypt, canDecrypt].map((can) => (can ? "accepted" : "key_invalid")),
    );
  });

  test("a pair does what its half does", async () => {
    const whole = await generateKey("ECDH-ES+A128KW", { crv: "P-256" });
    const open = importJwk({ ...exportPublicJwk(whole), key_ops: ["deriveBits"] });
    const own = importJwk({ ...exportPrivateJwk(whole), key_ops: ["deriveKey"] });
    expect(rights(open, open, own)[0]).toBe("accepted");
    expect(rights(own, open, own)[1]).toBe("accepted");
    for (const operations of [["sign"], ["deriveBits", "verify"], ["deriveBits", "deriveBits"]]) {
      const jwk = { ...exportPublicJwk(whole), key_ops: operations };
      expect(answer(() => importJwk(jwk))).toBe("key_invalid key_ops");
    }
  });
});
