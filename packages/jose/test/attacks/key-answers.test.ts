// The exact answer to each refusal of a key: its code and the member at fault. And what is one step inside
// each bound. Found missing by mutation testing.

import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPrivateJwk,
  exportPublicJwk,
  generateKey,
  importJwk,
  type ImportJwkOptions,
  importJwkSet,
  importSecret,
  JoseError,
  type Key,
  signDetached,
  signFlattened,
  signGeneral,
  verifyCompact,
  verifyDetached,
  verifyFlattened,
  verifyGeneral,
} from "../../src/index.ts";
import { b64, outcome, refusal } from "../forge.ts";

type Members = Readonly<Record<string, unknown>>;
const answer = (call: () => unknown): string => {
  const error = refusal(call);
  return error instanceof JoseError ? `${error.code} ${error.member}` : error.name;
};

let rsa: Members;
let ec: Members;
let ed: Members;
let akp: Members;
const oct: Members = { kty: "oct", k: b64(randomBytes(32)), alg: "HS256" };
beforeAll(async () => {
  const load = async (alg: "RS256" | "ES256" | "EdDSA" | "ML-DSA-44"): Promise<Members> => ({
    ...exportPrivateJwk(await generateKey(alg)),
  });
  rsa = await load("RS256");
  ec = await load("ES256");
  ed = await load("EdDSA");
  akp = await load("ML-DSA-44");
});

