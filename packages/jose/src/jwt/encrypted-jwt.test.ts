// Encrypted and nested tokens: what comes back, who can have written it, and what their types promise.

import { describe, expect, expectTypeOf, test } from "vitest";
import {
  createKeySet,
  decodeJwtUnverified,
  decryptAndVerifyJwt,
  decryptCompact,
  decryptJwt,
  type DecryptedToken,
  encryptCompact,
  encryptJwt,
  generateKey,
  JoseError,
  publicKey,
  signAndEncryptJwt,
  type VerifiedToken,
} from "../index.ts";

const NOW = 1_800_000_000;
const ISSUER = "https://auth.example.com";
const API = "https://api.example.com";
const rules = { issuer: ISSUER, audience: API, now: NOW };
const written = { issuer: ISSUER, audience: API, expiresIn: "15m", now: NOW };

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof JoseError) return `${error.code} ${error.member ?? ""}`.trim();
    throw error;
  }
  return "accepted";
}

describe("encryptJwt and decryptJwt", () => {
  test.each(["A256GCM", "A128CBC-HS256", "A256KW", "A128GCMKW"] as const)(
    "%s, a shared secret",
    async (alg) => {
      const key = await generateKey(alg, { kid: "k1" });
      const token = encryptJwt({ cart: [17] }, key, { ...written, subject: "u_1" });
      const opened = decryptJwt(token, createKeySet([key]), { ...rules, subject: "u_1" });
      expect(opened.claims).toEqual({
        cart: [17],
        sub: "u_1",
        iss: ISSUER,
        aud: API,
        iat: NOW,
        exp: NOW + 900,
      });
      expect(opened.header).toMatchObject({ typ: "JWT", kid: "k1" });
      expect(opened.sender).toBe("key_holder");
      expect(opened.key).toBe(key);
    },
  );

  test("a decrypted token is not a verified one", () => {
    expectTypeOf<DecryptedToken>().not.toExtend<VerifiedToken>();
    expectTypeOf<VerifiedToken>().not.toExtend<DecryptedToken>();
  });

  test("claims are checked as for verifyJwt", async () => {
    const key = await generateKey("A256GCM");
    const token = encryptJwt({}, key, { ...written, jwtId: "t1" });
    const read = (over: object): string =>
      codeOf(() => decryptJwt(token, key, { ...rules, ...over }));
    expect(read({})).toBe("accepted");
    expect(read({ issuer: "https://other.example" })).toBe("issuer_mismatch iss");
    expect(read({ audience: "other" })).toBe("audience_mismatch aud");
    expect(read({ subject: "u_1" })).toBe("claim_missing sub");
    expect(read({ jwtId: "t2" })).toBe("jwt_id_mismatch jti");
    expect(read({ now: NOW + 900 })).toBe("token_expired exp");
    expect(read({ now: NOW - 10, maxAge: "1h" })).toBe("token_not_yet_valid iat");
    expect(read({ typ: "at+jwt" })).toBe("type_mismatch typ");
    expect(read({ maxTokenLength: 20 })).toBe("token_too_long");
    expect(read({ allowedEnc: ["A128GCM"] })).toBe("algorithm_not_supported enc");
  });

  test("typ separates kinds of tokens", async () => {
    const key = await generateKey("A256GCM");
    const token = encryptJwt({}, key, { ...written, typ: "session+jwt" });
    expect(codeOf(() => decryptJwt(token, key, rules))).toBe("type_mismatch typ");
    expect(codeOf(() => decryptJwt(token, key, { ...rules, typ: "session+jwt" }))).toBe("accepted");
    expect(codeOf(() => decryptJwt(token, key, { ...rules, skipTypeCheck: true }))).toBe(
      "accepted",
    );
    expect(() => encryptJwt({}, key, { header: { typ: "at+jwt" } })).toThrow(TypeError);
  });

  test("claims repeated in the header must be the claims inside (RFC 7519 section 5.3)", async () => {
    const key = await generateKey("A256GCM");
    const same = encryptJwt({}, key, { ...written, header: { iss: ISSUER, aud: API } });
    expect(codeOf(() => decryptJwt(same, key, rules))).toBe("accepted");
    for (const header of [{ iss: "https://other.example" }, { aud: [API] }, { sub: "u_1" }]) {
      const token = encryptJwt({}, key, { ...written, header });
      expect(codeOf(() => decryptJwt(token, key, rules))).toBe(
        `claim_invalid ${Object.keys(header)[0] ?? ""}`,
      );
    }
  });

  test.each(["[]", '"x"', "null", "1", "", '{"exp":9e9}{}', '{"exp":9e9,"exp":1}', "\uFEFF{}"])(
    "content %j is no set of claims",
    async (content) => {
      const key = await generateKey("A256GCM");
      const token = encryptCompact(Buffer.from(content), key);
      expect(codeOf(() => decryptJwt(token, key, { now: NOW }))).toBe("json_invalid");
    },
  );

  test("claims that could not be read back are not written", async () => {
    const key = await generateKey("A256GCM");
    expect(() => encryptJwt([], key)).toThrow(TypeError);
    expect(() => encryptJwt({ at: new Date(0) }, key)).toThrow(TypeError);
    expect(() => encryptJwt({ iss: "a" }, key, { issuer: "b" })).toThrow(TypeError);
    expect(codeOf(() => encryptJwt({ exp: "soon" }, key))).toBe("claim_invalid exp");
    expect(() => encryptJwt({}, key, { enc: "A128GCM" })).toThrow(TypeError);
  });
});

