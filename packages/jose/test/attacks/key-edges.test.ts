// Keys one step inside and one step outside of each rule, where the answer says which rule it was. Found
// missing by mutation testing.

import { generatePrimeSync, randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPrivateJwk,
  exportPublicJwk,
  generateKey,
  importJwk,
  importJwkSet,
  importSecret,
  JoseError,
  type KeyAlgorithm,
  publicKey,
  signJwt,
  verifyJwt,
} from "../../src/index.ts";
import { b64, outcome, refusal } from "../forge.ts";

type Members = Readonly<Record<string, unknown>>;
const answer = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    return error instanceof JoseError ? `${error.code} ${error.member}` : String(error);
  }
  return "accepted";
};
const integer = (value: bigint): string => {
  const hex = value.toString(16);
  return b64(Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex"));
};
const oct: Members = { kty: "oct", k: b64(randomBytes(32)), alg: "HS256" };
const load = async (alg: KeyAlgorithm): Promise<Members> => ({
  ...exportPrivateJwk(await generateKey(alg)),
});

describe("the numbers of a private RSA key", () => {
  let rsa: Members;
  const number = (name: string): bigint =>
    BigInt(`0x${Buffer.from(rsa[name] as string, "base64url").toString("hex")}`);
  const imported = (change: Members): string => answer(() => importJwk({ ...rsa, ...change }));
  beforeAll(async () => {
    rsa = await load("RS256");
  });

  test("an empty or endless member is that member's fault", () => {
    expect(imported({ d: "" })).toBe("key_invalid d");
    expect(imported({ dp: "" })).toBe("key_invalid dp");
    expect(imported({ dp: "Q".repeat(8196) })).toBe("key_invalid dp");
    // As long as a member may be: it is read, and does not fit.
    expect(imported({ dp: "Q".repeat(8192) })).toBe("key_invalid d");
  });

  test("factors that are no factors", () => {
    expect(imported({ p: rsa["n"], q: "AQ" })).toBe("key_invalid n");
    expect(imported({ p: "AQ", q: rsa["n"] })).toBe("key_invalid n");
    expect(imported({ p: "Ag" })).toBe("key_invalid n");
    const twice = generatePrimeSync(1024, { bigint: true });
    const square = { n: integer(twice * twice), p: integer(twice), q: integer(twice) };
    expect(imported(square)).toBe("key_invalid n");
  });

  test("three is a factor, and the rest has to fit it", () => {
    const other = (1n << 2047n) + 1n + 2n * BigInt(`0x${randomBytes(100).toString("hex")}`);
    const members = { n: integer(3n * other), p: integer(other), q: "Aw" };
    expect(imported(members)).toBe("key_invalid d");
    expect(imported({ ...members, p: members.q, q: members.p })).toBe("key_invalid d");
  });

  test("an exponent that fits one factor only, or both and is too large", () => {
    const [p1, q1, d] = [number("p") - 1n, number("q") - 1n, number("d")];
    const exponent = (value: bigint): Members => ({
      d: integer(value),
      dp: integer(value % p1),
      dq: integer(value % q1),
    });
    expect(imported(exponent(d))).toBe("accepted");
    expect(imported(exponent(d + q1))).toBe("key_invalid d");
    expect(imported(exponent(d + p1))).toBe("key_invalid d");
    const order = p1 * q1;
    expect(imported(exponent(d + order * (number("n") / order + 1n)))).toBe("key_invalid d");
  });

  test("the modulus of the broken generator is the modulus's fault (attack B4)", () => {
    // 65537 to a power has the mark: it is 65537 to that power modulo every prime.
    expect(
      answer(() => importJwk({ kty: "RSA", alg: "RS256", e: "AQAB", n: integer(65_537n ** 130n) })),
    ).toBe("key_invalid n");
  });
});

describe("what a JWK is", () => {
  test.each([
    ["null", null],
    ["a text", "kty"],
    ["a number", 5],
    ["nothing", undefined],
    ["a list", []],
    ["a list with the members", Object.assign([], oct)],
    ["a function with the members", Object.assign(() => 1, oct)],
  ])("not %s", (_name, jwk) => {
    expect(answer(() => importJwk(jwk, { alg: "HS256" }))).toBe("key_invalid undefined");
  });

  test("kid is a well-formed text of 1 to 256 characters", () => {
    for (const kid of ["", "x".repeat(257), 5, null, "\ud800"]) {
      expect(answer(() => importJwk({ ...oct, kid }))).toBe("key_invalid kid");
    }
    for (const kid of ["x", "x".repeat(256), "😀"]) {
      expect(importJwk({ ...oct, kid }).kid).toBe(kid);
    }
  });

  test.each(["RS256", "ES256", "EdDSA", "ML-DSA-44"] as const)(
    "each half of %s with its own operation signs and verifies",
    async (alg) => {
      const whole = await generateKey(alg);
      const signer = importJwk({ ...exportPrivateJwk(whole), key_ops: ["sign"] });
      const verifier = importJwk({ ...exportPublicJwk(whole), key_ops: ["verify"] });
      const token = signJwt({ sub: "user" }, signer, { expiresIn: 60 });
      expect(verifyJwt(token, verifier, {}).claims["sub"]).toBe("user");
      expect(verifyJwt(token, publicKey(signer), {}).claims["sub"]).toBe("user");
    },
  );
});

describe("bytes that are a published key", () => {
  const imported = (secret: Uint8Array | string): string =>
    outcome(() => importSecret(Buffer.from(secret as string), { alg: "HS256" }));

  test.each([
    ["OpenSSH without its space", "ssh-ed25519AAAAC3NzaC1lZDI1NTE5AAAAIGq3vYxW"],
    ["OpenSSH", "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY"],
    ["SSH2", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAAC3Nz"],
    ["PEM", "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ"],
    ["JSON with spaces", '{ "kty" : "RSA", "e" : "AQAB", "n" : "x" }'],
    ["JSON over lines", '{\n  "keys"\n:\n [1, 2, 3, 4, 5, 6, 7, 8, 9]}'],
  ])("%s", (_name, text) => {
    expect(imported(text)).toBe("key_invalid");
  });

  test("a secret that only starts like one is a secret", () => {
    for (let i = 0; i < 5; i++) {
      const random = randomBytes(64);
      random.set([0x30, 0x3e]);
      expect(imported(random)).toBe("accepted");
    }
    expect(imported("a -BEGIN is one dash and no file of any kind")).toBe("accepted");
    expect(imported('this text says "kty"and nothing else: it is no JSON')).toBe("accepted");
  });

  test("wider numbers are not bytes", () => {
    for (const secret of [
      new Uint16Array(randomBytes(64)),
      new DataView(new ArrayBuffer(64)),
      "x",
    ]) {
      expect(refusal(() => importSecret(secret as never, { alg: "HS256" }))).toBeInstanceOf(
        TypeError,
      );
    }
  });
});

describe("key sets", () => {
  test("are refused as a whole by the member at fault", async () => {
    const jwk = exportPublicJwk(await generateKey("ES256"));
    const unusable = { kty: "new", alg: "new" };
    for (const keys of [
      "keys",
      { length: 1 },
      Array.from({ length: 101 }, (_, i) => ({ ...jwk, kid: `${i}` })),
      // What is ignored counts too: the work is bounded before it starts.
      Array.from({ length: 101 }, () => unusable),
      [{ kty: "oct" }],
      [{ kty: "oct", alg: "HS256" }],
      [jwk, oct],
      [{ ...jwk, d: "AAAA" }],
      [{ k: "AAAA" }],
    ]) {
      expect(answer(() => importJwkSet({ keys }))).toBe("key_set_invalid keys");
    }
    expect(importJwkSet({ keys: [unusable, null, "x", jwk] }).keys).toHaveLength(1);
  });

  test("bind a key without alg to the one algorithm listed that its curve has", async () => {
    const bare = async (alg: KeyAlgorithm): Promise<object> => {
      const jwk = exportPublicJwk(await generateKey(alg));
      const { alg: _alg, ...members } = jwk;
      return members;
    };
    const keys = [await bare("ES256"), await bare("ES384"), await bare("ES256K")];
    const algorithms = (...list: KeyAlgorithm[]): string[] =>
      importJwkSet({ keys }, { algorithms: list }).keys.map(({ alg }) => alg);
    expect(algorithms("ES256", "ES384")).toEqual(["ES256", "ES384"]);
    expect(algorithms("ES256K")).toEqual(["ES256K"]);
    // ES256K is the only one for its curve, and still nobody has asked for it.
    expect(importJwkSet({ keys }).keys).toEqual([]);
    const agreement = exportPublicJwk(await generateKey("ECDH-ES", { crv: "X25519" }));
    const { alg: _alg, ...members } = agreement;
    const bound = importJwkSet({ keys: [members] }, { algorithms: ["ECDH-ES"] });
    expect(bound.keys.map(({ alg }) => alg)).toEqual(["ECDH-ES"]);
  });

  test("find nothing for what nobody named, and cannot be changed", () => {
    const nameless = importSecret(randomBytes(32), { alg: "HS256" });
    const set = createKeySet([nameless]);
    expect(set.select({ kid: "nobody" })).toBeUndefined();
    expect(set.select({})).toBeUndefined();
    expect(set.has(undefined as never)).toBe(false);
    expect(() => Object.assign(set, { keys: [] })).toThrow(TypeError);
    expect(Object.isFrozen(set)).toBe(true);
    expect(Object.isFrozen(set.keys)).toBe(true);
  });
});
