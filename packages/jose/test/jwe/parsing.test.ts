// What a JWE may look like: E1, E2, E8, G1, G2, G4 to G6 and section I of the attacks, for every
// serialisation.

import { describe, expect, test } from "vitest";
import {
  createKeySet,
  decryptAndVerifyJwt,
  decryptCompact,
  decryptFlattened,
  decryptGeneral,
  encryptCompact,
  encryptFlattened,
  encryptGeneral,
  generateKey,
  importSecret,
  JoseError,
  publicKey,
  signAndEncryptJwt,
  signCompact,
  signJwt,
  verifyJwt,
} from "../../src/index.ts";
import { CASES, pairOf } from "./algorithms.ts";
import { compact, FAILED, forgeGcm, refusal } from "./forge.ts";

const secret = Buffer.from(Array.from({ length: 32 }, (_, i) => i + 1));
const direct = importSecret(secret, { alg: "A256GCM" });
const bytes = Buffer.from("content");
const header = { alg: "dir", enc: "A256GCM" };
const forged = (over: object | string): string =>
  compact(forgeGcm({ header: over, contentKey: secret }));

describe("E1: base64url of each part", () => {
  const parts = encryptCompact(bytes, direct).split(".");
  const spoiled = ["=", "==", "+", "/", " ", "\t", "\r", "\n", "\0", "é", "Ａ", "%41", "A"];
  test.each([0, 1, 2, 3, 4])("part %i", (at) => {
    for (const extra of spoiled) {
      for (const text of [`${parts[at]}${extra}`, `${extra}${parts[at]}`]) {
        const token = parts.with(at, text).join(".");
        expect(() => decryptCompact(token, direct)).toThrow(JoseError);
      }
    }
  });
  test("unused bits of the last character", () => {
    // 16 bytes are 22 characters, of which the last has four bits to spare.
    const tag = parts[4] ?? "";
    const next = String.fromCharCode(tag.charCodeAt(21) + 1);
    const token = parts.with(4, `${tag.slice(0, 21)}${next}`).join(".");
    expect(refusal(() => decryptCompact(token, direct)).code).toBe("base64url_invalid");
  });
});

describe("E2 and E5: the JSON of the header", () => {
  test.each([
    '{"alg":"dir","alg":"dir","enc":"A256GCM"}',
    '{"alg":"dir","enc":"A256GCM","\\u0065nc":"A256GCM"}',
    '{"alg":"dir","enc":"A256GCM","__proto__":{}}',
    '["dir"]',
    "null",
    "",
    `{"alg":"dir","enc":"A256GCM","x":${"[".repeat(40)}${"]".repeat(40)}}`,
    '{"alg":"dir","enc":"A256GCM","x":1e400}',
    '\uFEFF{"alg":"dir","enc":"A256GCM"}',
  ])("%s", (text) => {
    expect(() => decryptCompact(forged(text), direct)).toThrow(JoseError);
  });
  test.each(["kid", "typ", "cty"])("%s that is no string", (name) => {
    for (const value of [1, null, [], { $ne: "" }, true]) {
      expect(
        refusal(() => decryptCompact(forged({ ...header, [name]: value }), direct)),
      ).toMatchObject({ code: "header_invalid", member: name });
    }
  });
  test("the text of a JSON form is read as strictly", () => {
    const text = JSON.stringify(encryptFlattened(bytes, direct));
    expect(decryptFlattened(text, direct).plaintext).toEqual(new Uint8Array(bytes));
    const twice = text.replace("{", '{"tag":"AAAAAAAAAAAAAAAAAAAAAA",');
    expect(refusal(() => decryptFlattened(twice, direct)).code).toBe("json_invalid");
    // Written as UTF-8 the lone surrogate would become another character.
    const lone = text.replace("{", '{"note":"\uD800",');
    expect(refusal(() => decryptFlattened(lone, direct)).code).toBe("token_malformed");
    for (const other of ["", "[]", "null", '"x"', `${text}x`, text.slice(1), "\uD800"]) {
      expect(() => decryptFlattened(other, direct)).toThrow(JoseError);
    }
    const cycle: { [name: string]: unknown } = {};
    cycle["self"] = cycle;
    for (const other of [null, undefined, 1, cycle, () => 1]) {
      expect(() => decryptFlattened(other as never, direct)).toThrow(JoseError);
    }
  });
});

