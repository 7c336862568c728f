// The published examples of JWE: RFC 3394, 7516, 7518, 7519, 7520, 8037. What needs RSA1_5 is expected to be
// "not supported", and says so.

import { readFileSync } from "node:fs";
import { createPrivateKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  createKeySet,
  decryptAndVerifyJwt,
  decryptCompact,
  decryptFlattened,
  decryptGeneral,
  type FlattenedJwe,
  type GeneralJwe,
  importJwk,
  importSecret,
  JoseError,
  type JoseErrorCode,
  type Key,
  type KeyAlgorithm,
} from "../../src/index.ts";
import { curveOf } from "../../src/curves.ts";
import { unwrapWithAes, wrapWithAes } from "../../src/jwe/key-management/aes-key-wrap.ts";
import { deriveAgreedKey } from "../../src/jwe/key-management/concat-kdf.ts";
import { decryptContent, encryptContent } from "../../src/jwe/content.ts";
import { findContentRow } from "../../src/jwe/content-encryptions.ts";
import { agreeWithEphemeral } from "../../src/jwe/key-management/key-agreement.ts";

const load = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

function codeOf(run: () => unknown): JoseErrorCode | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof JoseError) return error.code;
    throw error;
  }
  return undefined;
}

describe("RFC 7516 appendix A", () => {
  interface Example {
    readonly plaintext: string;
    readonly key: object;
    readonly compact: string;
  }
  const vectors = load("vectors/rfc7516.json") as {
    readonly "A.1": Example;
    readonly "A.2": Example;
    readonly "A.3": Example;
    readonly "A.4": { readonly general: GeneralJwe };
    readonly "A.5": { readonly flattened: FlattenedJwe };
  };

  test("A.1 RSA-OAEP and A256GCM", () => {
    const { key, compact, plaintext } = vectors["A.1"];
    const opened = decryptCompact(compact, importJwk(key, { alg: "RSA-OAEP" }));
    expect(utf8(opened.plaintext)).toBe(plaintext);
    expect(opened.header).toEqual({ alg: "RSA-OAEP", enc: "A256GCM" });
  });

  test("A.2 RSA1_5 is not supported", () => {
    const { key, compact } = vectors["A.2"];
    for (const alg of ["RSA-OAEP", "RSA-OAEP-256"] as const) {
      const code = codeOf(() => decryptCompact(compact, importJwk(key, { alg })));
      expect(code).toBe("algorithm_not_supported");
    }
    expect(codeOf(() => importJwk({ ...key, alg: "RSA1_5" }))).toBe("algorithm_not_supported");
  });

  test("A.3 A128KW and A128CBC-HS256", () => {
    const { key, compact, plaintext } = vectors["A.3"];
    const opened = decryptCompact(compact, importJwk(key, { alg: "A128KW" }));
    expect(utf8(opened.plaintext)).toBe(plaintext);
  });

  test("A.4 general, as the second recipient; the first needs RSA1_5", () => {
    const { general } = vectors["A.4"];
    const key = importJwk(vectors["A.3"].key, { alg: "A128KW", kid: "7" });
    const opened = decryptGeneral(JSON.stringify(general), key);
    expect(utf8(opened.plaintext)).toBe("Live long and prosper.");
    expect(opened.unprotectedHeader).toEqual({
      alg: "A128KW",
      kid: "7",
      jku: "https://server.example.com/keys.jwks",
    });
    const first = importJwk(vectors["A.2"].key, { alg: "RSA-OAEP", kid: "2011-04-29" });
    expect(codeOf(() => decryptGeneral(general, first))).toBe("key_not_found");
  });

  test("A.5 flattened", () => {
    const key = importJwk(vectors["A.3"].key, { alg: "A128KW", kid: "7" });
    const opened = decryptFlattened(vectors["A.5"].flattened, key);
    expect(utf8(opened.plaintext)).toBe("Live long and prosper.");
  });
});

