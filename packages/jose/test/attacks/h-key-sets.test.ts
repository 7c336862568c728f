// Attacks on key sets and on what is remembered: sections H1 to H3 and H6 of the catalogue.

import { beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPrivateJwk,
  exportPublicJwk,
  generateKey,
  importJwk,
  importJwkSet,
  type Key,
  publicKey,
  signJwt,
  verifyJwt,
} from "../../src/index.ts";
import { forgeSigned, outcome } from "../forge.ts";

const CLAIMS = { sub: "user", exp: 4_000_000_000 };

let one: Key;
let two: Key;
let rsa: Key;
beforeAll(async () => {
  one = await generateKey("ES256", { kid: "one" });
  two = await generateKey("ES256", { kid: "two" });
  rsa = await generateKey("RS256", { kid: "one" });
});

describe("H1 kid is a name and nothing else", () => {
  test.each([
    "../../../../dev/null",
    "/proc/sys/kernel/randomize_va_space",
    "' UNION SELECT 'k'--",
    "x'||(select pg_sleep(5))||'",
    "*)(uid=*",
    "; id",
    "$(id)",
    "{{7*7}}",
    "__proto__",
    "constructor",
    "toString",
    "k".repeat(5000),
    "one\u0000",
    "one\r\nset-cookie: a=b",
    "ONE",
    "one ",
    "",
  ])("%j", async (kid) => {
    const { createPrivateKey } = await import("node:crypto");
    const handle = createPrivateKey({ key: { ...exportPrivateJwk(one) }, format: "jwk" });
    const token = forgeSigned({ alg: "ES256", kid }, CLAIMS, handle, "sha256");
    const set = createKeySet([publicKey(one), publicKey(two)]);
    expect(outcome(() => verifyJwt(token, set, {}))).toBe("key_not_found");
    expect(outcome(() => verifyJwt(token, publicKey(one), {}))).toBe("key_not_found");
    expect(set.has(kid)).toBe(false);
  });

  test.each([5, {}, { $ne: "" }, ["one"], null, true])("%j", async (kid) => {
    const { createPrivateKey } = await import("node:crypto");
    const handle = createPrivateKey({ key: { ...exportPrivateJwk(one) }, format: "jwk" });
    const token = forgeSigned({ alg: "ES256", kid }, CLAIMS, handle, "sha256");
    const set = createKeySet([publicKey(one)]);
    expect(outcome(() => verifyJwt(token, set, {}))).toBe("header_invalid");
    expect(set.select({ alg: "ES256", kid })).toBeUndefined();
  });
});