describe("E8: polyglots and depth", () => {
  test("five parts of which the first three are a valid JWS", async () => {
    const key = await generateKey("ES256");
    const signed = signJwt({ sub: "u_1" }, key, { expiresIn: "1h" });
    for (const token of [`${signed}.AA.AA`, `${signed}..`]) {
      expect(refusal(() => verifyJwt(token, publicKey(key), {})).code).toBe("token_malformed");
      expect(refusal(() => decryptCompact(token, direct)).code).toBe("header_invalid");
    }
  });
  test("a signed token with an encrypted one inside is no nested JWT", async () => {
    const key = await generateKey("ES256");
    const inner = encryptCompact(bytes, direct);
    const signed = signCompact(Buffer.from(inner), key, { header: { cty: "JWT" } });
    const { code } = refusal(() => decryptAndVerifyJwt(signed, direct, publicKey(key), {}));
    expect(code).toBe("token_malformed");
    expect(refusal(() => verifyJwt(signed, publicKey(key), {})).code).toBe("json_invalid");
  });
  test("encrypted twice", async () => {
    const key = await generateKey("ES256");
    const once = signAndEncryptJwt({}, key, direct, { expiresIn: "1h" });
    const twice = encryptCompact(Buffer.from(once), direct, { header: { cty: "JWT" } });
    expect(decryptAndVerifyJwt(once, direct, publicKey(key), {}).claims.exp).toBeTypeOf("number");
    expect(refusal(() => decryptAndVerifyJwt(twice, direct, publicKey(key), {})).code).toBe(
      "token_malformed",
    );
  });
  test("signed twice inside", async () => {
    const key = await generateKey("ES256");
    const signed = signJwt({}, key, { expiresIn: "1h", header: { cty: "JWT" } });
    const token = encryptCompact(Buffer.from(signed), direct, { header: { cty: "JWT" } });
    expect(refusal(() => decryptAndVerifyJwt(token, direct, publicKey(key), {}))).toMatchObject({
      code: "type_mismatch",
      member: "cty",
    });
  });
  test("text around a token", () => {
    const token = encryptCompact(bytes, direct);
    for (const text of [
      ` ${token}`,
      `${token}\n`,
      `Bearer ${token}`,
      `"${token}"`,
      `${token},${token}`,
    ]) {
      expect(() => decryptCompact(text, direct)).toThrow(JoseError);
    }
    for (const text of [undefined, null, 1, {}, [token]]) {
      expect(refusal(() => decryptCompact(text as never, direct)).code).toBe("token_malformed");
    }
  });
});