describe("RFC 7520 section 5", () => {
  interface Example {
    readonly section: string;
    readonly title: string;
    readonly alg: string | readonly string[];
    readonly key?: object | readonly object[];
    readonly password?: string;
    readonly plaintext: string;
    readonly aad?: string;
    readonly compact?: string;
    readonly general?: GeneralJwe;
    readonly flattened?: FlattenedJwe;
  }
  const { examples } = load("vectors/rfc7520.json") as { readonly examples: readonly Example[] };
  const single = examples.filter(({ alg }) => typeof alg === "string" && alg !== "RSA1_5");
  const options = { allowCompression: true } as const;

  function keyOf(example: Example): Key {
    const { alg, key, password } = example;
    if (password !== undefined) {
      return importSecret(Buffer.from(password, "utf8"), { alg: alg as KeyAlgorithm });
    }
    // A direct key names its content encryption itself; the others may have no alg.
    return importJwk(key, alg === "dir" ? {} : { alg: alg as KeyAlgorithm });
  }

  test("every example but those with RSA1_5 is here", () => {
    expect(single.map(({ section }) => section)).toEqual(
      "5.2 5.3 5.4 5.5 5.6 5.7 5.8 5.9 5.10 5.11 5.12".split(" "),
    );
  });

  test.each(single.filter(({ compact }) => compact !== undefined))(
    "$section $title, compact",
    (example) => {
      const opened = decryptCompact(example.compact ?? "", keyOf(example), options);
      expect(utf8(opened.plaintext)).toBe(example.plaintext);
    },
  );

  test.each(single)("$section $title, JSON", (example) => {
    const { general, flattened, section } = example;
    // 5.12 protects nothing of the header, not even enc.
    const rules =
      section === "5.12" ? ({ ...options, allowUnprotectedEnc: true } as const) : options;
    for (const form of [general, JSON.stringify(general)]) {
      if (form === undefined) continue;
      const opened = decryptGeneral(form, keyOf(example), rules);
      expect(utf8(opened.plaintext)).toBe(example.plaintext);
    }
    if (flattened === undefined) throw new Error("no flattened form");
    const opened = decryptFlattened(JSON.stringify(flattened), keyOf(example), rules);
    expect(utf8(opened.plaintext)).toBe(example.plaintext);
    expect(opened.aad === undefined ? undefined : utf8(opened.aad)).toBe(example.aad);
  });

  test("5.12 is refused unless an unprotected enc is asked for", () => {
    const example = examples.find(({ section }) => section === "5.12");
    if (example?.flattened === undefined) throw new Error("no flattened form");
    const { flattened } = example;
    expect(codeOf(() => decryptFlattened(flattened, keyOf(example)))).toBe("header_invalid");
  });

  test("5.1 RSA1_5 is not supported", () => {
    const example = examples.find(({ section }) => section === "5.1");
    const key = importJwk(example?.key, { alg: "RSA-OAEP" });
    expect(codeOf(() => decryptCompact(example?.compact ?? "", key))).toBe(
      "algorithm_not_supported",
    );
  });

  test("5.13 several recipients: the second and the third", () => {
    const example = examples.find(({ section }) => section === "5.13");
    const jwks = example?.key as readonly object[];
    const algorithms = example?.alg as readonly KeyAlgorithm[];
    for (const i of [1, 2]) {
      const key = importJwk(jwks[i], { alg: algorithms[i] ?? "ES256" });
      const opened = decryptGeneral(example?.general ?? "", createKeySet([key]));
      expect(utf8(opened.plaintext)).toBe(example?.plaintext);
      expect(opened.key).toBe(key);
    }
  });
});

describe("RFC 7520 section 6", () => {
  test("a nested token", () => {
    const { nested } = load("vectors/rfc7520.json") as {
      readonly nested: {
        readonly compact: string;
        readonly claims: string;
        readonly decryption_key: object;
        readonly verification_key: object;
      };
    };
    const { claims } = decryptAndVerifyJwt(
      nested.compact,
      importJwk(nested.decryption_key, { alg: "RSA-OAEP" }),
      importJwk(nested.verification_key, { alg: "PS256" }),
      { issuer: "hobbiton.example", now: 1_300_819_379 },
    );
    expect(claims).toEqual(JSON.parse(nested.claims));
  });
});

describe("RFC 7519 appendix A", () => {
  const vectors = load("../vectors/rfc/rfc7519_jwt.json") as {
    readonly encrypted: { readonly key: object; readonly compact: string };
    readonly nested: { readonly decryption_key: object; readonly compact: string };
  };

  test("A.1 and A.2 use RSA1_5, which is not supported", () => {
    const key = importJwk(vectors.encrypted.key, { alg: "RSA-OAEP" });
    for (const token of [vectors.encrypted.compact, vectors.nested.compact]) {
      expect(codeOf(() => decryptCompact(token, key))).toBe("algorithm_not_supported");
    }
  });
});

