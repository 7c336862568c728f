// Attacks on keys: section B of the catalogue.

import { createHash, createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPrivateJwk,
  exportPublicJwk,
  generateKey,
  importJwk,
  importPem,
  importSecret,
  type Key,
  type PrivateJwk,
  publicKey,
  signJwt,
  verifyJwt,
} from "../../src/index.ts";
import { b64, forgeHmac, forgeSigned, outcome } from "../forge.ts";

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8");

const CLAIMS = { sub: "admin", exp: 4_000_000_000 };

type Rsa = Extract<PrivateJwk, { kty: "RSA" }>;
let rsa: Rsa;
let ec: Key;
beforeAll(async () => {
  rsa = exportPrivateJwk(await generateKey("RS256")) as Rsa;
  ec = await generateKey("ES256");
});

const publicRsa = (members: object): unknown =>
  importJwk({ kty: "RSA", n: rsa.n, e: rsa.e, alg: "RS256", ...members });
const big = (bits: number, mask = 1): string => {
  const bytes = randomBytes(Math.ceil(bits / 8));
  bytes[0] = 1 << ((bits - 1) % 8);
  const last = bytes.length - 1;
  bytes[last] = ((bytes[last] ?? 0) & 0xfe) | mask;
  return b64(bytes);
};

describe("B1 empty and missing secrets", () => {
  test.each([new Uint8Array(0), "", null, undefined, [], {}, 0, false])("%j", (value) => {
    expect(outcome(() => importSecret(value as never, { alg: "HS256" }))).toBe(
      value instanceof Uint8Array ? "key_invalid" : "TypeError",
    );
    const token = forgeHmac({ alg: "HS256" }, CLAIMS, "");
    expect(outcome(() => verifyJwt(token, value as never, {}))).toBe("TypeError");
  });

  test.each(["", null, undefined, 0, [], "a"])("JWK k: %j", (k) => {
    expect(outcome(() => importJwk({ kty: "oct", k, alg: "HS256" }))).toBe("key_invalid");
  });

  test("a resolver's empty answer is no key set", () => {
    const token = forgeHmac({ alg: "HS256" }, CLAIMS, "");
    expect(outcome(() => verifyJwt(token, createKeySet([]), {}))).toBe("key_not_found");
    const lookalike = { keys: [], select: (): undefined => undefined, has: (): boolean => true };
    expect(outcome(() => verifyJwt(token, lookalike as never, {}))).toBe("TypeError");
  });
});

describe("B2 short secrets", () => {
  test.each([
    ["HS256", 32],
    ["HS384", 48],
    ["HS512", 64],
  ] as const)("%s takes %i bytes and no fewer", (alg, bytes) => {
    expect(outcome(() => importSecret(randomBytes(bytes - 1), { alg }))).toBe("key_invalid");
    expect(outcome(() => importJwk({ kty: "oct", k: b64(randomBytes(bytes - 1)), alg }))).toBe(
      "key_invalid",
    );
    expect(importSecret(randomBytes(bytes), { alg }).alg).toBe(alg);
    expect(importSecret(randomBytes(bytes * 4), { alg }).alg).toBe(alg);
  });
});