describe("G1 and G2: crit", () => {
  test.each([
    [{ crit: ["x"], x: 1 }, "critical_header_not_supported"],
    [{ crit: ["b64"], b64: false }, "critical_header_not_supported"],
    [{ crit: ["cnf"], cnf: {} }, "critical_header_not_supported"],
    [{ crit: [] }, "header_invalid"],
    [{ crit: "x", x: 1 }, "header_invalid"],
    [{ crit: {} }, "header_invalid"],
    [{ crit: null }, "header_invalid"],
    [{ crit: [1], 1: 1 }, "header_invalid"],
    [{ crit: [""], "": 1 }, "header_invalid"],
    [{ crit: ["x", "x"], x: 1 }, "header_invalid"],
    [{ crit: ["alg"] }, "header_invalid"],
    [{ crit: ["enc"] }, "header_invalid"],
    [{ crit: ["zip"], zip: "DEF" }, "header_invalid"],
    [{ crit: ["p2c"], p2c: 1 }, "header_invalid"],
    [{ crit: ["x"] }, "header_invalid"],
    [{ crit: ["toString"] }, "header_invalid"],
    [
      { crit: [..."abcdefghi"], a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1 },
      "header_invalid",
    ],
  ] as const)("%j", (extra, code) => {
    const token = forged({ ...header, ...extra });
    expect(refusal(() => decryptCompact(token, direct)).code).toBe(code);
  });
  test("understood by the caller", () => {
    const token = forged({ ...header, crit: ["x", "y"], x: 1, y: 2 });
    const opened = decryptCompact(token, direct, { understood: ["y", "x"] });
    expect(opened.header["x"]).toBe(1);
    expect(refusal(() => decryptCompact(token, direct, { understood: ["x"] })).code).toBe(
      "critical_header_not_supported",
    );
  });
  test("crit, or what it names, outside the protected header", () => {
    const jwe = encryptFlattened(bytes, direct);
    for (const place of ["unprotected", "header"]) {
      const changed = { ...jwe, [place]: { crit: ["x"], x: 1 } };
      expect(refusal(() => decryptFlattened(changed, direct))).toMatchObject({
        code: "header_invalid",
        member: "crit",
      });
    }
    const { encrypted_key: _none, ...parts } = forgeGcm({
      header: { ...header, crit: ["x"] },
      contentKey: secret,
    });
    const changed = { ...parts, unprotected: { x: 1 } };
    expect(refusal(() => decryptFlattened(changed, direct, { understood: ["x"] })).code).toBe(
      "header_invalid",
    );
  });
});

describe("G4: one parameter in two places", () => {
  test("whatever the places and even when equal", async () => {
    const { decrypter, encrypter } = await pairOf("A128KW");
    const jwe = encryptFlattened(bytes, encrypter, { header: { note: 1 } });
    const twice = [
      { ...jwe, unprotected: { alg: "A128KW" } },
      { ...jwe, header: { alg: "A128KW" } },
      { ...jwe, header: { note: 1 } },
      { ...jwe, header: { other: 1 }, unprotected: { other: 1 } },
    ];
    for (const changed of twice) {
      expect(refusal(() => decryptFlattened(changed, decrypter)).code).toBe("header_invalid");
    }
    const apart = { ...jwe, header: { other: 1 }, unprotected: { another: 1 } };
    expect(decryptFlattened(apart, decrypter).unprotectedHeader).toEqual({ other: 1, another: 1 });
  });
  test("the sender does not write it either", async () => {
    const { encrypter } = await pairOf("A128KW");
    const write = (options: object) => () => encryptFlattened(bytes, encrypter, options);
    expect(write({ header: { note: 1 }, unprotected: { note: 1 } })).toThrow(TypeError);
    expect(write({ unprotected: { kid: "other" } })).toThrow(TypeError);
    for (const name of "alg enc zip crit b64 epk apu apv iv tag p2s p2c".split(" ")) {
      expect(write({ header: { [name]: "x" } })).toThrow(TypeError);
      expect(write({ unprotected: { [name]: "x" } })).toThrow(TypeError);
    }
    expect(write({ header: { kid: "other" } })).toThrow(TypeError);
    expect(write({ header: { jwk: { kty: "oct", k: "AA" } } })).toThrow(TypeError);
    expect(write({ header: { typ: 1 } })).toThrow(TypeError);
  });
});

