// Keys for encryption: bound to one algorithm and one use, with the lengths and curves that it has.

import { describe, expect, test } from "vitest";
import {
  decryptCompact,
  encryptCompact,
  exportPrivateJwk,
  exportPublicJwk,
  generateKey,
  importJwk,
  importPem,
  importSecret,
  signJwt,
  verifyJwt,
} from "../../src/index.ts";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { CASES, ENCS, pairOf } from "./algorithms.ts";
import { refusal } from "./forge.ts";

const bytes = new Uint8Array([1, 2, 3]);

describe("what goes out as JSON comes back as the same key", () => {
  test.each(CASES)("$name", async ({ alg, crv }) => {
    const { decrypter, encrypter } = await pairOf(alg, crv);
    const jwk = exportPrivateJwk(decrypter);
    expect(jwk).toMatchObject({ alg, use: "enc", kid: `${alg}-1` });
    const again = importJwk(jwk);
    const open = again.type === "secret" ? again : importJwk(exportPublicJwk(encrypter));
    expect([open.alg, open.use, open.type]).toEqual([alg, "enc", encrypter.type]);
    const token = encryptCompact(bytes, open, { passwordCount: 1000 });
    expect(decryptCompact(token, again).plaintext).toEqual(bytes);
    expect(decryptCompact(token, decrypter).plaintext).toEqual(bytes);
  });
});

describe("secrets have the length of their algorithm", () => {
  test.each([
    ["A128KW", 16],
    ["A192KW", 24],
    ["A256KW", 32],
    ["A128GCMKW", 16],
    ["A192GCMKW", 24],
    ["A256GCMKW", 32],
    ["A128GCM", 16],
    ["A192GCM", 24],
    ["A256GCM", 32],
    ["A128CBC-HS256", 32],
    ["A192CBC-HS384", 48],
    ["A256CBC-HS512", 64],
  ] as const)("%s takes %i bytes", (alg, length) => {
    expect(importSecret(randomBytes(length), { alg }).alg).toBe(alg);
    for (const other of [0, 1, length - 1, length + 1, length * 2]) {
      const run = (): unknown => importSecret(randomBytes(other), { alg });
      expect(refusal(run).code).toBe("key_invalid");
    }
  });
  test("a password has at least 8 bytes", () => {
    const alg = "PBES2-HS256+A128KW";
    expect(importSecret(Buffer.from("8 bytes!"), { alg }).use).toBe("enc");
    expect(refusal(() => importSecret(Buffer.from("7 bytes"), { alg })).code).toBe("key_invalid");
  });
});

describe("a JWK for direct encryption", () => {
  const k = randomBytes(32).toString("base64url");
  test("names its enc, or the caller does", () => {
    expect(importJwk({ kty: "oct", k, alg: "A256GCM" }).alg).toBe("A256GCM");
    expect(importJwk({ kty: "oct", k, alg: "dir" }, { alg: "A256GCM" }).alg).toBe("A256GCM");
    expect(refusal(() => importJwk({ kty: "oct", k, alg: "dir" })).code).toBe(
      "algorithm_not_supported",
    );
    const wrong = (): unknown => importJwk({ kty: "oct", k, alg: "dir" }, { alg: "A256KW" });
    expect(refusal(wrong).code).toBe("algorithm_not_supported");
  });
  test.each(ENCS)("%s cannot be asked for another enc", async (enc) => {
    const key = await generateKey(enc);
    for (const other of ENCS.filter((name) => name !== enc)) {
      expect(() => encryptCompact(bytes, key, { enc: other })).toThrow(TypeError);
    }
    expect(decryptCompact(encryptCompact(bytes, key), key).header).toEqual({ alg: "dir", enc });
  });
});