describe("H2 choosing a key", () => {
  test("by kid and algorithm", () => {
    const set = createKeySet([publicKey(one), publicKey(rsa), publicKey(two)]);
    expect(set.select({ alg: "ES256", kid: "one" })).toBe(set.keys[0]);
    expect(set.select({ alg: "RS256", kid: "one" })).toBe(set.keys[1]);
    expect(set.select({ alg: "PS256", kid: "one" })).toBeUndefined();
    expect(set.select({ alg: "RS256" })).toBe(set.keys[1]);
    expect(outcome(() => set.select({ alg: "ES256" }))).toBe("key_ambiguous");
    expect(set.select({})).toBeUndefined();
    for (const token of [one, two, rsa].map((key) => signJwt(CLAIMS, key))) {
      expect(outcome(() => verifyJwt(token, set, {}))).toBe("accepted");
    }
  });

  test("a token without kid among several keys is not tried on each", () => {
    const anonymous = importJwk({ ...exportPrivateJwk(two), kid: undefined });
    const token = signJwt(CLAIMS, anonymous);
    expect(
      outcome(() => verifyJwt(token, createKeySet([publicKey(one), publicKey(two)]), {})),
    ).toBe("key_ambiguous");
    expect(outcome(() => verifyJwt(token, createKeySet([publicKey(two)]), {}))).toBe("accepted");
    expect(
      outcome(() => verifyJwt(token, createKeySet([publicKey(two), publicKey(rsa)]), {})),
    ).toBe("accepted");
  });

  test("a token with kid does not fall back to a key without", () => {
    const anonymous = publicKey(importJwk({ ...exportPrivateJwk(one), kid: undefined }));
    expect(outcome(() => verifyJwt(signJwt(CLAIMS, one), createKeySet([anonymous]), {}))).toBe(
      "key_not_found",
    );
    expect(outcome(() => verifyJwt(signJwt(CLAIMS, one), anonymous, {}))).toBe("accepted");
  });

  test("two keys of one name", () => {
    const twin = publicKey(importJwk({ ...exportPrivateJwk(two), kid: "one" }));
    expect(outcome(() => createKeySet([publicKey(one), twin]))).toBe("key_ambiguous");
    expect(outcome(() => createKeySet([publicKey(one), publicKey(one)]))).toBe("key_ambiguous");
    const foreign = importJwkSet({
      keys: [exportPublicJwk(one), exportPublicJwk(twin), exportPublicJwk(rsa)],
    });
    expect(outcome(() => verifyJwt(signJwt(CLAIMS, one), foreign, {}))).toBe("key_ambiguous");
    expect(outcome(() => verifyJwt(signJwt(CLAIMS, rsa), foreign, {}))).toBe("accepted");
  });

  test("the number of keys is bounded", () => {
    const jwk = exportPublicJwk(one);
    const keys = Array.from({ length: 101 }, (_, i) => ({ ...jwk, kid: String(i) }));
    expect(outcome(() => importJwkSet({ keys }))).toBe("key_set_invalid");
    expect(importJwkSet({ keys: keys.slice(1) }).keys).toHaveLength(100);
    const many = Array.from({ length: 101 }, () => publicKey(one));
    expect(outcome(() => createKeySet(many))).toBe("key_set_invalid");
  });

  test("only keys made here", () => {
    for (const fake of [
      {},
      null,
      { alg: "ES256", kid: "one", use: "sig", type: "public" },
      { ...one },
    ]) {
      expect(outcome(() => createKeySet([fake as Key]))).toBe("TypeError");
      expect(outcome(() => verifyJwt(signJwt(CLAIMS, one), fake as Key, {}))).toBe("TypeError");
    }
    const Constructor = one.constructor as new (...args: unknown[]) => Key;
    expect(outcome(() => new Constructor(Symbol("key"), "a", {}))).toBe("TypeError");
  });
});

describe("H3 and RFC 7517 section 5: another party's set", () => {
  test.each([
    [
      "a symmetric key",
      {
        kty: "oct",
        k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        alg: "HS256",
      },
    ],
    ["a symmetric key without alg", { kty: "oct", k: "AAAA" }],
    ["a private member", { kty: "RSA", d: "AAAA" }],
    ["a member k", { kty: "EC", k: "AAAA" }],
  ])("refused with %s", (_name, jwk) => {
    expect(outcome(() => importJwkSet({ keys: [exportPublicJwk(one), jwk] }))).toBe(
      "key_set_invalid",
    );
  });

  test("refused with a private key", () => {
    expect(outcome(() => importJwkSet({ keys: [exportPrivateJwk(one)] }))).toBe("key_set_invalid");
  });

  test.each([
    null,
    undefined,
    5,
    "x",
    [],
    {},
    { keys: null },
    { keys: {} },
    { keys: "x" },
    Object.create({ keys: [] }),
  ])("not a set: %j", (json) => {
    expect(outcome(() => importJwkSet(json))).toBe("key_set_invalid");
  });

  test("what cannot be used is ignored and the rest works", () => {
    const { alg: _alg, ...withoutAlg } = exportPublicJwk(two);
    const set = importJwkSet({
      keys: [
        { kty: "unknown", kid: "a", alg: "ES256" },
        { kty: "EC", kid: "b", alg: "ES256", crv: "P-256", x: "AA", y: "AA" },
        { kty: "RSA", kid: "c", alg: "RS256", n: "AQAB", e: "AQAB" },
        { ...exportPublicJwk(rsa), alg: "RSA1_5" },
        { ...exportPublicJwk(rsa), use: "enc" },
        { ...exportPublicJwk(rsa), alg: "constructor" },
        null,
        5,
        [],
        withoutAlg,
        { ...exportPublicJwk(one), future: { x: 1 } },
      ],
    });
    expect(set.keys.map((key) => key.kid)).toEqual(["one"]);
    expect(outcome(() => verifyJwt(signJwt(CLAIMS, one), set, {}))).toBe("accepted");
  });

  test("keys without alg take the one listed algorithm that fits", () => {
    const bare = [one, rsa].map((key) => ({ ...exportPublicJwk(key), alg: undefined }));
    const algs = (
      algorithms: readonly ("ES256" | "RS256" | "PS256" | "ECDH-ES")[],
    ): readonly string[] => importJwkSet({ keys: bare }, { algorithms }).keys.map((key) => key.alg);
    expect(algs(["ES256", "RS256"])).toEqual(["ES256", "RS256"]);
    expect(algs(["ES256", "RS256", "PS256"])).toEqual(["ES256"]);
    expect(algs(["PS256"])).toEqual(["PS256"]);
    expect(algs([])).toEqual([]);
    const named = importJwkSet(
      { keys: [exportPublicJwk(one), exportPublicJwk(rsa)] },
      { algorithms: ["RS256"] },
    );
    expect(named.keys.map((key) => key.alg)).toEqual(["RS256"]);
  });
});