describe("G5 and G6: members that do not go together, or are missing", () => {
  test("flattened and general at once", async () => {
    const { decrypter, encrypter } = await pairOf("A128KW");
    const flattened = encryptFlattened(bytes, encrypter);
    const general = encryptGeneral(bytes, [encrypter]);
    for (const both of [
      { ...flattened, recipients: general.recipients },
      { ...general, encrypted_key: "AAAA" },
      { ...general, header: {} },
    ]) {
      expect(refusal(() => decryptFlattened(JSON.stringify(both), decrypter)).code).toBe(
        "token_malformed",
      );
      expect(refusal(() => decryptGeneral(JSON.stringify(both), decrypter)).code).toBe(
        "token_malformed",
      );
    }
  });
  test.each(["protected", "unprotected", "header", "aad", "iv", "ciphertext", "tag"])(
    "%s of another type",
    (name) => {
      const jwe = encryptFlattened(bytes, direct);
      for (const value of [1, null, [], true, "x y"]) {
        const text = JSON.stringify({ ...jwe, [name]: value });
        expect(() => decryptFlattened(text, direct)).toThrow(JoseError);
      }
    },
  );
  test.each(["iv", "ciphertext", "tag"])("without %s", (name) => {
    const jwe = Object.entries(encryptFlattened(bytes, direct)).filter(([key]) => key !== name);
    expect(refusal(() => decryptFlattened(Object.fromEntries(jwe) as never, direct))).toMatchObject(
      {
        code: "token_malformed",
        member: name,
      },
    );
  });
  test.each([undefined, null, [], {}, "x", [null], [[]], ["x"]])("recipients %j", async (value) => {
    const { decrypter, encrypter } = await pairOf("A128KW");
    const jwe = { ...encryptGeneral(bytes, [encrypter]), recipients: value };
    expect(refusal(() => decryptGeneral(JSON.stringify(jwe), decrypter)).code).toBe(
      "token_malformed",
    );
  });
  test("members that nobody knows are ignored, as RFC 7516 section 7.2.1 has it", () => {
    const jwe = { ...encryptFlattened(bytes, direct), note: "x" };
    expect(decryptFlattened(jwe, direct).plaintext).toEqual(new Uint8Array(bytes));
  });
  test("empty content", () => {
    const empty = new Uint8Array(0);
    expect(decryptCompact(encryptCompact(empty, direct), direct).plaintext).toEqual(empty);
    expect(decryptFlattened(encryptFlattened(empty, direct), direct).plaintext).toEqual(empty);
    expect(decryptGeneral(encryptGeneral(empty, [direct]), direct).plaintext).toEqual(empty);
  });
});

describe("I: bounds", () => {
  test("length of a token", () => {
    const token = encryptCompact(bytes, direct);
    expect(refusal(() => decryptCompact(token, direct, { maxTokenLength: 10 })).code).toBe(
      "token_too_long",
    );
    expect(refusal(() => decryptCompact("A".repeat(1_048_577), direct)).code).toBe(
      "token_too_long",
    );
    const jwe = encryptFlattened(bytes, direct);
    for (const form of [jwe, JSON.stringify(jwe)]) {
      expect(refusal(() => decryptFlattened(form, direct, { maxTokenLength: 10 })).code).toBe(
        "token_too_long",
      );
    }
  });
  test("ten recipients and no more, read or written", async () => {
    const { decrypter, encrypter } = await pairOf("A128KW");
    const others = await Promise.all(Array.from({ length: 9 }, () => generateKey("A128KW")));
    const jwe = encryptGeneral(bytes, [...others, encrypter]);
    expect(decryptGeneral(jwe, decrypter).plaintext).toEqual(new Uint8Array(bytes));
    const more = { ...jwe, recipients: [...jwe.recipients, ...jwe.recipients.slice(0, 1)] };
    expect(refusal(() => decryptGeneral(more, decrypter))).toMatchObject({
      code: "token_malformed",
      member: "recipients",
    });
    expect(() => encryptGeneral(bytes, [...others, encrypter, encrypter])).toThrow(TypeError);
    expect(() => encryptGeneral(bytes, [])).toThrow(TypeError);
  });
  test("dir and ECDH-ES stand alone", async () => {
    const { decrypter, encrypter } = await pairOf("A128KW");
    const agreed = await pairOf("ECDH-ES");
    expect(() => encryptGeneral(bytes, [encrypter, agreed.encrypter])).toThrow(TypeError);
    expect(() => encryptGeneral(bytes, [encrypter, direct])).toThrow(TypeError);
    const jwe = encryptGeneral(bytes, [encrypter], { enc: "A256GCM" });
    for (const alg of ["dir", "ECDH-ES"]) {
      const recipients = [...jwe.recipients, { header: { alg } }];
      expect(refusal(() => decryptGeneral({ ...jwe, recipients }, decrypter))).toMatchObject({
        code: "header_invalid",
        member: "alg",
      });
    }
  });
  test("several recipients: wrong keys fail alike, and strangers are passed over", async () => {
    const ours = await pairOf("A128KW");
    const rsa = await pairOf("RSA-OAEP");
    const jwe = encryptGeneral(bytes, [rsa.encrypter, ours.encrypter]);
    const impostor = await generateKey("A128KW", { kid: ours.decrypter.kid ?? "" });
    expect(refusal(() => decryptGeneral(jwe, impostor))).toEqual(FAILED);
    const set = createKeySet([impostor, rsa.decrypter]);
    expect(decryptGeneral(jwe, set).key).toBe(rsa.decrypter);
    const stranger = await generateKey("A256KW");
    expect(refusal(() => decryptGeneral(jwe, stranger)).code).toBe("key_not_found");
  });
});