describe("signAndEncryptJwt and decryptAndVerifyJwt", () => {
  test.each(["RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A256KW", "A256GCM", "A128KW"] as const)(
    "%s around ES256",
    async (alg) => {
      const issuer = await generateKey("ES256");
      const recipient = await generateKey(alg);
      const outer = recipient.type === "secret" ? recipient : publicKey(recipient);
      const token = signAndEncryptJwt({ roles: ["doctor"] }, issuer, outer, {
        ...written,
        typ: "at+jwt",
        zip: "DEF",
        encryptionHeader: { iss: ISSUER },
      });
      const verified = decryptAndVerifyJwt(token, recipient, publicKey(issuer), {
        ...rules,
        typ: "at+jwt",
        allowCompression: true,
      });
      expectTypeOf(verified).toEqualTypeOf<VerifiedToken>();
      expect(verified.claims["roles"]).toEqual(["doctor"]);
      expect(verified.header).toEqual({ alg: "ES256", typ: "at+jwt", kid: issuer.kid });
      const inside = decryptCompact(token, recipient, { allowCompression: true });
      expect(inside.header).toMatchObject({ cty: "JWT", iss: ISSUER });
      // The signature is on the inside: nothing of it can be read or taken off without the key.
      const signed = Buffer.from(inside.plaintext).toString();
      expect(decodeJwtUnverified(signed).claims.iss).toBe(ISSUER);
    },
  );

  test("each rule of the signed token counts", async () => {
    const issuer = await generateKey("ES256");
    const other = await generateKey("ES256", { kid: issuer.kid ?? "" });
    const key = await generateKey("A256GCM");
    const token = signAndEncryptJwt({}, issuer, key, written);
    const read = (over: object, keys = publicKey(issuer)): string =>
      codeOf(() => decryptAndVerifyJwt(token, key, keys, { ...rules, ...over }));
    expect(read({})).toBe("accepted");
    expect(read({}, publicKey(other))).toBe("signature_invalid");
    expect(read({ audience: "other" })).toBe("audience_mismatch aud");
    expect(read({ now: NOW + 900 })).toBe("token_expired exp");
    expect(read({ typ: "at+jwt" })).toBe("type_mismatch typ");
    expect(read({ maxTokenLength: 100 })).toBe("token_too_long");
    const stranger = await generateKey("A256GCM");
    expect(codeOf(() => decryptAndVerifyJwt(token, stranger, publicKey(issuer), rules))).toBe(
      "decryption_failed",
    );
    // The issuer's key must not do for the encryption, nor the other way round.
    expect(codeOf(() => decryptAndVerifyJwt(token, key, key, rules))).toBe(
      "algorithm_mismatch alg",
    );
  });

  test.each([
    ["JWT", "accepted"],
    ["jwt", "accepted"],
    ["application/jwt", "accepted"],
    ["text/plain", "type_mismatch cty"],
    ["JWTX", "type_mismatch cty"],
    ["", "type_mismatch cty"],
  ])("cty %j: %s", async (cty, outcome) => {
    const issuer = await generateKey("ES256");
    const key = await generateKey("A256GCM");
    const nested = signAndEncryptJwt({}, issuer, key, written);
    const { plaintext } = decryptCompact(nested, key);
    const token = encryptCompact(plaintext, key, { header: { cty } });
    expect(codeOf(() => decryptAndVerifyJwt(token, key, publicKey(issuer), rules))).toBe(outcome);
  });

  test("the header of the encryption cannot speak against the claims, nor against cty", async () => {
    const issuer = await generateKey("ES256");
    const key = await generateKey("A256GCM");
    const lying = signAndEncryptJwt({}, issuer, key, {
      ...written,
      encryptionHeader: { iss: "x" },
    });
    expect(codeOf(() => decryptAndVerifyJwt(lying, key, publicKey(issuer), rules))).toBe(
      "claim_invalid iss",
    );
    const header = { encryptionHeader: { cty: "text/plain" } };
    expect(() => signAndEncryptJwt({}, issuer, key, header)).toThrow(TypeError);
  });

  test("keys in each other's places", async () => {
    const issuer = await generateKey("ES256");
    const recipient = await generateKey("ECDH-ES");
    expect(() => signAndEncryptJwt({}, issuer, recipient, written)).toThrow(TypeError);
    expect(
      codeOf(() => signAndEncryptJwt({}, publicKey(issuer), publicKey(recipient), written)),
    ).toBe("key_invalid use");
    expect(codeOf(() => signAndEncryptJwt({}, issuer, publicKey(issuer), written))).toBe(
      "key_invalid use",
    );
    expect(codeOf(() => signAndEncryptJwt({}, recipient, publicKey(recipient), written))).toBe(
      "key_invalid use",
    );
  });
});