describe("B3 secrets that are no secrets", () => {
  test.each([0, 1, 0x61, 0xff])("one byte repeated: %i", (byte) => {
    expect(outcome(() => importSecret(new Uint8Array(64).fill(byte), { alg: "HS256" }))).toBe(
      "key_invalid",
    );
  });

  test.each([
    ["a word over and over", "secret".repeat(8)],
    ["a word over and over, cut", "changeme!".repeat(8).slice(0, 67)],
    ["half of it twice", "a long passphrase, but twice ".repeat(2)],
    ["counting", String.fromCharCode(...Array.from({ length: 64 }, (_, i) => i))],
    [
      "counting down by three",
      String.fromCharCode(...Array.from({ length: 32 }, (_, i) => 255 - 3 * i)),
    ],
    ["an example from print", "a-string-secret-at-least-256-bits-long"],
  ])("%s", (_name, text) => {
    const secret = Buffer.from(text, "latin1");
    expect(outcome(() => importSecret(secret, { alg: "HS256" }))).toBe("key_invalid");
    expect(outcome(() => importJwk({ kty: "oct", k: b64(secret), alg: "HS256" }))).toBe(
      "key_invalid",
    );
    const near = Buffer.concat([secret, Buffer.from("x1")]);
    expect(outcome(() => importSecret(near, { alg: "HS256" }))).toBe("accepted");
  });

  test("too long to be meant", () => {
    expect(outcome(() => importSecret(randomBytes(4097), { alg: "HS256" }))).toBe("key_invalid");
  });
});

describe("B4 weak RSA keys", () => {
  test.each(["rsa-1024.pem", "rsa-2047.pem", "rsa-3-primes.pem"])("%s", (name) => {
    for (const alg of ["RS256", "PS512", "RSA-OAEP-256"] as const) {
      expect(outcome(() => importPem(fixture(name), { alg }))).toBe("key_invalid");
    }
  });

  test.each([
    ["1024 bits", () => ({ n: big(1024) })],
    ["2047 bits", () => ({ n: big(2047) })],
    ["16385 bits", () => ({ n: big(16_385) })],
    ["32768 bits", () => ({ n: big(32_768) })],
    ["an even modulus", () => ({ n: big(2048, 0) })],
    ["e = 1", () => ({ e: "AQ" })],
    ["e = 2", () => ({ e: "Ag" })],
    ["an even e", () => ({ e: b64(Buffer.from("010000", "hex")) })],
    ["e = 0", () => ({ e: "AA" })],
    ["e empty", () => ({ e: "" })],
    ["e with a leading zero", () => ({ e: "AAEAAQ" })],
    ["e of 9 bytes", () => ({ e: big(72) })],
    [
      "n with a leading zero",
      () => ({ n: b64(Buffer.concat([Buffer.of(0), Buffer.from(rsa.n, "base64url")])) }),
    ],
    ["n padded", () => ({ n: `${rsa.n}=` })],
    ["n a number", () => ({ n: 5 })],
    ["n missing", () => ({ n: undefined })],
    ["private members without d", () => ({ p: rsa.p })],
  ])("%s", (_name, members) => {
    expect(outcome(() => publicRsa(members()))).toBe("key_invalid");
  });

  test("more than two primes", () => {
    expect(outcome(() => publicRsa({ oth: [] }))).toBe("key_not_supported");
    expect(outcome(() => importJwk({ ...rsa, oth: [{ r: "AQ", d: "AQ", t: "AQ" }] }))).toBe(
      "key_not_supported",
    );
  });

  test("e = 3 and 16384 bits are allowed", () => {
    expect(outcome(() => publicRsa({ e: "Aw" }))).toBe("accepted");
    expect(outcome(() => publicRsa({ n: big(16_384) }))).toBe("accepted");
  });

  test.each(["d", "p", "q", "dp", "dq", "qi"])(
    "a private key without %s, or with a wrong one",
    (name) => {
      expect(outcome(() => importJwk({ ...rsa, [name]: undefined }))).toBe("key_invalid");
      const wrong = Buffer.from(rsa[name as "d"], "base64url");
      wrong[wrong.length >> 1] = (wrong[wrong.length >> 1] ?? 0) ^ 1;
      expect(outcome(() => importJwk({ ...rsa, [name]: b64(wrong) }))).toBe("key_invalid");
    },
  );

  test("another key's modulus", () => {
    expect(outcome(() => importJwk({ ...rsa, n: big(2048) }))).toBe("key_invalid");
  });
});