describe("the key decides", () => {
  test("another algorithm, another kid, another use", async () => {
    const { decrypter, encrypter } = await pairOf("A128KW");
    const token = encryptCompact(bytes, encrypter);
    const other = await generateKey("A128GCMKW");
    expect(refusal(() => decryptCompact(token, other)).code).toBe("algorithm_mismatch");
    const renamed = await generateKey("A128KW", { kid: "other" });
    expect(refusal(() => decryptCompact(token, renamed)).code).toBe("key_not_found");
    expect(refusal(() => decryptCompact(token, createKeySet([renamed, other]))).code).toBe(
      "key_not_found",
    );
    expect(decryptCompact(token, createKeySet([renamed, decrypter])).key).toBe(decrypter);
    const signing = await generateKey("ES256");
    expect(refusal(() => decryptCompact(token, signing)).code).toBe("algorithm_mismatch");
    expect(refusal(() => encryptCompact(bytes, publicKey(signing))).code).toBe("key_invalid");
  });
  test("two keys that fit are an error", async () => {
    const { encrypter } = await pairOf("A128KW");
    const nameless = [await generateKey("A128KW"), await generateKey("A128KW")];
    const [first] = nameless;
    if (first === undefined) throw new Error("no key");
    const token = encryptCompact(bytes, first);
    expect(refusal(() => decryptCompact(token, createKeySet(nameless))).code).toBe("key_ambiguous");
    expect(encrypter.use).toBe("enc");
  });
  test.each(CASES.filter(({ alg }) => /RSA|ECDH/.test(alg)).slice(0, 6))(
    "$name: halves of a pair in their places",
    async ({ alg, crv }) => {
      const { decrypter, encrypter } = await pairOf(alg, crv);
      expect(() => encryptCompact(bytes, decrypter)).toThrow(TypeError);
      const token = encryptCompact(bytes, encrypter);
      expect(() => decryptCompact(token, encrypter)).toThrow(TypeError);
    },
  );
});

test("no message quotes the token", async () => {
  const { decrypter, encrypter } = await pairOf("ECDH-ES+A256KW");
  const token = encryptCompact(bytes, encrypter);
  const messages = new Set<string>();
  for (let at = 0; at < token.length; at += 7) {
    const changed = `${token.slice(0, at)}~${token.slice(at + 1)}`;
    messages.add(refusal(() => decryptCompact(changed, decrypter)).message);
  }
  expect(messages.size).toBeGreaterThan(0);
  for (const message of messages) {
    for (let at = 0; at + 8 <= message.length; at++) {
      expect(token).not.toContain(message.slice(at, at + 8));
    }
  }
});