describe("RFC 7518 appendix B: AES-CBC with HMAC", () => {
  const plaintext = Buffer.from(
    "A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience",
  );
  const aad = Buffer.from("The second principle of Auguste Kerckhoffs");
  const iv = hex("1a f3 8c 2d c2 b9 6f fd d8 66 94 09 23 41 bc 04");
  test.each([
    ["A128CBC-HS256", "65 2c 3f a3 6b 0a 7c 5b 32 19 fa b3 a3 0b c1 c4"],
    ["A192CBC-HS384", "84 90 ac 0e 58 94 9b fe 51 87 5d 73 3f 93 ac 20 75 16 80 39 cc c7 33 d7"],
    [
      "A256CBC-HS512",
      "4d d3 b4 c0 88 a7 f4 5c 21 68 39 64 5b 20 12 bf 2e 62 69 a8 c5 6a 81 6d bc 1b 26 77 61 95 5b c5",
    ],
  ])("%s", (name, tag) => {
    const row = findContentRow(name);
    if (row === undefined) throw new Error("no such row");
    const key = Buffer.from(Array.from({ length: row.keyBytes }, (_, i) => i));
    const sealed = encryptContent(row, key, iv, aad, plaintext);
    expect(sealed.tag).toEqual(hex(tag));
    expect(decryptContent(row, key, { ...sealed, iv, aad })).toEqual(plaintext);
  });
});

describe("RFC 7518 appendix C: ECDH-ES", () => {
  const epk = {
    kty: "EC",
    crv: "P-256",
    x: "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
    y: "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
  };
  const bob = {
    kty: "EC",
    crv: "P-256",
    x: "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
    y: "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
    d: "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
  };
  test("Bob derives the key of the example", () => {
    const handle = createPrivateKey({ key: bob, format: "jwk" });
    const secret = agreeWithEphemeral(curveOf("P-256"), handle, epk);
    if (secret === undefined) throw new Error("no secret");
    const key = deriveAgreedKey(secret, 16, {
      algorithm: "A128GCM",
      apu: Buffer.from("Alice"),
      apv: Buffer.from("Bob"),
    });
    expect(key.toString("base64url")).toBe("VqqN6vgjbSBcIijNcacQGg");
  });
});

describe("RFC 8037 appendix A: the shared secrets", () => {
  test.each([
    {
      name: "A.6 X25519",
      crv: "X25519",
      // Alice's ephemeral public key and Bob's pair, both of RFC 7748 section 6.1.
      epk: "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo",
      x: "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
      d: "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
      secret: "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
    },
    {
      name: "A.7 X448",
      crv: "X448",
      // RFC 7748 section 6.2.
      epk: hex(
        "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0",
      ).toString("base64url"),
      x: hex(
        "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609",
      ).toString("base64url"),
      d: "1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d6927c120bb5ee8972b0d3e21374c9c921b09d1b0366f10b65173992d",
      secret:
        "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c24403085d59a449a5037514a879d",
    },
  ] as const)("$name", ({ crv, epk, x, d, secret }) => {
    const handle = createPrivateKey({
      key: { kty: "OKP", crv, x, d: hex(d).toString("base64url") },
      format: "jwk",
    });
    const agreed = agreeWithEphemeral(curveOf(crv), handle, { kty: "OKP", crv, x: epk });
    expect(agreed?.toString("hex")).toBe(secret);
  });
});

describe("RFC 3394 section 4: AES Key Wrap", () => {
  const key = "00112233445566778899aabbccddeeff0001020304050607";
  test.each([
    ["4.1", 16, 16, "1fa68b0a8112b447 aef34bd8fb5a7b82 9d3e862371d2cfe5"],
    ["4.2", 24, 16, "96778b25ae6ca435 f92b5b97c050aed2 468ab8a17ad84e5d"],
    ["4.3", 32, 16, "64e8c3f9ce0f5ba2 63e9777905818a2a 93c8191e7d6e8ae7"],
    ["4.4", 24, 24, "031d33264e15d332 68f24ec260743edc e1c6c7ddee725a93 6ba814915c6762d2"],
    ["4.5", 32, 24, "a8f9bc1612c68b3f f6e6f4fbe30e71e4 769c8b80a32cb895 8cd5d17d6b254da1"],
  ])("%s", (_section, kekBytes, keyBytes, wrapped) => {
    const kek = Buffer.from(Array.from({ length: kekBytes }, (_, i) => i));
    const data = hex(key).subarray(0, keyBytes);
    expect(wrapWithAes(kek, data)).toEqual(hex(wrapped));
    expect(unwrapWithAes(kek, hex(wrapped), keyBytes)).toEqual(data);
    // Each byte is under the check value, and the length is exact.
    for (let at = 0; at < keyBytes + 8; at++) {
      const spoiled = hex(wrapped);
      spoiled[at] = (spoiled[at] ?? 0) ^ 0x80;
      expect(unwrapWithAes(kek, spoiled, keyBytes)).toBeUndefined();
    }
    for (const other of [0, 8, keyBytes - 8, keyBytes + 8]) {
      expect(unwrapWithAes(kek, hex(wrapped), other)).toBeUndefined();
    }
  });
});
