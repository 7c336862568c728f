// Attacks on signatures and MACs: section C of the catalogue.

import { constants, createPrivateKey, type KeyObject, sign } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPrivateJwk,
  generateKey,
  type Key,
  publicKey,
  signCompact,
  signJwt,
  verifyCompact,
  verifyJwt,
  verifyJwtAsync,
} from "../../src/index.ts";
import { b64, outcome, segment } from "../forge.ts";

// With a time of its own: two tokens made in two seconds would differ in what is signed.
const CLAIMS = { sub: "admin", iat: 1_700_000_000, exp: 4_000_000_000 };
const REFUSED = /^(signature_invalid|base64url_invalid|token_malformed)$/;

const CURVES = [
  ["ES256", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"],
  [
    "ES384",
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
  ],
  [
    "ES512",
    `01${"f".repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
  ],
  ["ES256K", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"],
] as const;

const withSignature = (key: Key, signature: Uint8Array): string => {
  const token = signJwt(CLAIMS, key);
  return `${token.slice(0, token.lastIndexOf("."))}.${b64(signature)}`;
};
const verify = (token: string, key: Key): unknown => verifyJwt(token, key, {});
const handleOf = (key: Key): KeyObject =>
  createPrivateKey({ key: { ...exportPrivateJwk(key) }, format: "jwk" });

describe("C1 psychic signatures", () => {
  test.each(CURVES)("%s", async (alg, order) => {
    const key = await generateKey(alg);
    const size = order.length / 2;
    const n = BigInt(`0x${order}`);
    const half = (value: bigint): Buffer =>
      Buffer.from(value.toString(16).padStart(size * 2, "0"), "hex");
    const values = [0n, 1n, n - 1n, n, n + 1n, 2n ** BigInt(size * 8) - 1n];
    for (const r of values) {
      for (const s of values) {
        const token = withSignature(key, Buffer.concat([half(r), half(s)]));
        expect(outcome(() => verify(token, publicKey(key)))).toBe("signature_invalid");
      }
    }
    const zeros = Buffer.from("MAYCAQACAQA", "base64url");
    expect(outcome(() => verify(withSignature(key, zeros), publicKey(key)))).toBe(
      "signature_invalid",
    );
  });
});

describe("C2 the form of ECDSA signatures", () => {
  test.each(CURVES)("%s", async (alg, order) => {
    const key = await generateKey(alg);
    const size = order.length;
    const token = signJwt(CLAIMS, key);
    const input = token.slice(0, token.lastIndexOf("."));
    const signature = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
    expect(signature.length).toBe(size);
    const hash = { ES256: "sha256", ES384: "sha384", ES512: "sha512", ES256K: "sha256" }[alg];
    const der = sign(hash, Buffer.from(input), handleOf(key));
    const zero = Buffer.alloc(1);
    const changed = [
      der,
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([zero, signature]),
      Buffer.concat([signature, zero]),
      Buffer.concat([signature, signature]),
      Buffer.concat([zero, signature.subarray(0, size / 2), zero, signature.subarray(size / 2)]),
      signature.subarray(0, size / 2),
      Buffer.concat([signature.subarray(size / 2), signature.subarray(0, size / 2)]),
    ];
    for (const bytes of changed) {
      expect(outcome(() => verify(`${input}.${b64(bytes)}`, publicKey(key)))).toBe(
        "signature_invalid",
      );
    }
    expect(outcome(() => verify(`${input}.`, publicKey(key)))).toBe("token_malformed");
    expect(outcome(() => verify(token, publicKey(key)))).toBe("accepted");
  });

  test("r or s with leading zeros keep their full length", async () => {
    const key = await generateKey("ES256");
    let short = 0;
    // One signature in 128 has one: so many tries that fewer than 8 of them never come.
    for (let i = 0; i < 10_000 && short < 8; i++) {
      const token = signJwt({ ...CLAIMS, i }, key);
      const signature = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
      expect(signature.length).toBe(64);
      if (signature[0] !== 0 && signature[32] !== 0) continue;
      short++;
      expect(outcome(() => verify(token, publicKey(key)))).toBe("accepted");
    }
    expect(short).toBe(8);
  });
});

describe("C3 truncated and extended MACs", () => {
  test.each([
    ["HS256", 32],
    ["HS384", 48],
    ["HS512", 64],
  ] as const)("%s", async (alg, bytes) => {
    const key = await generateKey(alg);
    const token = signJwt(CLAIMS, key);
    const input = token.slice(0, token.lastIndexOf("."));
    const mac = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
    expect(mac.length).toBe(bytes);
    for (const length of [0, 1, 8, 16, bytes - 1]) {
      expect(outcome(() => verify(`${input}.${b64(mac.subarray(0, length))}`, key))).toMatch(
        REFUSED,
      );
    }
    for (const extra of [1, 16, bytes]) {
      const longer = Buffer.concat([mac, Buffer.alloc(extra)]);
      expect(outcome(() => verify(`${input}.${b64(longer)}`, key))).toMatch(REFUSED);
    }
    for (let i = 0; i < bytes; i++) {
      const changed = Buffer.from(mac);
      changed[i] = (changed[i] ?? 0) ^ 0x80;
      expect(outcome(() => verify(`${input}.${b64(changed)}`, key))).toBe("signature_invalid");
    }
    // A character whose low byte is right must not pass for it.
    const text = b64(mac);
    const wide = String.fromCodePoint((text.codePointAt(3) ?? 0) + 0x100);
    expect(
      outcome(() => verify(`${input}.${text.slice(0, 3)}${wide}${text.slice(4)}`, key)),
    ).toMatch(REFUSED);
  });
});

describe("C5 no answer tells what would have been right", () => {
  test("the message is the same for any wrong MAC and holds nothing of it", async () => {
    const key = await generateKey("HS256");
    const token = signJwt(CLAIMS, key);
    const messages = ["A", "B"].map((letter) => {
      try {
        verify(token.slice(0, -43) + letter.repeat(42) + "A", key);
        return "accepted";
      } catch (error) {
        return String(error);
      }
    });
    expect(messages).toEqual(
      Array.from({ length: 2 }, () => "JoseError: the signature does not match"),
    );
  });
});

describe("C6 RSA padding", () => {
  test.each(["RS256", "PS256"] as const)("%s", async (alg) => {
    const key = await generateKey(alg);
    const handle = handleOf(key);
    const token = signJwt(CLAIMS, key);
    const input = Buffer.from(token.slice(0, token.lastIndexOf(".")));
    const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_MAX_SIGN } = constants;
    const pss = (saltLength: number, hash = "sha256"): Buffer =>
      sign(hash, input, { key: handle, padding: RSA_PKCS1_PSS_PADDING, saltLength });
    const pkcs1 = (hash = "sha256"): Buffer =>
      sign(hash, input, { key: handle, padding: RSA_PKCS1_PADDING });
    const right = alg === "RS256" ? pkcs1() : pss(32);
    expect(outcome(() => verify(withSignature(key, right), publicKey(key)))).toBe("accepted");
    const wrong = [
      alg === "RS256" ? pss(32) : pkcs1(),
      pss(0),
      pss(31),
      pss(33),
      pss(RSA_PSS_SALTLEN_MAX_SIGN),
      pss(32, "sha384"),
      pkcs1("sha384"),
      pkcs1("sha1"),
      right.subarray(1),
      Buffer.concat([Buffer.alloc(1), right]),
      Buffer.concat([right, Buffer.alloc(1)]),
      Buffer.alloc(256),
      Buffer.alloc(256, 0xff),
      Buffer.concat([Buffer.alloc(255), Buffer.of(1)]),
    ];
    for (const signature of wrong) {
      expect(outcome(() => verify(withSignature(key, signature), publicKey(key)))).toBe(
        "signature_invalid",
      );
    }
  });
});

describe("C6 RSA signatures are as long as the modulus", () => {
  // RFC 8017 sections 8.1.2 and 8.2.2, step 1. OpenSSL takes a PSS signature without its leading zeros, which
  // would give one token two spellings and let the second slip past a deny list.
  test.each(["RS256", "PS256", "PS384"] as const)("%s without its leading zero", async (alg) => {
    const key = await generateKey(alg);
    const open = publicKey(key);
    for (let i = 0; i < 20_000; i++) {
      const token = signJwt({ ...CLAIMS, i }, key);
      const input = token.slice(0, token.lastIndexOf("."));
      const signature = Buffer.from(token.slice(input.length + 1), "base64url");
      if (signature[0] !== 0) continue;
      expect(outcome(() => verify(token, open))).toBe("accepted");
      const short = `${input}.${b64(signature.subarray(1))}`;
      expect(outcome(() => verify(short, open))).toBe("signature_invalid");
      await expect(verifyJwtAsync(short, open, {})).rejects.toMatchObject({
        code: "signature_invalid",
      });
      return;
    }
    throw new Error("no signature started with zero");
  });
});

describe("C8 Edwards curves", () => {
  const order = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
  test("Ed25519: S + L, zeros, wrong lengths, an Ed448 signature", async () => {
    const key = await generateKey("EdDSA");
    const token = signJwt(CLAIMS, key);
    const signature = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`);
    const malleable = Buffer.from((s + order).toString(16).padStart(64, "0"), "hex").reverse();
    const ed448 = await generateKey("Ed448");
    const other = sign(null, Buffer.from("x"), handleOf(ed448));
    for (const bytes of [
      Buffer.concat([signature.subarray(0, 32), malleable]),
      Buffer.alloc(64),
      signature.subarray(1),
      Buffer.concat([signature, Buffer.alloc(1)]),
      other,
    ]) {
      expect(outcome(() => verify(withSignature(key, bytes), publicKey(key)))).toBe(
        "signature_invalid",
      );
    }
  });
});