describe("curves and uses", () => {
  test("ECDH-ES takes curves for agreement only", async () => {
    for (const crv of ["Ed25519", "Ed448", "secp256k1"] as const) {
      await expect(generateKey("ECDH-ES", { crv })).rejects.toThrow(TypeError);
    }
    const signing = exportPublicJwk(await generateKey("EdDSA"));
    const { alg: _alg, use: _use, ...open } = signing;
    expect(refusal(() => importJwk(open, { alg: "ECDH-ES" })).code).toBe("key_invalid");
    const agreement = exportPublicJwk(await generateKey("ECDH-ES", { crv: "X25519" }));
    const { alg: _a, use: _u, ...point } = agreement;
    expect(refusal(() => importJwk(point, { alg: "EdDSA" })).code).toBe("key_invalid");
  });
  test("PEM", () => {
    const { privateKey, publicKey } = generateKeyPairSync("x25519");
    const decrypter = importPem(privateKey.export({ format: "pem", type: "pkcs8" }).toString(), {
      alg: "ECDH-ES+A128KW",
    });
    const encrypter = importPem(publicKey.export({ format: "pem", type: "spki" }).toString(), {
      alg: "ECDH-ES+A128KW",
    });
    expect(decryptCompact(encryptCompact(bytes, encrypter), decrypter).plaintext).toEqual(bytes);
  });
  test("a key for encryption neither signs nor verifies", async () => {
    const key = await generateKey("A256GCM");
    expect(refusal(() => signJwt({}, key)).code).toBe("key_invalid");
    const token = encryptCompact(bytes, key);
    expect(refusal(() => verifyJwt(token, key, {})).code).toBe("token_malformed");
    const rsa = exportPrivateJwk(await generateKey("RSA-OAEP"));
    expect(refusal(() => importJwk({ ...rsa, use: "sig" })).code).toBe("key_invalid");
    expect(refusal(() => importJwk(rsa, { alg: "RS256" })).code).toBe("algorithm_mismatch");
  });
  test("key_ops of a secret (RFC 7517 section 4.3)", async () => {
    const both = await generateKey("A256KW");
    const jwk = exportPrivateJwk(both);
    const wraps = importJwk({ ...jwk, key_ops: ["wrapKey"] });
    const unwraps = importJwk({ ...jwk, key_ops: ["unwrapKey"] });
    const token = encryptCompact(bytes, wraps);
    expect(decryptCompact(token, unwraps).plaintext).toEqual(bytes);
    expect(refusal(() => decryptCompact(token, wraps)).code).toBe("key_invalid");
    expect(refusal(() => encryptCompact(bytes, unwraps)).code).toBe("key_invalid");
    expect(refusal(() => importJwk({ ...jwk, key_ops: ["sign"] })).code).toBe("key_invalid");
  });
});

test("misuse is a TypeError", async () => {
  const key = await generateKey("A256GCM");
  const token = encryptCompact(bytes, key);
  expect(() => encryptCompact("text" as never, key)).toThrow(TypeError);
  expect(() => encryptCompact(bytes, {} as never)).toThrow(TypeError);
  expect(() => encryptCompact(bytes, key, { zip: "GZIP" as never })).toThrow(TypeError);
  for (const name of ["apu", "apv"]) {
    expect(() => encryptCompact(bytes, key, { [name]: bytes })).toThrow(TypeError);
  }
  expect(() => encryptCompact(new Uint8Array(250_001), key, { zip: "DEF" })).toThrow(TypeError);
  for (const passwordCount of [0, 999, 1_200_001, 1000.5, Number.NaN]) {
    expect(() => encryptCompact(bytes, key, { passwordCount })).toThrow(TypeError);
  }
  for (const options of [
    { allowedEnc: [] },
    { allowedEnc: ["none" as never] },
    { allowedEnc: "A256GCM" as never },
    { maxTokenLength: 0 },
    { maxTokenLength: Number.POSITIVE_INFINITY },
    { maxInflatedBytes: -1 },
    { maxPasswordCount: 999 },
    { understood: "x" as never },
  ]) {
    expect(() => decryptCompact(token, key, options)).toThrow(TypeError);
  }
});