describe("H6 remembered headers", () => {
  test("are those of one set: the same header resolves anew in another", async () => {
    const twin = await generateKey("ES256", { kid: "one" });
    const [first, second] = [createKeySet([publicKey(one)]), createKeySet([publicKey(twin)])];
    const [token, other] = [signJwt(CLAIMS, one), signJwt(CLAIMS, twin)];
    expect(token.split(".")[0]).toBe(other.split(".")[0]);
    for (let i = 0; i < 3; i++) {
      expect(verifyJwt(token, first, {}).key).toBe(first.keys[0]);
      expect(outcome(() => verifyJwt(token, second, {}))).toBe("signature_invalid");
      expect(verifyJwt(other, second, {}).key).toBe(second.keys[0]);
      expect(outcome(() => verifyJwt(other, first, {}))).toBe("signature_invalid");
    }
  });

  test("hold nothing of the token: a remembered header does not vouch for another payload", () => {
    const set = createKeySet([publicKey(one)]);
    const [h, , s] = signJwt(CLAIMS, one).split(".");
    expect(outcome(() => verifyJwt(signJwt(CLAIMS, one), set, {}))).toBe("accepted");
    const forged = Buffer.from('{"sub":"admin","exp":4000000000}').toString("base64url");
    expect(outcome(() => verifyJwt(`${h}.${forged}.${s}`, set, {}))).toBe("signature_invalid");
    expect(outcome(() => verifyJwt(signJwt({ exp: 1 }, one), set, {}))).toBe("token_expired");
  });

  test("cannot be changed by who receives them", () => {
    const set = createKeySet([publicKey(one)]);
    const token = signJwt(CLAIMS, one, { header: { x: { y: [1] } } });
    const { header } = verifyJwt(token, set, {});
    expect(() => Object.assign(header, { typ: "at+jwt" })).toThrow(TypeError);
    expect(() => (header["x"] as { readonly y: number[] }).y.push(2)).toThrow(TypeError);
    expect(verifyJwt(token, set, {}).header).toEqual(header);
  });

  test("claims belong to their receiver alone", () => {
    const set = createKeySet([publicKey(one)]);
    const token = signJwt({ ...CLAIMS, roles: ["user"] }, one);
    const first = verifyJwt(token, set, {}).claims as { roles: string[] };
    first.roles.push("admin");
    expect(verifyJwt(token, set, {}).claims).toMatchObject({ roles: ["user"] });
  });

  test("many different headers are all handled, remembered or not", () => {
    const set = createKeySet([publicKey(one)]);
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 150; i++) {
        const token = signJwt(CLAIMS, one, { header: { i } });
        expect(verifyJwt(token, set, {}).header["i"]).toBe(i);
      }
    }
  });
});