describe("B5 points", () => {
  const point = (members: object): unknown => importJwk({ ...exportPublicJwk(ec), ...members });
  const p256 = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
  const bytes = (hex: string): string => b64(Buffer.from(hex, "hex"));
  test.each([
    ["off the curve", () => ({ y: b64(createHash("sha256").update("y").digest()) })],
    ["x short", () => ({ x: b64(randomBytes(31)) })],
    ["x long", () => ({ x: b64(randomBytes(33)) })],
    ["y with a leading zero", () => ({ y: b64(Buffer.concat([Buffer.of(0), randomBytes(32)])) })],
    ["the zero point", () => ({ x: bytes("00".repeat(32)), y: bytes("00".repeat(32)) })],
    ["x = p", () => ({ x: bytes(p256) })],
    ["x = 2^256 - 1", () => ({ x: bytes("ff".repeat(32)) })],
    ["y missing", () => ({ y: undefined })],
    [
      "x and y exchanged",
      () => {
        const { x, y } = exportPublicJwk(ec) as { readonly x: string; readonly y: string };
        return { x: y, y: x };
      },
    ],
    ["another curve's name", () => ({ crv: "P-384" })],
    ["an unknown curve", () => ({ crv: "P-257" })],
    ["an inherited name as the curve", () => ({ crv: "constructor" })],
    ["no curve", () => ({ crv: undefined })],
    ["kty in another case", () => ({ kty: "Ec" })],
    ["kty missing", () => ({ kty: undefined })],
  ])("%s", (_name, members) => {
    expect(outcome(() => point(members()))).toBe("key_invalid");
  });

  test.each(["ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed448"] as const)(
    "%s: a private half of another key",
    async (alg) => {
      const one = exportPrivateJwk(await generateKey(alg)) as { readonly d: string };
      const two = exportPrivateJwk(await generateKey(alg)) as { readonly d: string };
      expect(outcome(() => importJwk(one))).toBe("accepted");
      expect(outcome(() => importJwk({ ...one, d: two.d }))).toBe("key_invalid");
      expect(outcome(() => importJwk({ ...one, d: one.d.slice(4) }))).toBe("key_invalid");
    },
  );

  test("a private scalar of zero, or of the order", () => {
    const jwk = exportPrivateJwk(ec);
    const order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    for (const d of ["00".repeat(32), order]) {
      expect(outcome(() => importJwk({ ...jwk, d: bytes(d) }))).toBe("key_invalid");
    }
  });
});

describe("B6 private material stays inside", () => {
  test("a public JWK has public members only", async () => {
    for (const alg of ["RS256", "ES256", "EdDSA"] as const) {
      const key = await generateKey(alg);
      const members = Object.keys(exportPublicJwk(key)).sort();
      expect(members).toEqual(
        {
          RS256: ["alg", "e", "kid", "kty", "n", "use"],
          ES256: ["alg", "crv", "kid", "kty", "use", "x", "y"],
          EdDSA: ["alg", "crv", "kid", "kty", "use", "x"],
        }[alg],
      );
      expect(exportPublicJwk(publicKey(key))).toEqual(exportPublicJwk(key));
    }
  });

  test("a secret has no public form", async () => {
    const secret = await generateKey("HS256");
    expect(outcome(() => exportPublicJwk(secret))).toBe("TypeError");
    expect(outcome(() => publicKey(secret))).toBe("TypeError");
    expect(outcome(() => exportPrivateJwk(publicKey(ec)))).toBe("TypeError");
  });
});

describe("B8 a path is no key", () => {
  test.each(["file:///etc/hostname", "/etc/hostname", "../key.pem"])("%s", (path) => {
    expect(outcome(() => importPem(path, { alg: "RS256" }))).toBe("key_invalid");
    expect(outcome(() => importSecret(path as never, { alg: "HS256" }))).toBe("TypeError");
    expect(outcome(() => importJwk(path, { alg: "HS256" }))).toBe("key_invalid");
  });
});