const integer = (value: bigint): string => {
  const hex = value.toString(16);
  return b64(Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex"));
};
const bytesOf = (text: unknown): Buffer => Buffer.from(text as string, "base64url");

describe("the member at fault", () => {
  const cases: readonly (readonly [string, () => Members, Members, ImportJwkOptions?])[] = [
    ["key_invalid kty", () => rsa, { kty: "EC" }],
    ["key_invalid kty", () => rsa, { kty: "oct" }],
    ["key_invalid kty", () => oct, { kty: "RSA" }],
    ["key_invalid kty", () => ec, { kty: "OKP" }],
    ["key_invalid kty", () => ed, { kty: "EC" }],
    ["key_invalid k", () => rsa, { k: "AAAA" }],
    ["key_invalid k", () => oct, { k: b64(randomBytes(31)) }],
    ["key_invalid k", () => oct, { k: b64(randomBytes(4097)) }],
    ["key_invalid k", () => oct, { k: "A".repeat(8193) }],
    ["key_invalid k", () => oct, { k: "AB==" }],
    ["key_invalid k", () => oct, { k: 5 }],
    ["key_invalid k", () => oct, { k: b64(Buffer.alloc(32, 7)) }],
    ["key_invalid k", () => oct, { k: b64("guess me!".repeat(5)) }],
    ["key_invalid n", () => rsa, { n: integer((1n << 2047n) - 1n) }],
    ["key_invalid n", () => rsa, { n: integer((1n << 16_384n) + 1n) }],
    ["key_invalid n", () => rsa, { n: integer((1n << 2047n) + 2n) }],
    ["key_invalid n", () => ({ ...rsa, n: `AA${rsa["n"] as string}` }), {}],
    ["key_invalid n", () => rsa, { n: "" }],
    ["key_invalid n", () => rsa, { n: integer((1n << 2047n) + 9n) }],
    ["key_invalid e", () => rsa, { e: "AQ" }],
    ["key_invalid e", () => rsa, { e: "BA" }],
    ["key_invalid e", () => rsa, { e: integer((1n << 64n) + 1n) }],
    ["key_invalid e", () => rsa, { e: undefined }],
    [
      "key_invalid p",
      () => rsa,
      { d: undefined, q: undefined, dp: undefined, dq: undefined, qi: undefined },
    ],
    ["key_invalid q", () => rsa, { d: undefined, p: undefined }],
    [
      "key_invalid qi",
      () => rsa,
      { d: undefined, p: undefined, q: undefined, dp: undefined, dq: undefined },
    ],
    ["key_not_supported oth", () => rsa, { oth: [] }],
    ["key_invalid d", () => rsa, { dp: "Aw" }],
    ["key_invalid d", () => rsa, { dq: "Aw" }],
    ["key_invalid d", () => rsa, { qi: "Aw" }],
    ["key_invalid d", () => rsa, { d: "Aw" }],
    ["key_invalid n", () => rsa, { p: "Aw" }],
    ["key_invalid q", () => rsa, { q: undefined }],
    ["key_invalid crv", () => ec, { crv: "P-384" }],
    ["key_invalid crv", () => ec, { crv: "constructor" }],
    ["key_invalid crv", () => ed, { crv: "X25519" }],
    ["key_invalid x", () => ec, { x: b64(randomBytes(31)) }],
    ["key_invalid x", () => ec, { x: b64(randomBytes(33)) }],
    ["key_invalid y", () => ec, { y: b64(randomBytes(31)) }],
    ["key_invalid y", () => ec, { y: undefined }],
    ["key_invalid d", () => ec, { d: b64(randomBytes(31)) }],
    ["key_invalid x", () => ed, { x: b64(randomBytes(33)) }],
    ["key_invalid x", () => ed, { x: b64(Buffer.concat([Buffer.of(1), Buffer.alloc(31)])) }],
    ["key_invalid alg", () => akp, { alg: undefined }, { alg: "ML-DSA-44" }],
    ["key_invalid pub", () => akp, { pub: b64(randomBytes(1311)) }],
    ["key_invalid priv", () => akp, { priv: b64(randomBytes(31)) }],
    ["key_invalid use", () => rsa, { use: "enc" }],
    ["key_invalid use", () => rsa, { use: "SIG" }],
    ["key_invalid key_ops", () => rsa, { key_ops: "sign" }],
    ["key_invalid key_ops", () => rsa, { key_ops: ["sign", "sign"] }],
    ["key_invalid key_ops", () => rsa, { key_ops: ["verify"] }],
    ["key_invalid key_ops", () => rsa, { key_ops: [] }],
    ["key_invalid key_ops", () => rsa, { key_ops: ["sign", "encrypt"] }],
    ["key_invalid key_ops", () => rsa, { key_ops: ["sign", 5] }],
  ];
  test.each(
    cases.map(([expected, base, change, options], i) => ({ i, expected, base, change, options })),
  )("$i: $expected", ({ expected, base, change, options }) => {
    expect(answer(() => importJwk({ ...base(), ...change }, options))).toBe(expected);
  });

  test("a bound itself is inside", () => {
    const members = { kty: "RSA", alg: "RS256", e: integer((1n << 63n) + 1n) };
    expect(outcome(() => importJwk({ ...members, n: integer((1n << 2047n) + 9n) }))).toBe(
      "accepted",
    );
    expect(outcome(() => importJwk({ ...members, n: integer((1n << 16_383n) + 9n) }))).toBe(
      "accepted",
    );
    expect(outcome(() => importJwk({ ...oct, k: b64(randomBytes(4096)) }))).toBe("accepted");
    for (const operations of [["sign"], ["sign", "verify"], ["sign", "something else"]]) {
      expect(outcome(() => importJwk({ ...rsa, key_ops: operations }))).toBe("accepted");
    }
  });

  test("RSA factors that are not what they are for", () => {
    const n = BigInt(`0x${bytesOf(rsa["n"]).toString("hex")}`);
    const p = BigInt(`0x${bytesOf(rsa["p"]).toString("hex")}`);
    const d = BigInt(`0x${bytesOf(rsa["d"]).toString("hex")}`);
    const q = n / p;
    const lcm = (p - 1n) * (q - 1n);
    for (const change of [
      { p: "AQ", q: rsa["n"] },
      { p: rsa["n"], q: "AQ" },
      { p: rsa["q"] },
      { p: integer(p), q: integer(p) },
      // The same exponent modulo the order, but larger than n: two spellings of one key.
      { d: integer(d + lcm * (n / lcm + 1n)) },
      { qi: integer(BigInt(`0x${bytesOf(rsa["qi"]).toString("hex")}`) + p) },
    ]) {
      expect(outcome(() => importJwk({ ...rsa, ...change }))).toBe("key_invalid");
    }
  });
});

describe("key sets", () => {
  let one: Key;
  beforeAll(async () => {
    one = await generateKey("ES256", { kid: "one" });
  });

  test("answer by name and algorithm", () => {
    const nameless = importSecret(randomBytes(32), { alg: "HS256" });
    const set = createKeySet([one, nameless]);
    expect([set.has("one"), set.has("two"), set.has("")]).toEqual([true, false, false]);
    expect(set.select({ alg: "ES256", kid: "one" })).toBe(one);
    expect(set.select({ alg: "ES384", kid: "one" })).toBeUndefined();
    expect(set.select({ alg: "ES256", kid: "two" })).toBeUndefined();
    expect(set.select({ alg: "HS256" })).toBe(nameless);
    expect(set.select({ alg: "ES256", kid: 5 })).toBeUndefined();
    expect(answer(() => createKeySet([one, one]).select({ alg: "ES256" }))).toBe(
      "key_ambiguous kid",
    );
    expect(JSON.parse(JSON.stringify(set)).keys).toHaveLength(2);
  });

  test("hold a hundred keys and no more", () => {
    const keys = Array.from({ length: 101 }, (_, i) =>
      importSecret(randomBytes(32), { alg: "HS256", kid: `${i}` }),
    );
    expect(createKeySet(keys.slice(1)).keys).toHaveLength(100);
    expect(answer(() => createKeySet(keys))).toBe("key_set_invalid undefined");
    expect(answer(() => createKeySet([one, { ...one }] as never))).toBe("TypeError");
    const jwk = exportPublicJwk(one);
    const entries = (count: number): object => ({
      keys: Array.from({ length: count }, (_, i) => ({ ...jwk, kid: `${i}` })),
    });
    expect(importJwkSet(entries(100)).keys).toHaveLength(100);
    expect(outcome(() => importJwkSet(entries(101)))).toBe("key_set_invalid");
  });
});

describe("JWS forms", () => {
  const key = importSecret(randomBytes(32), { alg: "HS256" });
  const payload = Buffer.from("payload");
  const flattened = signFlattened(payload, key);

  test.each(["alg", "crit", "b64"])("%s must be protected", (name) => {
    const jws = { ...flattened, header: { [name]: 1 } };
    const expected = name === "alg" ? "header_invalid undefined" : `header_invalid ${name}`;
    expect(answer(() => verifyFlattened(jws, key))).toBe(expected);
  });

  test("an unprotected kid is a string", () => {
    expect(answer(() => verifyFlattened({ ...flattened, header: { kid: 5 } }, key))).toBe(
      "header_invalid kid",
    );
    expect(outcome(() => verifyFlattened({ ...flattened, header: { kid: "x" } }, key))).toBe(
      "accepted",
    );
  });

  test("lengths count exactly", () => {
    const text = JSON.stringify(flattened);
    for (const jws of [text, flattened]) {
      expect(outcome(() => verifyFlattened(jws, key, { maxTokenLength: text.length }))).toBe(
        "accepted",
      );
      expect(outcome(() => verifyFlattened(jws, key, { maxTokenLength: text.length - 1 }))).toBe(
        "token_too_long",
      );
    }
    for (const maxTokenLength of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5" as never]) {
      expect(outcome(() => verifyFlattened(text, key, { maxTokenLength }))).toBe("TypeError");
      expect(outcome(() => verifyCompact("a.b.c", key, { maxTokenLength }))).toBe("TypeError");
    }
    expect(outcome(() => verifyCompact("a.b.c", key, { understood: "x" as never }))).toBe(
      "TypeError",
    );
    expect(outcome(() => verifyCompact("a.b.c", key, { understood: ["b64"] }))).toBe("TypeError");
  });

  test("objects that are not plain data", () => {
    for (const change of [
      { header: { x: () => 1 } },
      { header: { x: Number.NaN } },
      { toJSON: () => flattened },
      { header: { x: new Date() } },
    ]) {
      expect(outcome(() => verifyFlattened({ ...flattened, ...change }, key))).toBe(
        "token_malformed",
      );
    }
    expect(outcome(() => verifyGeneral([], key))).toBe("token_malformed");
  });

  test("a bad header condemns the document, whatever is asked for", () => {
    const general = signGeneral(payload, [key]);
    const [good] = general.signatures;
    const bad = { protected: b64('{"alg":"HS256","crit":["x"],"x":1}'), signature: "AAAA" };
    const jws = { ...general, signatures: [good, bad] };
    expect(answer(() => verifyGeneral(jws, key, { require: "any" }))).toBe(
      "critical_header_not_supported crit",
    );
  });

  test("detached", () => {
    const token = signDetached(payload, key);
    expect(outcome(() => verifyDetached(token, payload, key))).toBe("accepted");
    expect(outcome(() => verifyDetached(token, Buffer.from("other"), key))).toBe(
      "signature_invalid",
    );
    expect(outcome(() => verifyDetached(token, "payload" as never, key))).toBe("TypeError");
    expect(outcome(() => verifyDetached(token.replace("..", ".AAAA."), payload, key))).toBe(
      "token_malformed",
    );
    const plain = signDetached(payload, key, { unencoded: true });
    expect(outcome(() => verifyDetached(plain, payload, key))).toBe("accepted");
    expect(outcome(() => verifyDetached(plain, Buffer.from(b64(payload)), key))).toBe(
      "signature_invalid",
    );
  });
});