describe("C10 what is verified is what is returned", () => {
  let key: Key;
  beforeAll(async () => {
    key = await generateKey("HS256");
  });

  test("the polyglot of CVE-2022-39227", () => {
    const [h = "", p = "", s = ""] = signJwt({ sub: "user", exp: 4_000_000_000 }, key).split(".");
    const polyglot = `{"  ${h}.${segment(CLAIMS)}.":"","protected":"${h}","payload":"${p}","signature":"${s}"}`;
    expect(outcome(() => verify(polyglot, key))).toMatch(REFUSED);
    expect(outcome(() => verifyCompact(polyglot, key))).toMatch(REFUSED);
    const plain = `{"protected":"${h}","payload":"${p}","signature":"${s}"}`;
    expect(outcome(() => verify(plain, key))).toBe("token_malformed");
  });

  test("the payload is the signed one, byte for byte, with odd spacing and order", () => {
    const header = '{ "typ":"JWT" ,\r\n "alg":"HS256" }';
    const payload = '{"exp":4000000000 , "b":1,\n"a" : "\\u00e9"}';
    const input = `${segment(header)}.${segment(payload)}`;
    const bytes = Buffer.from(payload);
    const signed = signCompact(bytes, key);
    expect(Buffer.from(verifyCompact(signed, key).payload)).toEqual(bytes);
    // The signature of the re-serialised header is not the signature of the header as it came.
    const mac = signed.slice(signed.lastIndexOf(".") + 1);
    expect(outcome(() => verifyCompact(`${input}.${mac}`, key))).toBe("signature_invalid");
  });

  test("parts of two valid tokens do not combine", () => {
    const one = signJwt({ sub: "user", exp: 4_000_000_000 }, key).split(".");
    const two = signJwt(CLAIMS, key).split(".");
    for (const token of [
      [one[0], two[1], one[2]],
      [one[0], one[1], two[2]],
      [two[0], two[1], one[2]],
    ]) {
      expect(outcome(() => verify(token.join("."), key))).toBe("signature_invalid");
    }
    const set = createKeySet([key]);
    expect(outcome(() => verifyJwt(one.join("."), set, {}))).toBe("accepted");
    expect(outcome(() => verifyJwt([one[0], two[1], one[2]].join("."), set, {}))).toBe(
      "signature_invalid",
    );
  });

  test("an empty payload is a JWS and no JWT", () => {
    const token = signCompact(new Uint8Array(0), key);
    expect(verifyCompact(token, key).payload).toEqual(new Uint8Array(0));
    expect(outcome(() => verify(token, key))).toBe("json_invalid");
  });
});