describe("B9 keys in the header are never used", () => {
  test("jwk, jku, x5u, x5c", () => {
    const attacker = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwk = attacker.publicKey.export({ format: "jwk" });
    for (const extra of [
      { jwk },
      { jwk, kid: ec.kid },
      { jku: "https://evil.example/jwks" },
      { jku: "file:///tmp/jwks" },
      { x5u: "https://evil.example/cert" },
      { x5c: [attacker.publicKey.export({ format: "der", type: "spki" }).toString("base64")] },
    ]) {
      const token = forgeSigned({ alg: "ES256", ...extra }, CLAIMS, attacker.privateKey, "sha256");
      expect(outcome(() => verifyJwt(token, publicKey(ec), {}))).toBe("signature_invalid");
      expect(outcome(() => verifyJwt(token, createKeySet([publicKey(ec)]), {}))).toBe(
        "signature_invalid",
      );
      expect(outcome(() => verifyJwt(token, createKeySet([]), {}))).toBe("key_not_found");
    }
  });

  test("an honest token that carries a key verifies by the caller's key", () => {
    const jwk = exportPublicJwk(ec);
    const token = signJwt(CLAIMS, ec, { header: { jwk: { ...jwk } } });
    expect(outcome(() => verifyJwt(token, publicKey(ec), {}))).toBe("accepted");
  });

  test("a private key is not put into a header", () => {
    const header = { jwk: { ...exportPrivateJwk(ec) } };
    expect(outcome(() => signJwt(CLAIMS, ec, { header }))).toBe("TypeError");
  });
});

describe("PEM texts", () => {
  const spki = (): string =>
    createPrivateKey(fixture("rsa-private.pem"))
      .export({ format: "pem", type: "pkcs8" })
      .toString();
  test.each([
    ["two blocks", (pem: string) => pem + pem],
    ["labels that differ", (pem: string) => pem.replace("END PRIVATE", "END PUBLIC")],
    ["text before", (pem: string) => `x${pem}`],
    ["an unknown label", (pem: string) => pem.replaceAll("PRIVATE KEY", "DSA PRIVATE KEY")],
    ["an encrypted key", (pem: string) => pem.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")],
    [
      "a truncated body",
      (pem: string) => pem.split("\n").slice(0, 5).concat(pem.split("\n").slice(-2)).join("\n"),
    ],
    ["too long", (pem: string) => pem + " ".repeat(70_000)],
    ["empty", () => ""],
  ])("%s", (_name, change) => {
    expect(outcome(() => importPem(change(spki()), { alg: "RS256" }))).toBe("key_invalid");
  });

  test("each supported kind", () => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const kinds = [
      pair.publicKey.export({ format: "pem", type: "spki" }),
      pair.privateKey.export({ format: "pem", type: "pkcs8" }),
      pair.privateKey.export({ format: "pem", type: "sec1" }),
    ];
    expect(kinds.map((pem) => importPem(String(pem), { alg: "ES256" }).type)).toEqual([
      "public",
      "private",
      "private",
    ]);
    const handle = createPrivateKey(fixture("rsa-private.pem"));
    const pkcs1 = handle.export({ format: "pem", type: "pkcs1" }).toString();
    expect(importPem(pkcs1.replaceAll("\n", "\r\n"), { alg: "PS384", kid: "a" })).toMatchObject({
      alg: "PS384",
      kid: "a",
      type: "private",
      use: "sig",
    });
    expect(outcome(() => importPem(pkcs1, { alg: "ES256" }))).toBe("key_invalid");
  });
});

describe("kid", () => {
  test.each(["", "x".repeat(257), 5, null, {}, "\ud800"])("refuses %j", (kid) => {
    expect(outcome(() => importJwk({ ...exportPublicJwk(ec), kid }))).toBe("key_invalid");
    expect(outcome(() => importSecret(randomBytes(32), { alg: "HS256", kid: kid as string }))).toBe(
      "key_invalid",
    );
  });
});
